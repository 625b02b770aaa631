import { convert } from 'html-to-text';

/** Maximum length of HTML that is read, in UTF-16 units. */
const maxSource = 16_000_000;

/** The visible text of an HTML document. */
export function htmlText(source: string): string {
  return convert(source, {
    wordwrap: false,
    limits: { maxInputLength: maxSource },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      // Headings keep their case, so that they read as written.
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
}
