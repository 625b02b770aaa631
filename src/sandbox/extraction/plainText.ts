import type { Reading, SourceFile } from './extraction.ts';
import { shownText } from './shownText.ts';
import { readText } from './readText.ts';

/** Reads a text of any kind. */
export function readPlainText(file: SourceFile): Promise<Reading> {
  return readText(file, { read: (text) => shownText(text, file.name) });
}
