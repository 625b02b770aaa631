import type { ZipFile } from '../archive/zipFile.ts';
import type { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** Elements with text: `t` in shapes and `v` in charts, `text` in comments of PowerPoint and threads of Excel. */
const withText = new Set(['t', 'v', 'text']);

/** Elements that end a line. */
const lines = new Set(['p', 'v', 'tr', 'text', 'br']);

/** Reads the text of a slide, chart, diagram, shape or comment: paragraphs, tables and the values of charts. */
export async function readDrawing(zip: ZipFile, name: string, out: TextBuilder): Promise<void> {
  let depth = 0;
  let fallback = 0;
  await readXml(zip, name, {
    open: (element) => {
      if (withText.has(element)) depth++;
      // The second form of a shape, for old programs
      if (element === 'Fallback') fallback++;
    },
    text: (text) => {
      if (depth > 0 && fallback === 0) out.add(text);
    },
    close: (element) => {
      if (withText.has(element)) depth--;
      if (element === 'Fallback') fallback--;
      if (element === 'tc') out.cell();
      else if (lines.has(element)) out.line();
    },
    isDone: () => out.isFull,
  });
  out.line();
}
