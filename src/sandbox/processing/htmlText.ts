import { convert } from 'html-to-text';

/** Characters of HTML that are read, in UTF-16 units. */
const maxSource = 16_000_000;

/** The text of an HTML document, as it reads. */
export function htmlText(source: string): string {
  return convert(source, {
    wordwrap: false,
    limits: { maxInputLength: maxSource },
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
