import { htmlText } from './htmlText.ts';
import { mailText } from './mailText.ts';
import { pdfText } from './pdfText.ts';

/** Result of processing a file. */
export interface Extraction {
  readonly text: string;
  /** The exception, in the words of the service's help pages (docs/onna-api.md §13). Undefined on success. */
  readonly exception: string | undefined;
  /** Whether the exception is only a note, so that the Resource counts as processed. */
  readonly isNote?: boolean;
}

/** Maximum number of stored characters. A longer text is truncated, and the Resource gets a note. */
const maxText = 4_000_000;

const htmlTypes = new Set(['text/html', 'application/xhtml+xml']);

/** Plain-text formats besides `text/*`. */
const textTypes = new Set([
  'application/json',
  'application/xml',
  'application/x-yaml',
  'application/yaml',
  'application/toml',
  'application/javascript',
  'application/typescript',
  'application/sql',
  'application/x-sh',
  'application/ld+json',
]);

/**
 * Extensions of text files that the `mime` package does not know or maps to another type (it maps `.ts` to a video).
 */
const textExtensions = new Set([
  'ts',
  'tsx',
  'log',
  'rst',
  'adoc',
  'org',
  'ini',
  'cfg',
  'conf',
  'tex',
  'py',
  'go',
  'rs',
  'java',
  'c',
  'h',
  'cpp',
  'rb',
]);

type TextKind = 'html' | 'plain' | 'pdf' | 'mail';

/** Chooses a reader for the text of a file. Returns undefined for formats that have no text or no reader. */
function textKind(contentType: string, extension: string): TextKind | undefined {
  if (contentType === 'application/pdf') return 'pdf';
  if (contentType === 'message/rfc822') return 'mail';
  if (htmlTypes.has(contentType)) return 'html';
  if (contentType.startsWith('text/') || textTypes.has(contentType)) return 'plain';
  return textExtensions.has(extension) || extension === '' ? 'plain' : undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  // A file with NUL bytes is binary, whatever its extension.
  if (bytes.includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}

/**
 * Reads the text of a file. Returns undefined if the file has a text type but is binary.
 * @throws Error of the reader
 */
async function read(kind: TextKind, bytes: Uint8Array): Promise<string | undefined> {
  if (kind === 'pdf') return pdfText(bytes);
  if (kind === 'mail') return mailText(bytes);
  const source = decode(bytes);
  return source === undefined || kind === 'plain' ? source : htmlText(source);
}

/** Extracts the text of a file. Never throws: an error becomes the exception of the Resource. */
export async function extractText(
  bytes: Uint8Array,
  contentType: string,
  extension: string,
): Promise<Extraction> {
  const kind = textKind(contentType, extension);
  if (kind === undefined) return { text: '', exception: undefined };
  try {
    const text = await read(kind, bytes);
    // A file without an extension can be text or binary, so a binary one is not an error.
    if (text === undefined) return { text: '', exception: extension === '' ? undefined : 'Has Error' };
    if (text.length <= maxText) return { text, exception: undefined };
    return {
      text: text.slice(0, maxText).toWellFormed(),
      exception: 'Large Text Truncated',
      isNote: true,
    };
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    return isEncrypted
      ? { text: '', exception: 'Encrypted Document', isNote: true }
      : { text: '', exception: 'Has Error' };
  }
}
