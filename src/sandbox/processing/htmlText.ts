import { convert } from 'html-to-text';

/** Maximum length of HTML that is read, in UTF-16 units. */
const maxSource = 16_000_000;

/** Returns the visible text of an HTML document. */
export function htmlText(source: string): string {
  return convert(source, {
    wordwrap: false,
    limits: { maxInputLength: maxSource },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      // Do not convert headings to upper case, which is the default.
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
}
