import path from 'node:path/posix';
import { zipParts } from '../archive/zipParts.ts';
import type { ZipFile } from '../archive/zipFile.ts';
import type { Part } from '../extraction.ts';

/**
 * Matches the documents in a document that a reader can read, also the workbook behind a chart. All other embedded
 * objects, such as `oleObject1.bin`, are in formats of the programs that made them.
 */
const readable =
  /^(?:word|xl|ppt|visio)\/embeddings\/[^/]+\.(?:docx|docm|xlsx|xlsm|pptx|pptm|ppsx|sldx|vsdx|odt|ods|odp|pdf|rtf)$/i;

/** Yields the documents that are embedded in an Office Open XML document. */
export function embeddedDocuments(zip: ZipFile): AsyncGenerator<Part> | undefined {
  const members = zip.members.filter(({ name }) => readable.test(name));
  return members.length === 0 ? undefined : zipParts(zip, members, ({ name }) => path.basename(name));
}
