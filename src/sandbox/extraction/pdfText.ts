import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReadingFailure } from './extraction.ts';
import type { Part, Reading, SourceFile } from './extraction.ts';
import { extractionLimits } from './limits.ts';

/**
 * Folder with the character maps of East Asian fonts. The build copies it next to the bundle. When the sandbox runs from
 * source, it is in the package.
 */
function characterMaps(): string {
  const bundled = path.join(import.meta.dirname, 'cmaps');
  return existsSync(bundled)
    ? bundled
    : path.join(import.meta.dirname, '../../../node_modules/pdfjs-dist/cmaps');
}

/** Reads the character maps that the PDF library requests. Its names come from the PDF, so they are checked. */
class CharacterMapReader {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    if (!/^[\w-]+\.bcmap$/.test(filename)) throw new Error('not a character map');
    return new Uint8Array(await readFile(path.join(characterMaps(), filename)));
  }
}

type PdfDocument = Awaited<ReturnType<(typeof import('unpdf'))['getDocumentProxy']>>;

async function open(bytes: Uint8Array): Promise<PdfDocument> {
  const { getDocumentProxy } = await import('unpdf');
  const options = {
    // Verbosity 0 keeps the library's messages out of the sandbox's output.
    verbosity: 0,
    // Programs inside of fonts and functions are interpreted, not compiled.
    isEvalSupported: false,
    cMapUrl: 'cmaps/',
    cMapPacked: true,
    BinaryDataFactory: CharacterMapReader,
  };
  // Pass a copy, because the library transfers the buffer.
  return getDocumentProxy(new Uint8Array(bytes), options).catch((error: unknown) => {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    throw isEncrypted ? new ReadingFailure('Encrypted Document') : error;
  });
}

interface Annotation {
  readonly subtype?: string;
  /** Value of a form field. A field with several selected options has a list. */
  readonly fieldValue?: unknown;
  readonly fieldType?: string;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly contentsObj?: { readonly str?: string };
}

/** Returns the text of form fields and comments. */
function annotationText({
  subtype,
  fieldValue,
  fieldType,
  checkBox,
  radioButton,
  contentsObj,
}: Annotation): string[] {
  if (subtype !== 'Widget') return [contentsObj?.str ?? ''];
  // The value of a box or button is an internal name, and that of a signature is not text.
  if (checkBox === true || radioButton === true || fieldType === 'Sig') return [];
  return [fieldValue].flat().filter((value) => typeof value === 'string');
}

/** Joins the pieces of text of a page. */
function pageText(items: readonly object[]): string {
  return items
    .map((item) =>
      'str' in item ? `${String(item.str)}${'hasEOL' in item && item.hasEOL === true ? '\n' : ''}` : '',
    )
    .join('');
}

async function readPage(document: PdfDocument, number: number): Promise<string> {
  const page = await document.getPage(number);
  try {
    const { items } = await page.getTextContent();
    const annotations = (await page.getAnnotations()) as Annotation[];
    const body = pageText(items);
    // The text of a field can be part of the page, too.
    const more = new Set(annotations.flatMap(annotationText).map((text) => text.trim()));
    return [body, ...[...more].filter((text) => text !== '' && !body.includes(text))].join('\n').trim();
  } finally {
    page.cleanup();
  }
}

/** Returns the title, the author and similar properties. */
async function propertiesOf(document: PdfDocument): Promise<string[]> {
  const { info } = (await document.getMetadata()) as { readonly info: object };
  const values = new Map<string, unknown>(Object.entries(info));
  return ['Title', 'Author', 'Subject', 'Keywords'].flatMap((name) => {
    const value = values.get(name);
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
  });
}

/** The functions for attachments, which the library's types describe only in part. */
interface WithAttachments {
  getAttachments(): Promise<ReadonlyMap<string, { readonly filename?: string }> | null>;
  getAttachmentContent(name: string): Promise<Uint8Array | null | undefined>;
}

/** Returns the files that are attached to the document. They can't be read later, when the document is closed. */
async function attachmentsOf(document: WithAttachments): Promise<Part[]> {
  const parts: Part[] = [];
  let total = 0;
  for (const [key, { filename }] of (await document.getAttachments()) ?? []) {
    const name = filename ?? key;
    const content = total > extractionLimits.fileBytes ? undefined : await document.getAttachmentContent(key);
    total += content?.length ?? 0;
    if (content && total <= extractionLimits.fileBytes) parts.push({ name, bytes: content });
    else parts.push({ name, bytes: new Uint8Array(), exception: content === null ? 'Has Error' : 'Large' });
  }
  return parts;
}

/**
 * Reads the properties, the text layer, the form fields and the comments of a PDF, with an empty line between pages. The
 * PDF library is large, so it is loaded when the first PDF is read.
 * @throws ReadingFailure if the PDF is encrypted, and the library's error if it is not a valid PDF
 */
export async function readPdf({ bytes }: SourceFile): Promise<Reading> {
  const document = await open(bytes);
  try {
    const pages: string[] = [];
    let length = 0;
    let isDamaged = false;
    for (let number = 1; number <= document.numPages && length <= extractionLimits.textLength; number++) {
      const text = await readPage(document, number).catch(() => undefined);
      if (text === undefined) isDamaged = true;
      else if (text !== '') pages.push(text);
      length += text?.length ?? 0;
    }
    const properties = await propertiesOf(document).catch(() => []);
    const parts = await attachmentsOf(document as unknown as WithAttachments).catch(() => []);
    const text = [properties.join('\n'), ...pages].filter((piece) => piece !== '').join('\n\n');
    if (isDamaged) return { text, parts, note: 'Has Error' };
    return pages.length === 0 ? { text, parts, note: 'No Text Content' } : { text, parts };
  } finally {
    await document.loadingTask.destroy();
  }
}
