import { isUtf8 } from 'node:buffer';
import type { SourceFile } from './extraction.ts';
import { formatOf } from './format.ts';
import { shownText } from './shownText.ts';

/** Maximum size of a file that is read in the server's thread, in bytes. */
export const maxQuickBytes = 64 * 1024;

/**
 * Matches control characters that plain UTF-8 texts do not contain. Other encodings that look like UTF-8, such as
 * ISO-2022-JP and UTF-16, contain them.
 */
const oddControls = /[^\P{Cc}\t\n\r\f]/u;

/**
 * Returns the text of a small plain file in UTF-8. Most files are like that, and to send them to a worker would take
 * longer than to read them. Returns undefined for all other files: a worker must read them.
 */
export function quickText(file: SourceFile): string | undefined {
  const { bytes } = file;
  if (bytes.length > maxQuickBytes || !isUtf8(bytes) || formatOf(file) !== 'plain') return undefined;
  const text = new TextDecoder().decode(bytes);
  return oddControls.test(text) ? undefined : shownText(text, file.name);
}
