import type { ZipFile } from '../archive/zipFile.ts';
import { readDrawing } from './drawing.ts';
import { readRelationships } from './packageParts.ts';
import { readStyles, shownNumber } from './spreadsheetNumbers.ts';
import type { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** Reads the texts that cells refer to by their number. Phonetic guides (`rPh`) are left out. */
async function readSharedStrings(zip: ZipFile, name: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (name === undefined) return strings;
  let text = '';
  let inText = false;
  let phonetic = false;
  await readXml(zip, name, {
    open: (element) => {
      if (element === 'si') text = '';
      if (element === 'rPh') phonetic = true;
      inText = element === 't' && !phonetic;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
    close: (element) => {
      if (element === 't') inText = false;
      if (element === 'rPh') phonetic = false;
      if (element === 'si') strings.push(text);
    },
  });
  return strings;
}

interface Workbook {
  readonly sheets: { readonly name: string; readonly id: string }[];
  /** Whether dates are counted from 1904 instead of 1900. */
  readonly since1904: boolean;
}

async function readWorkbook(zip: ZipFile, name: string): Promise<Workbook> {
  const sheets: { name: string; id: string }[] = [];
  let since1904 = false;
  await readXml(zip, name, {
    open: (element, attributes) => {
      if (element === 'sheet') sheets.push({ name: attributes['name'] ?? '', id: attributes['id'] ?? '' });
      if (element === 'workbookPr') since1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
    },
  });
  return { sheets, since1904 };
}

/** Returns the value of a cell as it is shown. */
type ShownCell = (type: string, value: string, style: string) => string;

/** Headers and footers for printing. */
const printed = /^(?:odd|even|first)(?:Header|Footer)$/;

async function readSheet(zip: ZipFile, name: string, shown: ShownCell, out: TextBuilder): Promise<void> {
  let type = '';
  let style = '';
  let value = '';
  let isReading = false;
  await readXml(zip, name, {
    open: (element, attributes) => {
      isReading = element === 'v' || element === 't' || printed.test(element);
      if (element !== 'c' && !printed.test(element)) return;
      type = attributes['t'] ?? 'n';
      style = attributes['s'] ?? '';
      value = '';
    },
    text: (text) => {
      if (isReading) value += text;
    },
    close: (element) => {
      isReading = false;
      if (element === 'c' && value !== '') {
        out.add(shown(type, value, style));
        out.cell();
      }
      if (element === 'row') out.line();
      if (printed.test(element)) {
        // `&C` and the like are instructions for printing.
        out.add(value.replaceAll(/&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Za-z])/g, ' ').trim());
        out.line();
      }
    },
    isDone: () => out.isFull,
  });
  out.line();
}

/** Types of the parts of a sheet that have text of their own. */
const sheetParts = new Set(['comments', 'threadedComment', 'drawing']);

async function readSheetParts(zip: ZipFile, sheet: string, out: TextBuilder): Promise<void> {
  for (const { type, target } of await readRelationships(zip, sheet)) {
    if (!sheetParts.has(type)) continue;
    await readDrawing(zip, target, out);
    if (type !== 'drawing') continue;
    for (const related of await readRelationships(zip, target))
      if (/^(?:chart|diagramData)$/.test(related.type)) await readDrawing(zip, related.target, out);
  }
}

/** Reads a workbook: each sheet with its name, the values of its cells, its comments, shapes and charts. */
export async function readSpreadsheet(zip: ZipFile, main: string, out: TextBuilder): Promise<void> {
  const related = await readRelationships(zip, main);
  const target = (wanted: string): string | undefined => related.find(({ type }) => type === wanted)?.target;
  const { sheets, since1904 } = await readWorkbook(zip, main);
  const strings = await readSharedStrings(zip, target('sharedStrings'));
  const styles = await readStyles(zip, target('styles'));
  const shown: ShownCell = (type, value, style) => {
    if (type === 's') return strings[Number(value)] ?? '';
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    return type === 'n' ? shownNumber(value, styles[Number(style)], since1904) : value;
  };
  const targets = new Map(related.map((one) => [one.id, one.target]));
  for (const { name, id } of sheets) {
    const sheet = targets.get(id);
    if (sheet === undefined || out.isFull) continue;
    out.add(name);
    out.line();
    await readSheet(zip, sheet, shown, out);
    await readSheetParts(zip, sheet, out);
    out.line();
  }
}
