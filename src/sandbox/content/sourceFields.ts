import { fileURLToPath } from 'node:url';
import type { FieldError } from '../http/refusals.ts';

/** The fields of a Datasource that say where it collects from. */
export interface SourceFields {
  /** The folder to collect, from a `file:` URL. */
  readonly origin: string | undefined;
  /** Connector fields, returned unchanged when the Datasource is read. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const isString = (value: unknown): boolean => typeof value === 'string';
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);

/**
 * Fields that published scripts send (docs/onna-api.md §4). All other fields are ignored, so that no secret is stored.
 */
const connectorFields: readonly [string, (value: unknown) => boolean, string][] = [
  ['original_url', isString, 'Not a string'],
  ['collect_links', (value) => typeof value === 'boolean', 'Not a boolean'],
  ['connection_type', isString, 'Not a string'],
  ['data_types', isStrings, 'Not a list of strings'],
  ['urls', isStrings, 'Not a list of strings'],
];

/** @param mayNameFolders True only for the user that the sandbox was started with. */
function readOrigin(url: unknown, mayNameFolders: boolean, errors: FieldError[]): string | undefined {
  if (typeof url !== 'string' || !url.toLowerCase().startsWith('file:')) return undefined;
  const field = 'original_url';
  if (!mayNameFolders) {
    errors.push({ field, message: 'Only the sandbox’s own user may collect folders on this machine' });
    return undefined;
  }
  try {
    return fileURLToPath(url);
  } catch {
    errors.push({ field, message: 'Not a valid file: URL' });
    return undefined;
  }
}

/** Reads the source from the body of a POST or PATCH. Adds every invalid field to `errors`. */
export function readSourceFields(
  body: Readonly<Record<string, unknown>>,
  mayNameFolders: boolean,
  errors: FieldError[],
): SourceFields {
  const fields: Record<string, unknown> = {};
  for (const [name, isRight, message] of connectorFields) {
    if (!(name in body)) continue;
    if (isRight(body[name])) fields[name] = body[name];
    else errors.push({ field: name, message });
  }
  return { fields, origin: readOrigin(body['original_url'], mayNameFolders, errors) };
}
