import { fileURLToPath } from 'node:url';
import type { FieldError } from '../http/refusals.ts';
import type { Fields } from '../store/nodes.ts';
import { readField } from './fieldValues.ts';
import type { FieldKind } from './fieldValues.ts';

/** The fields of a Datasource that define its source. */
export interface SourceFields {
  /** Path of the folder to collect, from a `file:` URL. */
  readonly origin: string | undefined;
  /** Connector fields, returned unchanged when the Datasource is read. */
  readonly fields: Fields;
}

/**
 * Fields that published scripts send (docs/onna-api.md §4). All other fields are ignored, so that no secret is stored.
 */
export const connectorFields: Readonly<Record<string, FieldKind>> = {
  original_url: 'line',
  collect_links: 'flag',
  connection_type: 'line',
  data_types: 'changeableLines',
  urls: 'changeableLines',
};

/** The values of the fields that a client has not set (docs/onna-api.md §18). */
export const unsetConnectorFields: Fields = {
  ...Object.fromEntries(Object.keys(connectorFields).map((name) => [name, null])),
  data_types: ['resources'],
};

/** Names of the fields that define the source of a Datasource. PUT clears them. */
export const connectorFieldNames: readonly string[] = Object.keys(connectorFields);

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

/**
 * Reads the source from the body of a POST, PATCH or PUT. Adds every invalid field to `errors`.
 * @param before The stored fields. List operations in the body are applied to their values.
 */
export function readSourceFields(
  body: Readonly<Record<string, unknown>>,
  before: Fields,
  mayNameFolders: boolean,
  errors: FieldError[],
): SourceFields {
  const fields: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(connectorFields)) {
    if (!Object.hasOwn(body, name)) continue;
    const current = Object.hasOwn(before, name) ? before[name] : unsetConnectorFields[name];
    const read = readField(kind, name, body[name], current, errors);
    if (read) fields[name] = read.value;
  }
  return { fields, origin: readOrigin(fields['original_url'], mayNameFolders, errors) };
}
