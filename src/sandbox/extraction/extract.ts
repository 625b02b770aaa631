import { ReadingFailure } from './extraction.ts';
import type { ExceptionName, Part, SourceFile } from './extraction.ts';
import { formatOf } from './format.ts';
import { extractionLimits } from './limits.ts';
import type { ExtractionLimits } from './limits.ts';
import { readers } from './readers.ts';

/** Maximum number and size of the parts that a file may still have. */
export interface PartBudget {
  /** Number of parts. */
  readonly parts: number;
  /** Size of all parts together, in bytes. */
  readonly bytes: number;
}

/** The text of a file, without its parts. */
export interface ReadText {
  readonly text: string;
  /** Undefined if the whole text was read. */
  readonly exception: string | undefined;
}

/** Options of {@link extractText}. */
export interface ExtractOptions {
  /** Receives the parts one after the other. Returns false to stop. */
  readonly takePart: (part: Part) => Promise<boolean> | boolean;
  readonly budget: PartBudget;
  readonly limits?: ExtractionLimits;
}

/** The note on a file that has no text, such as a picture. */
const noText: ExceptionName = 'No Text Content';

function exceptionOf(error: unknown): ExceptionName {
  return error instanceof ReadingFailure ? error.exception : 'Has Error';
}

/** Cuts a text to the maximum length. Never cuts a character in half. */
function stored(text: string, note: string | undefined, { textLength }: ExtractionLimits): ReadText {
  if (text.length <= textLength) return { text, exception: note };
  return { text: text.slice(0, textLength).toWellFormed(), exception: 'Large Text Truncated' };
}

/** Passes on parts until a limit is reached. @returns The exception of the file, if not all parts were passed on. */
async function passOn(
  parts: Iterable<Part> | AsyncIterable<Part>,
  fileBytes: number,
  { takePart, budget, limits = extractionLimits }: ExtractOptions,
): Promise<ExceptionName | undefined> {
  const suspicious = Math.max(limits.unsuspiciousBytes, fileBytes * limits.expansion);
  const maxBytes = Math.min(budget.bytes, suspicious);
  let count = 0;
  let bytes = 0;
  try {
    for await (const part of parts) {
      count++;
      bytes += part.bytes.length;
      if (count > budget.parts || bytes > maxBytes) return 'Large';
      if (!(await takePart(part))) return undefined;
    }
    return undefined;
  } catch (error) {
    return exceptionOf(error);
  }
}

/** Extracts the text and the parts of a file. Rejects only if `takePart` does: an error becomes the exception. */
export async function extractText(file: SourceFile, options: ExtractOptions): Promise<ReadText> {
  const { limits = extractionLimits, budget } = options;
  let refused: { readonly error: unknown } | undefined;
  const takePart = async (part: Part): Promise<boolean> => {
    try {
      return await options.takePart(part);
    } catch (error) {
      refused = { error };
      return false;
    }
  };
  try {
    const format = formatOf(file);
    if (format === undefined) return { text: '', exception: file.bytes.length > 0 ? noText : undefined };
    const read = await readers[format]();
    const { text, note, parts } = await read(file);
    const whole = stored(text, note, limits);
    const partException = parts && (await passOn(parts, file.bytes.length, { takePart, budget, limits }));
    if (refused) throw refused.error;
    // A file that is empty has no text that could be missing.
    const blank = file.bytes.length > 0 && text.trim() === '' ? noText : undefined;
    return { ...whole, exception: whole.exception ?? partException ?? blank };
  } catch (error) {
    if (refused) throw refused.error;
    return { text: '', exception: exceptionOf(error) };
  }
}
