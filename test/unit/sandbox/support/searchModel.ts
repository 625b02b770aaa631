import { passagesWithBrokenWords, wordsOf } from '../../../../src/sandbox/language/words.ts';
import type { Word } from '../../../../src/sandbox/language/words.ts';

/** The searchable fields of an object, as the test expects them. */
export interface ModelDocument {
  readonly path: string;
  readonly fields: Readonly<Record<string, string | number | null>>;
}

export type ModelTerm = Readonly<Record<string, readonly unknown[]>>;

/**
 * Writes words as a text in which any phrase is a substring: words with bounds, and letters of scripts without spaces,
 * each followed by `·`. The end of such letters is a bound, too.
 */
function bounded(words: readonly Word[]): string {
  return words
    .map(({ term, kind }, at) => {
      if (kind === 'word') return `<${term}>`;
      if (kind === 'last') return `${term}·|`;
      const next = words[at + 1];
      const [after = ''] = next?.kind === 'pair' ? firstLetters(words, at + 1) : [next?.term ?? ''];
      return `${term.slice(0, term.length - after.length)}·`;
    })
    .join('');
}

/** The letters of the pairs from `at`, found from the last letter backwards. */
function firstLetters(words: readonly Word[], at: number): string[] {
  let last = at;
  while (words[last]?.kind === 'pair') last++;
  const letters = [words[last]?.term ?? ''];
  for (let index = last - 1; index >= at; index--) {
    const pair = words[index]?.term ?? '';
    letters.unshift(pair.slice(0, pair.length - (letters[0]?.length ?? 0)));
  }
  return letters;
}

/** Writes a phrase of a query as a text that documents must contain. */
function wantedText(text: string, isPrefix: boolean): string {
  const words = wordsOf(text);
  const bounds = bounded(words);
  const last = words.at(-1);
  if (last?.kind !== 'last') return isPrefix ? bounds.slice(0, -1) : bounds;
  // More letters may follow in the document. A single letter may also have marks there.
  return words.at(-2)?.kind === 'pair' ? bounds.slice(0, -1) : bounds.slice(0, -2);
}

function textContains(value: string, query: string): boolean {
  const readings = [wordsOf(value), ...passagesWithBrokenWords(value)].map(bounded);
  const parts = [...query.replaceAll(/[“”]/g, '"').matchAll(/"([^"]*)"|([^\s"]+)/g)];
  const wanted = parts
    .map(([, phrase, word]) => wantedText(phrase ?? word ?? '', word?.endsWith('*') === true))
    .filter((text) => text !== '');
  return wanted.length > 0 && wanted.every((part) => readings.some((text) => text.includes(part)));
}

function valueContains(value: string | number | null, query: string): boolean {
  const pieces = query.replaceAll('"', ' ').toLowerCase().match(/\S+/g) ?? [];
  return pieces.every((piece) => value !== null && String(value).toLowerCase().includes(piece));
}

/** All stored values that a query value matches, such as a string and the number that it contains. */
function forms(name: string, value: string | number | boolean): (string | number)[] {
  if (name === 'date_modified')
    return [
      typeof value === 'string' && Number.isNaN(Number(value)) ? Date.parse(value) / 1000 : Number(value),
    ];
  if (typeof value !== 'string') return [Number(value)];
  return value.trim() !== '' && !Number.isNaN(Number(value)) ? [value, Number(value)] : [value];
}

/** Reference implementation of a search. Returns whether a document matches a term. */
export function matches(term: ModelTerm, document: ModelDocument): boolean {
  const [[operator, operands] = ['', []]] = Object.entries(term);
  const terms = operands as readonly ModelTerm[];
  if (operator === 'and') return terms.every((part) => matches(part, document));
  if (operator === 'or') return terms.some((part) => matches(part, document));
  if (operator === 'and_not') return !terms.some((part) => matches(part, document));
  const [variable, operand] = operands as readonly [{ readonly var: string }, unknown];
  const name = variable.var.replace(/\.keyword$/, '');
  const value = document.fields[name] ?? null;
  switch (operator) {
    case 'exists':
      return value !== null;
    case 'text_contains':
      return variable.var === 'title' || variable.var === 'extracted_text'
        ? textContains(String(value ?? ''), String(operand))
        : valueContains(value, String(operand));
    case 'in':
      return (operand as readonly (string | number | boolean)[]).some((one) =>
        forms(name, one).some((form) => form === value),
      );
    default:
      return forms(name, operand as string | number | boolean).some(
        (form) =>
          value !== null && typeof form === typeof value && (operator === '>' ? value > form : value < form),
      );
  }
}
