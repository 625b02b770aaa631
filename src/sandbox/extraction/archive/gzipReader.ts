import { binaryFormatOf } from '../binaryFormat.ts';
import { ReadingFailure } from '../extraction.ts';
import type { Part, Reading, SourceFile } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';
import { gunzip, gzipHeader } from './gunzip.ts';
import { nameList } from './nameList.ts';
import { readTarFrom } from './tarReader.ts';

/** Returns the first bytes of the content, enough to recognize a TAR archive. */
async function beginning(bytes: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of gunzip(bytes)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= 1_024) break;
    }
  } catch {
    // Damaged data is reported when the content is read.
  }
  return Buffer.concat(chunks).subarray(0, 1_024);
}

/** @throws ReadingFailure after the part, if the data is damaged */
async function* contentOf(
  bytes: Uint8Array,
  name: string,
  modified: number | undefined,
): AsyncGenerator<Part> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let damage: unknown;
  try {
    for await (const chunk of gunzip(bytes)) {
      length += chunk.length;
      if (length > extractionLimits.fileBytes) {
        yield { name, modified, bytes: new Uint8Array(), exception: 'Large' };
        return;
      }
      chunks.push(chunk);
    }
  } catch (error) {
    damage = error;
  }
  if (length > 0) yield { name, modified, bytes: Buffer.concat(chunks) };
  if (damage !== undefined) throw new ReadingFailure('Has Error');
}

/** Reads the members of a compressed TAR archive, or the one file in other gzip data. */
export async function readGzip({ bytes, name }: SourceFile): Promise<Reading> {
  const shortName = name.replace(/\.gz$/i, '').replace(/\.tgz$/i, '.tar');
  const head = await beginning(bytes);
  if (binaryFormatOf({ bytes: head, name: shortName, contentType: '' }) === 'tar')
    return readTarFrom(() => gunzip(bytes));
  const stated = gzipHeader(bytes);
  const inner = shortName === name ? (stated.name ?? `${name}.content`) : shortName;
  return { text: nameList([inner]), parts: contentOf(bytes, inner, stated.modified) };
}
