import { ReadingFailure } from '../extraction.ts';
import type { Reading } from '../extraction.ts';
import type { ZipFile } from '../archive/zipFile.ts';
import { documentReading, readProperties } from './properties.ts';
import { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** Elements that are left out: deleted text, numbers of notes, pronunciations, and styles. */
const skipped = new Set([
  'tracked-changes',
  'note-citation',
  'ruby-text',
  'script',
  'automatic-styles',
  'forms',
]);

/** Elements that end a line. */
const blocks = new Set([
  'p',
  'h',
  'note-body',
  'annotation',
  'table',
  'page',
  'list-item',
  'text-box',
  'title',
  'desc',
]);

/** Elements that can begin in the middle of a line and then begin a new one. */
const insets = new Set([...blocks].filter((element) => element !== 'p' && element !== 'h'));

/** Matches names that the program gives to the pages of a presentation. */
const generatedName = /^page\d+$/;

/** Elements whose text counts. All texts of a document are inside of one of them. */
const withText = new Set(['p', 'h', 'title', 'desc']);

/** Maximum number of spaces that one element stands for. */
const maxSpaces = 1_000;

/** @param sections Elements that are read. Default: all of the file. */
async function readContent(
  zip: ZipFile,
  name: string,
  out: TextBuilder,
  sections?: ReadonlySet<string>,
): Promise<void> {
  let inSection = sections === undefined ? 1 : 0;
  let inText = 0;
  let skipping = 0;
  await readXml(zip, name, {
    open: (element, attributes) => {
      if (sections?.has(element)) inSection++;
      if (skipped.has(element)) skipping++;
      if (inSection === 0 || skipping > 0) return;
      if (insets.has(element)) out.line();
      // The name of a sheet, or of a page of a presentation
      if (element === 'table' || element === 'page') {
        const name = attributes['name'] ?? '';
        if (!generatedName.test(name)) out.add(name);
        out.line();
      }
      if (withText.has(element)) inText++;
      if (inText === 0) return;
      if (element === 's') out.add(' '.repeat(Math.min(Number(attributes['c'] ?? 1) || 1, maxSpaces)));
      if (element === 'tab') out.add('\t');
      if (element === 'line-break') out.add('\n');
    },
    text: (text) => {
      if (inSection > 0 && skipping === 0 && inText > 0) out.add(text.replaceAll(/\s+/g, ' '));
    },
    close: (element) => {
      const counts = inSection > 0 && skipping === 0;
      if (counts && withText.has(element)) inText--;
      if (counts && blocks.has(element)) out.line();
      if (counts && element === 'table-cell') out.cell();
      if (counts && element === 'table-row') out.line();
      if (skipped.has(element)) skipping--;
      if (sections?.has(element)) inSection--;
    },
    isDone: () => out.isFull,
  });
  out.line();
}

const pageParts = new Set(['header', 'footer', 'header-left', 'footer-left', 'header-first', 'footer-first']);

/** The manifest of a document names an encryption for each encrypted file. */
async function isEncrypted(zip: ZipFile): Promise<boolean> {
  const encrypted: string[] = [];
  await readXml(zip, 'META-INF/manifest.xml', {
    open: (element) => {
      if (element === 'encryption-data') encrypted.push(element);
    },
  });
  return encrypted.length > 0 || zip.has('encrypted-package');
}

/** Reads a text, spreadsheet, presentation or drawing in the OpenDocument format, with its headers, notes and comments. */
export async function readOpenDocument(zip: ZipFile): Promise<Reading> {
  if (await isEncrypted(zip)) throw new ReadingFailure('Encrypted Document');
  const out = new TextBuilder();
  await readContent(zip, 'content.xml', out);
  await readContent(zip, 'styles.xml', out, pageParts);
  // Charts, formulas and documents inside of the document
  for (const { name } of zip.members)
    if (/^.+\/content\.xml$/.test(name) && !out.isFull) await readContent(zip, name, out);
  return documentReading(await readProperties(zip, ['meta.xml']), out.toString());
}
