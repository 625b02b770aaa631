import { convert } from 'html-to-text';

/** What processing makes of a file. */
export interface Extraction {
  readonly text: string;
  /** In the words of the service's help pages (API notes §13); undefined when all went well. */
  readonly exception: string | undefined;
  /** Whether the exception is only a note: the Resource counts as processed. */
  readonly isNote?: boolean;
}

/** Characters that are kept; what is longer is cut and said to be. */
const longestText = 4_000_000;

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
  'message/rfc822',
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
  'eml',
]);

/** How a file's text is got at; undefined for formats that have none, or are not read yet. */
export function textKind(contentType: string, extension: string): 'html' | 'plain' | undefined {
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

/** The text of a file. Never throws: what goes wrong is an exception of the Resource. */
export function extractText(bytes: Uint8Array, contentType: string, extension: string): Extraction {
  const kind = textKind(contentType, extension);
  if (kind === undefined) return { text: '', exception: undefined };
  const source = decode(bytes);
  // Without an extension there is no promise of text to break.
  if (source === undefined) return { text: '', exception: extension === '' ? undefined : 'Has Error' };
  try {
    const text = kind === 'html' ? htmlText(source) : source;
    if (text.length <= longestText) return { text, exception: undefined };
    return {
      text: text.slice(0, longestText).toWellFormed(),
      exception: 'Large Text Truncated',
      isNote: true,
    };
  } catch {
    return { text: '', exception: 'Has Error' };
  }
}

function htmlText(source: string): string {
  return convert(source, {
    wordwrap: false,
    limits: { maxInputLength: longestText * 4 },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      // Headings stay as they are written, so that a phrase is found as it reads.
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
}
