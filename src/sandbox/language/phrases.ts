import { passagesWithBrokenWords, wordsOf } from './words.ts';
import type { Word } from './words.ts';

/** Words that must follow one another in a text. */
export interface Phrase {
  /** At least one. */
  readonly terms: readonly string[];
  /** Whether the last term is the beginning of a word. */
  readonly isPrefix: boolean;
  /** Two letters of a script without spaces count as one word. */
  readonly wordCount: number;
}

/** Positions in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Converts a search text to a phrase.
 * @param isPrefix Whether the last word of the text is the beginning of a word.
 * @returns Undefined if the text contains no word.
 */
export function phraseOf(text: string, isPrefix: boolean): Phrase | undefined {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const terms = words.map(({ term }) => term);
  const letters = words.filter(({ kind }) => kind !== 'word').length;
  const wordCount = terms.length - Math.floor(letters / 2);
  if (last.kind !== 'last') return { terms, isPrefix, wordCount };
  // In the found text, more letters may follow. The pair before the last letter contains it already. A single letter is
  // the beginning of a pair.
  if (words.at(-2)?.kind === 'pair') return { terms: terms.slice(0, -1), isPrefix: false, wordCount };
  return { terms, isPrefix: true, wordCount };
}

/** The words of a text as a search can find them: all words in order, and passages in which broken words are one. */
export function readingsOf(text: string): Word[][] {
  return [wordsOf(text), ...passagesWithBrokenWords(text)];
}

function spanOf(words: readonly Word[], first: number, count: number, isPrefix: boolean): Span {
  const last = first + count - 1;
  // A pair ends where the next word ends, except if only its first letter is searched for.
  const end = words[last]?.kind === 'pair' && !isPrefix ? words[last + 1]?.end : words[last]?.end;
  return { start: words[first]?.start ?? 0, end: end ?? 0 };
}

/** Finds a phrase in the words of a text. */
export function occurrences(words: readonly Word[], { terms, isPrefix }: Phrase): Span[] {
  const [first = ''] = terms;
  const last = terms.length - 1;
  const spans: Span[] = [];
  for (const [at, { term }] of words.entries()) {
    // Most words are not the first of the phrase.
    if (last > 0 ? term !== first : isPrefix ? !term.startsWith(first) : term !== first) continue;
    const isFound = terms.every((wanted, number) => {
      const found = words[at + number]?.term;
      return number === last && isPrefix ? found?.startsWith(wanted) === true : found === wanted;
    });
    if (isFound) spans.push(spanOf(words, at, terms.length, isPrefix));
  }
  return spans;
}
