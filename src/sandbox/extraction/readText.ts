import { extensionOf } from '../store/naming.ts';
import { decode } from './charset.ts';
import { ReadingFailure } from './extraction.ts';
import type { Reading, SourceFile } from './extraction.ts';

/** Text formats besides `text/*`, `*+json` and `*+xml`. */
const textTypes =
  /^(text\/|application\/(json|xml|x-yaml|yaml|toml|javascript|typescript|sql|x-sh)$)|\+(json|xml)$/;

const textExtensions = new Set(['log', 'ini', 'cfg', 'conf']);

/** Whether the name or the type of a file promises a text. */
function promisesText({ name, contentType }: SourceFile): boolean {
  return textTypes.test(contentType) || textExtensions.has(extensionOf(name));
}

/**
 * Decodes a file and makes a reading of its text. A file without text gets a note. A text of which some bytes could not
 * be decoded gets one, too.
 * @param stated the encoding that the document states
 * @throws ReadingFailure if the encoding is unknown, or if the name promises a text and the content is binary
 */
export async function readText(
  file: SourceFile,
  {
    stated,
    read = (text) => text,
  }: { readonly stated?: string | undefined; readonly read?: (text: string) => string },
): Promise<Reading> {
  if (file.bytes.length === 0) return { text: '' };
  const decoding = await decode(file.bytes, stated);
  if (decoding.kind === 'unknown') throw new ReadingFailure('Unknown Encoding');
  if (decoding.kind === 'text')
    return { text: read(decoding.text), ...(decoding.isDamaged && { note: 'Partly Unknown Encoding' }) };
  if (promisesText(file)) throw new ReadingFailure('Has Error', 'binary content in a text file');
  return { text: '', note: 'No Text Content' };
}
