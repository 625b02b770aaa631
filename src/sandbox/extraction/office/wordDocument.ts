import type { ZipFile } from '../archive/zipFile.ts';
import { readDrawing } from './drawing.ts';
import type { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** Ends of the content types of the parts with text, in the order of the text. */
const textParts = [
  /\.main\+xml$/,
  /\.header\+xml$/,
  /\.footer\+xml$/,
  /\.footnotes\+xml$/,
  /\.endnotes\+xml$/,
  /\.comments\+xml$/,
];

/** Parts with the text of charts and diagrams. */
const drawingParts = /drawingml\.(?:chart|diagramData)\+xml$/;

/**
 * Elements that are left out with all they contain: text that was deleted or moved away while changes were tracked, and
 * the second form of a text box, for old programs.
 */
const skipped = new Set(['del', 'moveFrom', 'Fallback']);

/** Elements that stand for a character. */
const characters: Readonly<Record<string, string>> = {
  tab: '\t',
  ptab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '\u2011',
  softHyphen: '\u00AD',
};

async function readPart(zip: ZipFile, name: string, out: TextBuilder): Promise<void> {
  let skipping = 0;
  let inText = false;
  let inProperties = 0;
  await readXml(zip, name, {
    open: (element) => {
      if (skipped.has(element)) skipping++;
      // A `tab` among the properties of a paragraph is a tab stop.
      if (element === 'pPr') inProperties++;
      if (skipping > 0 || inProperties > 0) return;
      if (element === 't') inText = true;
      out.add(characters[element] ?? '');
      if (element === 'txbxContent') out.line();
    },
    text: (text) => {
      if (inText && skipping === 0) out.add(text);
    },
    close: (element) => {
      if (skipped.has(element)) skipping--;
      if (element === 'pPr') inProperties--;
      if (element === 't') inText = false;
      if (element === 'p' || element === 'tr') out.line();
      if (element === 'tc') out.cell();
    },
    isDone: () => out.isFull,
  });
  out.line();
}

/** Reads a document of Word: body, tables, text boxes, headers, footers, notes, comments, charts and diagrams. */
export async function readWordDocument(
  zip: ZipFile,
  parts: readonly { readonly name: string; readonly contentType: string }[],
  out: TextBuilder,
): Promise<void> {
  for (const type of textParts)
    for (const { name, contentType } of parts) if (type.test(contentType)) await readPart(zip, name, out);
  for (const { name, contentType } of parts)
    if (drawingParts.test(contentType)) await readDrawing(zip, name, out);
}
