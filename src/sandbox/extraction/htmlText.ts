import type { Reading, SourceFile } from './extraction.ts';
import { readMarkup } from './markup.ts';
import { readText } from './readText.ts';
import { htmlCharset } from './statedCharset.ts';
import { TextLines } from './textLines.ts';

/** Elements that start and end a line. */
const blocks = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption ' +
    'figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol optgroup option p pre ' +
    'section select summary table tbody textarea tfoot thead title tr ul'
  ).split(' '),
);

/** Elements whose content is not a text. */
const hidden = new Set(['script', 'style']);

/** Metadata that describe the document to a reader. */
const described =
  /^(description|keywords|author|subject|(og|twitter|dc|dcterms):?\.?(title|description|creator|subject))$/i;

/** Returns the visible text of an HTML document, its description, and the texts that stand for its images. */
export function htmlText(source: string): string {
  const lines = new TextLines();
  let skipped: string | undefined;
  let preformatted = 0;
  readMarkup(source, false, {
    needsAttributes: (name) => name === 'meta' || name === 'img' || name === 'area',
    attributes(name, attributes) {
      if (name !== 'meta') {
        lines.words(` ${attributes.get('alt') ?? ''} `);
        return;
      }
      if (!described.test(attributes.get('name') ?? attributes.get('property') ?? '')) return;
      lines.end();
      lines.words(attributes.get('content') ?? '');
      lines.end();
    },
    open(name) {
      if (hidden.has(name)) skipped = name;
      if (name === 'pre' || name === 'textarea') preformatted += 1;
      if (blocks.has(name)) lines.end();
      else if (name === 'td' || name === 'th') lines.endCell();
    },
    close(name) {
      if (name === skipped) skipped = undefined;
      if (name === 'pre' || name === 'textarea') preformatted = Math.max(0, preformatted - 1);
      if (blocks.has(name)) lines.end();
      else if (name === 'td' || name === 'th') lines.endCell();
    },
    text(text) {
      if (skipped !== undefined) return;
      if (preformatted > 0) lines.exact(text);
      else lines.words(text);
    },
  });
  return lines.text();
}

/** Reads an HTML document. */
export function readHtml(file: SourceFile): Promise<Reading> {
  return readText(file, { stated: htmlCharset(file.bytes), read: htmlText });
}
