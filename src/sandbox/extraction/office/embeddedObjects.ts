import path from 'node:path/posix';
import { zipParts } from '../archive/zipParts.ts';
import type { ZipFile } from '../archive/zipFile.ts';
import type { Part } from '../extraction.ts';

/**
 * Matches the objects that are embedded in a document, also the workbook behind a chart. Objects such as
 * `oleObject1.bin` are in the format of the program that made them. No reader opens them, so they get an exception: the
 * user sees that their text was not read.
 */
const embedded = /^(?:word|xl|ppt|visio)\/embeddings\/[^/]+$/i;

/** Yields the objects that are embedded in an Office Open XML document. */
export function embeddedObjects(zip: ZipFile): AsyncGenerator<Part> | undefined {
  const members = zip.members.filter(({ name }) => embedded.test(name));
  return members.length === 0 ? undefined : zipParts(zip, members, ({ name }) => path.basename(name));
}
