import * as v from 'valibot';
import { firstString, lenientNumber, lenientRecord, lenientString, objectWith, parseDate } from './values.ts';

/** The details in a Resource's JSON that are displayed (docs/onna-api.md §10). */
export interface ResourceDetails {
  readonly title: string | undefined;
  readonly contentType: string | undefined;
  /** Size of the file, in bytes. */
  readonly size: number | undefined;
  /** The MD5 of the file, in lower-case hexadecimal digits. */
  readonly md5: string | undefined;
  /** When the file was modified, in ms since 1970. */
  readonly modified: number | undefined;
  /** When the Resource was processed, in ms since 1970. */
  readonly processed: number | undefined;
  /** Why the Resource was not processed, as the service describes it. */
  readonly processingException: string | undefined;
  /** The Resource's folder in the source application. */
  readonly folder: string | undefined;
  /** The http(s) URL of the Resource in the source application. */
  readonly origin: string | undefined;
  readonly originException: string | undefined;
}

const schema = objectWith({
  title: lenientString,
  '@name': lenientString,
  'onna.canonical.behaviors.metadata.IMetadata': lenientRecord,
  'onna.canonical.behaviors.origin.IOrigin': lenientRecord,
});

/** Maximum length of an address, in characters. Browsers do not open longer addresses. */
const maxAddress = 8_000;

/** The normalized URL if it is safe to open in a browser. Any scheme other than http(s) could start a program. */
function webAddress(text: string): string | undefined {
  if (text.length > maxAddress || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href;
}

function md5In(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const text = firstString(metadata, ['md5'])?.toLowerCase();
  return text !== undefined && /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

/** Decodes a Resource. Undefined when `json` is not an object. */
export function decodeResource(json: unknown): ResourceDetails | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const metadata = parsed.output['onna.canonical.behaviors.metadata.IMetadata'] ?? {};
  const location = parsed.output['onna.canonical.behaviors.origin.IOrigin'] ?? {};
  const size = v.parse(lenientNumber, metadata['content_length']);
  const origin = firstString(location, ['origin']);
  return {
    title: parsed.output.title ?? firstString(metadata, ['resource_name']) ?? parsed.output['@name'],
    contentType: firstString(metadata, ['content_type']),
    size,
    md5: md5In(metadata),
    modified: parseDate(metadata['date_modified']),
    processed: parseDate(metadata['processing_date']),
    processingException: firstString(metadata, ['processing_exception']),
    folder: firstString(location, ['origin_folder_path']),
    origin: origin === undefined ? undefined : webAddress(origin),
    originException: firstString(location, ['origin_exception']),
  };
}
