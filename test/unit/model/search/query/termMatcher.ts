import type { SearchTerm } from '../../../../../src/onna/wire/search.ts';

/** The fields of a Resource that search conditions can test. Dates are in epoch seconds. */
export type Document = Readonly<Record<string, string | number | undefined>>;

/** The words that an index would store: runs of letters and digits, in lower case. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Whether `text` contains the words of `wanted` consecutively, in this order. */
export function holdsPhrase(text: string, wanted: readonly string[]): boolean {
  const all = words(text);
  return all.some((_, start) => wanted.every((word, offset) => all[start + offset] === word));
}

function textContains(text: string, value: string): boolean {
  const phrase = /^"(.*)"$/s.exec(value)?.[1];
  if (phrase !== undefined) return holdsPhrase(text, words(phrase));
  const present = new Set(words(text));
  return words(value).every((word) => present.has(word));
}

/** Whether a document meets a condition. A simple reference implementation of the service's `advanced` conditions. */
export function holds(term: SearchTerm, document: Document): boolean {
  const value = (name: string): string => String(document[name] ?? '');
  if ('and' in term) return term.and.every((part) => holds(part, document));
  if ('or' in term) return term.or.some((part) => holds(part, document));
  if ('and_not' in term) return !term.and_not.some((part) => holds(part, document));
  if ('exists' in term) return document[term.exists[0].var] !== undefined;
  if ('text_contains' in term) return textContains(value(term.text_contains[0].var), term.text_contains[1]);
  if ('in' in term) return term.in[1].includes(value(term.in[0].var));
  if ('>' in term) return Number(document[term['>'][0].var]) > term['>'][1];
  return Number(document[term['<'][0].var]) < term['<'][1];
}
