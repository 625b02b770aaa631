import { extractText } from '../../../../src/sandbox/extraction/extract.ts';
import type { ReadText } from '../../../../src/sandbox/extraction/extract.ts';
import type { Part, SourceFile } from '../../../../src/sandbox/extraction/extraction.ts';
import { extractionLimits } from '../../../../src/sandbox/extraction/limits.ts';
import { contentTypeOf } from '../../../../src/sandbox/store/naming.ts';

interface Extraction extends ReadText {
  readonly parts: readonly Part[];
}

/** Extracts the text of a file, and all its parts at once. */
export async function extract(file: SourceFile): Promise<Extraction> {
  const parts: Part[] = [];
  const { parts: maxParts, expandedBytes } = extractionLimits;
  const read = await extractText(file, {
    takePart: (part) => parts.push(part) > 0,
    budget: { parts: maxParts, bytes: expandedBytes },
  });
  return { ...read, parts };
}

/** Extracts a file with the content type that its name suggests. Text is encoded as UTF-8. */
export function extractNamed(name: string, content: string | Uint8Array): Promise<Extraction> {
  return extract({ name, bytes: Buffer.from(content), contentType: contentTypeOf(name) });
}

/** The text and the parts of a file, in a form that tests can compare. */
interface Extracted extends ReadText {
  /** The parts by name: their content as UTF-8, or the reason why it is missing. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Extracts a file as {@link extractNamed} does. */
export async function extracted(name: string, content: string | Uint8Array): Promise<Extracted> {
  const { text, exception, parts } = await extractNamed(name, content);
  const byName = parts.map((part): [string, string] => [
    part.name,
    part.exception ?? Buffer.from(part.bytes).toString(),
  ]);
  return { text, exception, parts: Object.fromEntries(byName) };
}
