import { ReadingFailure } from '../extraction.ts';
import type { Reading } from '../extraction.ts';
import type { ZipFile } from '../archive/zipFile.ts';
import { embeddedObjects } from './embeddedObjects.ts';
import { readPackageParts } from './packageParts.ts';
import { readPresentation } from './presentation.ts';
import { documentReading, readProperties } from './properties.ts';
import { readSpreadsheet } from './spreadsheet.ts';
import { TextBuilder } from './textBuilder.ts';
import { readWordDocument } from './wordDocument.ts';
import { readXml } from './xml.ts';

/** Reads a drawing of Visio. */
async function readVisio(zip: ZipFile, pages: readonly string[], out: TextBuilder): Promise<void> {
  for (const page of pages) {
    let inText = false;
    await readXml(zip, page, {
      open: (name) => {
        if (name === 'Text') inText = true;
      },
      text: (text) => {
        if (inText) out.add(text);
      },
      close: (name) => {
        if (name !== 'Text') return;
        inText = false;
        out.line();
      },
      isDone: () => out.isFull,
    });
  }
}

/** Reads a document of Word, Excel, PowerPoint or Visio in Office Open XML. Macros are not read. */
export async function readOfficeOpenXml(zip: ZipFile): Promise<Reading> {
  const parts = await readPackageParts(zip);
  const named = (type: RegExp): string[] =>
    parts.filter(({ contentType }) => type.test(contentType)).map(({ name }) => name);
  const out = new TextBuilder();
  const main = parts.find(({ contentType }) => /main\+xml$|fixedpage\+xml$/.test(contentType));
  const kind = main?.contentType ?? '';
  if (main !== undefined && /word|template\.macroEnabledTemplate/.test(kind))
    await readWordDocument(zip, parts, out);
  else if (main !== undefined && /spreadsheetml|ms-excel/.test(kind))
    await readSpreadsheet(zip, main.name, out);
  else if (main !== undefined && /presentationml|ms-powerpoint/.test(kind))
    await readPresentation(zip, main.name, out);
  else if (/ms-visio/.test(kind)) await readVisio(zip, named(/ms-visio\.(?:page|master)\+xml$/), out);
  // For example a binary workbook, or an XPS document
  else throw new ReadingFailure('Unsupported Format');
  const properties = await readProperties(zip, named(/(?:core|extended)-properties\+xml$/));
  const embedded = embeddedObjects(zip);
  return { ...documentReading(properties, out.toString()), ...(embedded && { parts: embedded }) };
}
