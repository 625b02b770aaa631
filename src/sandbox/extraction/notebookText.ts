import * as v from 'valibot';
import type { Reading, SourceFile } from './extraction.ts';
import { htmlText } from './htmlText.ts';
import { isJson, unescapeJson } from './jsonText.ts';
import { readText } from './readText.ts';

/** Notebooks store a text as a string or as its lines. */
const lines = v.union([
  v.string(),
  v.pipe(
    v.array(v.string()),
    v.transform((parts) => parts.join('')),
  ),
]);

const output = v.object({
  text: v.optional(lines),
  data: v.optional(v.record(v.string(), v.unknown())),
  ename: v.optional(v.string()),
  evalue: v.optional(v.string()),
});

const cell = v.object({
  source: v.optional(lines, ''),
  input: v.optional(lines, ''),
  outputs: v.optional(v.array(output), []),
});

/** Version 4 of the format has cells, version 3 has them in worksheets. */
const notebook = v.object({
  cells: v.optional(v.array(cell), []),
  worksheets: v.optional(v.array(v.object({ cells: v.array(cell) })), []),
});

function outputText({ text = '', data = {}, ename = '', evalue = '' }: v.InferOutput<typeof output>): string {
  const of = (type: string): string => {
    const value = v.safeParse(lines, data[type]);
    return value.success ? value.output : '';
  };
  const shown = [of('text/plain'), of('text/markdown'), htmlText(of('text/html')), of('text/latex')];
  return [text, ename, evalue, ...shown].filter((part) => part !== '').join('\n');
}

function notebookText(source: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return isJson(source) ? unescapeJson(source) : source;
  }
  const result = v.safeParse(notebook, parsed);
  if (!result.success) return unescapeJson(source);
  const { cells, worksheets } = result.output;
  return [...cells, ...worksheets.flatMap((sheet) => sheet.cells)]
    .flatMap((one) => [one.source, one.input, ...one.outputs.map(outputText)])
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Reads the cells of a notebook and the text of their outputs. */
export function readNotebook(file: SourceFile): Promise<Reading> {
  return readText(file, { read: notebookText });
}
