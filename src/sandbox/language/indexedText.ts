import { passagesWithBrokenWords, spacedTerms } from './words.ts';

/**
 * Separates passages in the index, so that no phrase goes from one passage to the next. It is a Unicode noncharacter:
 * no query contains it, because it is not a letter.
 */
export const passageBreak = '\uFDD0';

/**
 * Returns the text to store in the full-text index for a text. The index splits it at ASCII characters that are neither
 * letters nor digits, and ignores the case of ASCII letters.
 */
export function indexedText(text: string): string {
  const passages = passagesWithBrokenWords(text).map((words) => words.map(({ term }) => term).join(' '));
  return [spacedTerms(text), ...passages].join(` ${passageBreak} `);
}
