import { phraseOf } from '../language/phrases.ts';
import type { Phrase } from '../language/phrases.ts';

/** A word or phrase of a search text. */
export interface TextPart {
  /** As typed. */
  readonly text: string;
  readonly phrase: Phrase;
}

/**
 * Quotation marks that word processors and Japanese keyboards type for `"`. Any of them ends a phrase that begins with
 * one of them, because languages use different pairs.
 */
const typographic = '“”„‟＂〝〞〟';

/** Matches a phrase or a word. */
const part = new RegExp(
  String.raw`"([^"]*)"|[${typographic}]([^"${typographic}]*)["${typographic}]|([^\s"${typographic}]+)`,
  'g',
);

/**
 * Splits a `text_contains` value into words and quoted phrases. Drops parts that the index can't contain, such as
 * punctuation without letters.
 */
export function textParts(value: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const [, quoted, quotedOtherwise, word] of value.matchAll(part)) {
    const text = quoted ?? quotedOtherwise ?? word ?? '';
    const phrase = phraseOf(text, word !== undefined && /[*＊]$/.test(word));
    // Skip parts without words: in FTS5, an empty phrase is a syntax error or matches nothing.
    if (phrase !== undefined) parts.push({ text, phrase });
  }
  return parts;
}

/** Makes an FTS5 expression that requires all parts in one column. Terms contain no quotation marks. */
export function inColumn(column: string, parts: readonly TextPart[]): string {
  const phrases = parts.map(({ phrase }) => `"${phrase.terms.join(' ')}"${phrase.isPrefix ? '*' : ''}`);
  return `{${column}} : (${phrases.join(' AND ')})`;
}
