import type { ZipFile } from '../archive/zipFile.ts';
import type { Reading } from '../extraction.ts';
import { readXml } from './xml.ts';

/** Names of the elements whose text counts, such as the title and the author. */
const shown = new Set([
  'title',
  'subject',
  'creator',
  'initial-creator',
  'lastModifiedBy',
  'keywords',
  'keyword',
  'description',
  'category',
  'Manager',
  'Company',
  'publisher',
]);

/** Returns the title, the author and similar properties from the given XML files, without repetitions. */
export async function readProperties(zip: ZipFile, files: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const file of files) {
    let text: string | undefined;
    await readXml(zip, file, {
      open: (name) => {
        if (shown.has(name)) text = '';
      },
      text: (piece) => {
        if (text !== undefined) text += piece;
      },
      close: (name) => {
        if (shown.has(name) && text?.trim()) found.add(text.trim());
        if (shown.has(name)) text = undefined;
      },
    });
  }
  return [...found];
}

/** Joins the properties and the body of a document. A document without body text gets a note. */
export function documentReading(properties: readonly string[], body: string): Reading {
  const text = [properties.join('\n'), body].filter((piece) => piece !== '').join('\n\n');
  return body === '' ? { text, note: 'No Text Content' } : { text };
}
