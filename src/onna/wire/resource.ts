import * as v from 'valibot';
import { firstString, lenientNumber, lenientRecord, lenientString, objectWith, parseDate } from './values.ts';

/** What a Resource's own JSON tells a reader (docs/onna-api.md §10). */
export interface ResourceDetails {
  readonly title: string | undefined;
  readonly contentType: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** ms since 1970, as the others. */
  readonly modified: number | undefined;
  readonly processed: number | undefined;
  /** Why it was not processed, in the service's words. */
  readonly processingException: string | undefined;
  /** Where it stands at its origin. */
  readonly folder: string | undefined;
  /** An http(s) URL. */
  readonly origin: string | undefined;
  readonly originException: string | undefined;
}

const schema = objectWith({
  title: lenientString,
  '@name': lenientString,
  'onna.canonical.behaviors.metadata.IMetadata': lenientRecord,
  'onna.canonical.behaviors.origin.IOrigin': lenientRecord,
});

/** Longer ones no browser opens. */
const maxAddress = 8_000;

/** What may be handed to a browser, as a URL is written: any other scheme could start a program. */
function webAddress(text: string): string | undefined {
  if (text.length > maxAddress || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href;
}

/** Undefined when `json` is no object. */
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
    modified: parseDate(metadata['date_modified']),
    processed: parseDate(metadata['processing_date']),
    processingException: firstString(metadata, ['processing_exception']),
    folder: firstString(location, ['origin_folder_path']),
    origin: origin === undefined ? undefined : webAddress(origin),
    originException: firstString(location, ['origin_exception']),
  };
}
