import type { Span } from '../language/phrases.ts';
import type { Word } from '../language/words.ts';

/** A part of a text. */
export interface Passage extends Span {
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

/** Length of a passage in words. Two letters of a script without spaces count as one word. */
const maxWords = 32;

/** Maximum number of matches that are tried as the beginning of the passage. */
const maxTried = 1000;

function weightOf(word: Word | undefined): number {
  return word?.kind === 'word' ? 1 : 0.5;
}

/** Returns the index of the first word that ends after a position of the text. */
function wordAt(words: readonly Word[], position: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.end ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the index after the last word of a passage that starts with the word `first`. */
function endOf(words: readonly Word[], first: number): number {
  let end = first;
  for (let weight = 0; end < words.length; end++) {
    weight += weightOf(words[end]);
    if (weight > maxWords) break;
  }
  return end;
}

interface Match extends Span {
  readonly phrase: number;
}

/** Returns the matches in the passage with the most different phrases, and with the most matches if there are several. */
function bestMatches(words: readonly Word[], matches: readonly Match[]): readonly Match[] {
  let best: readonly Match[] = [];
  let bestScore = -1;
  for (const [number, { start }] of matches.slice(0, maxTried).entries()) {
    const limit = words[endOf(words, wordAt(words, start)) - 1]?.end ?? 0;
    let last = number;
    while (last + 1 < matches.length && (matches[last + 1]?.end ?? 0) <= limit) last++;
    const inside = matches.slice(number, last + 1);
    const score = 1000 * new Set(inside.map(({ phrase }) => phrase)).size + inside.length;
    if (score > bestScore) [best, bestScore] = [inside, score];
  }
  return best;
}

/**
 * Chooses the part of a text to show, with the matches in its middle.
 * @param words All words of the text.
 * @param spans The matches of each phrase.
 */
export function bestPassage(
  text: string,
  words: readonly Word[],
  spans: readonly (readonly Span[])[],
): Passage {
  const matches = spans
    .flatMap((found, phrase): Match[] => found.map(({ start, end }) => ({ start, end, phrase })))
    .sort((one, other) => one.start - other.start);
  const best = bestMatches(words, matches);
  let first = wordAt(words, best[0]?.start ?? 0);
  const lastMatched = wordAt(words, (best.at(-1)?.end ?? 1) - 1);
  let used = 0;
  for (let at = first; at <= lastMatched; at++) used += weightOf(words[at]);
  // Words before the matches: half of the free room, or more if there are few words after the matches.
  let after = 0;
  for (let at = lastMatched + 1; at < words.length && after < maxWords; at++) after += weightOf(words[at]);
  const room = Math.max(0, maxWords - used);
  let before = Math.max(room / 2, room - after);
  while (first > 0 && before >= weightOf(words[first - 1])) before -= weightOf(words[--first]);
  const end = Math.max(endOf(words, first), lastMatched + 1);
  const isCutBefore = first > 0;
  const isCutAfter = end < words.length;
  return {
    start: isCutBefore ? (words[first]?.start ?? 0) : 0,
    end: isCutAfter ? (words[end - 1]?.end ?? text.length) : text.length,
    isCutBefore,
    isCutAfter,
  };
}
