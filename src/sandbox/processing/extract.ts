import { htmlText } from './htmlText.ts';
import { mailText } from './mailText.ts';
import { pdfText } from './pdfText.ts';

/** What processing makes of a file. */
export interface Extraction {
  readonly text: string;
  /** In the words of the service's help pages (docs/onna-api.md §13); undefined when all went well. */
  readonly exception: string | undefined;
  /** Whether the exception is only a note: the Resource counts as processed. */
  readonly isNote?: boolean;
}

/** Characters that are kept; what is longer is cut and said to be. */
const maxText = 4_000_000;

const htmlTypes = new Set(['text/html', 'application/xhtml+xml']);

/** Formats that are text as they stand, beside `text/*`. */
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

/** Extensions that the type list does not know, or takes for something else (`.ts` is a video there). */
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

/** How a file's text is got at; undefined for formats that have none, or are not read. */
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
  // Text has no zeros in it; what has is something else under a text's name.
  if (bytes.includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}

/** @throws Error when a reader does; undefined when it is no text under a text's name */
async function read(kind: TextKind, bytes: Uint8Array): Promise<string | undefined> {
  if (kind === 'pdf') return pdfText(bytes);
  if (kind === 'mail') return mailText(bytes);
  const source = decode(bytes);
  return source === undefined || kind === 'plain' ? source : htmlText(source);
}

/** The text of a file. Never throws: what goes wrong is an exception of the Resource. */
export async function extractText(
  bytes: Uint8Array,
  contentType: string,
  extension: string,
): Promise<Extraction> {
  const kind = textKind(contentType, extension);
  if (kind === undefined) return { text: '', exception: undefined };
  try {
    const text = await read(kind, bytes);
    // Without an extension there is no promise of text to break.
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
