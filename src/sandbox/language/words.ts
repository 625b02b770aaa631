import { normalized } from './characters.ts';
import type { Piece } from './characters.ts';

/**
 * A word of a text, as the search index stores it.
 *
 * Scripts without spaces between words are indexed as overlapping pairs: a text of the letters ABC has the words AB, BC
 * and C. So a search finds any part of the text, without a dictionary: AB and BC are words, and a word of one letter is
 * the beginning of a pair.
 */
export interface Word {
  /** The normalized word, without spaces. */
  readonly term: string;
  /** Positions in the text, in UTF-16 units. `end` of a pair is the end of its first letter. */
  readonly start: number;
  readonly end: number;
  /** `pair`: two letters of a script without spaces. `last`: the last letter of such a text. */
  readonly kind: 'word' | 'pair' | 'last';
}

type Emit = (term: string, start: number, end: number, kind: Word['kind']) => void;

/** Receives the words of a text in order. */
interface Receiver {
  readonly emit: Emit;
  /**
   * Receives all pairs of adjacent characters between two positions at once, which is faster. All these characters are
   * one UTF-16 unit long and normalized. Optional: `emit` receives the pairs otherwise.
   */
  readonly emitPairs?: (text: string, from: number, to: number) => void;
}

/** Code units that can belong to the character before them: marks, vowels and finals of Hangul, halves of surrogates. */
const extending = /^[\p{M}\uFF9E\uFF9F\u1160-\u11FF\uD7B0-\uD7FB\uFFA0-\uFFDC\u0E33\u0EB3\uD800-\uDFFF]/u;

/** A character with its marks. Flags are pairs of letters. */
const character =
  /\p{RI}{2}|[\uFFA0-\uFFDC]+|[^](?:[\u0E4D\u0ECD][\u0E48-\u0E4B\u0EC8-\u0ECB]*[\u0E32\u0EB2]|[\p{M}\uFF9E\uFF9F\u1160-\u11FF\uD7B0-\uD7FB\u0E33\u0EB3])*/uy;

/** Longer characters are not cached. A text can have any number of marks on a letter. */
const maxCachedLength = 8;
const maxCached = 20_000;

/** Normalized characters by their text. They never change, so all users share them. */
const longer = new Map<string, readonly Piece[]>();
/** Normalized characters of one UTF-16 unit, by that unit. */
const single: (readonly Piece[] | undefined)[] = [];
const extendingUnits = new Int8Array(0x1_00_00);

function isExtending(unit: number): boolean {
  if (Number.isNaN(unit)) return false;
  if (extendingUnits[unit] === 0) extendingUnits[unit] = extending.test(String.fromCharCode(unit)) ? 1 : -1;
  return extendingUnits[unit] === 1;
}

function cachedPieces(text: string): readonly Piece[] {
  if (text.length === 1) return (single[text.charCodeAt(0)] ??= normalized(text));
  const known = longer.get(text);
  if (known !== undefined) return known;
  const pieces = normalized(text);
  if (text.length > maxCachedLength) return pieces;
  if (longer.size >= maxCached) longer.clear();
  longer.set(text, pieces);
  return pieces;
}

/** Whether each UTF-16 unit is a normalized letter of a script without spaces: 1, or -1 if not. 0 is unknown. */
const plainUnits = new Int8Array(0x1_00_00);

function isPlain(unit: number): boolean {
  if (unit < 0x80) return false;
  if (plainUnits[unit] === 0) {
    const text = String.fromCharCode(unit);
    const [piece, ...others] = isExtending(unit) ? [] : cachedPieces(text);
    plainUnits[unit] = piece?.kind === 'unit' && piece.text === text && others.length === 0 ? 1 : -1;
  }
  return plainUnits[unit] === 1;
}

/** Collects the pieces of characters into words. */
class WordBuilder {
  readonly #receiver: Receiver;
  readonly #emit: Emit;
  #term = '';
  #start = 0;
  #end = 0;
  #unit = '';

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
    this.#emit = receiver.emit;
  }

  /** Adds characters that are {@link isPlain}. */
  addPlain(text: string, from: number, to: number): void {
    if (this.#unit !== '') this.#emit(this.#unit + text.charAt(from), this.#start, this.#end, 'pair');
    else this.finish();
    if (this.#receiver.emitPairs) this.#receiver.emitPairs(text, from, to);
    else for (let at = from; at < to - 1; at++) this.#emit(text.slice(at, at + 2), at, at + 1, 'pair');
    this.#unit = text.charAt(to - 1);
    this.#start = to - 1;
    this.#end = to;
  }

  add({ kind, text }: Piece, start: number, end: number): void {
    switch (kind) {
      case 'letter':
        if (this.#unit !== '') this.finish();
        this.#addLetter(text, start, end);
        return;
      case 'raised':
        // In `clause¹` it is the number of a footnote, in `m²` and `x²` it is not.
        if (this.#unit !== '' || this.#term.length > 2) this.finish();
        this.#addLetter(text, start, end);
        return;
      case 'unit':
        if (this.#unit !== '') this.#emit(this.#unit + text, this.#start, this.#end, 'pair');
        else this.finish();
        this.#unit = text;
        this.#start = start;
        this.#end = end;
        return;
      case 'symbol':
        this.finish();
        this.#emit(text, start, end, 'word');
        return;
      case 'separator':
        this.finish();
    }
  }

  /** Ends the word. */
  finish(): void {
    if (this.#term !== '') this.#emit(this.#term, this.#start, this.#end, 'word');
    else if (this.#unit !== '') this.#emit(this.#unit, this.#start, this.#end, 'last');
    this.#term = '';
    this.#unit = '';
  }

  #addLetter(text: string, start: number, end: number): void {
    if (this.#term === '') this.#start = start;
    this.#term += text;
    this.#end = end;
  }
}

function endOfPlain(text: string, from: number, to: number): number {
  let end = from;
  while (end < to && isPlain(text.charCodeAt(end))) end++;
  return end > from && isExtending(text.charCodeAt(end)) ? end - 1 : end;
}

/** Passes each word between two positions of a text. */
function readWords(text: string, from: number, to: number, receiver: Receiver): void {
  const builder = new WordBuilder(receiver);
  for (let at = from; at < to;) {
    const plain = endOfPlain(text, at, to);
    if (plain > at) {
      builder.addPlain(text, at, plain);
      at = plain;
      continue;
    }
    const unit = text.charCodeAt(at);
    let length = 1;
    if (isExtending(unit) || isExtending(text.charCodeAt(at + 1))) {
      character.lastIndex = at;
      length = character.exec(text)?.[0].length ?? 1;
    }
    const end = at + length;
    // The only spaces between the bounds are those around a line break within a Chinese or Japanese text.
    if (unit > 0x20)
      for (const piece of cachedPieces(length === 1 ? text.charAt(at) : text.slice(at, end)))
        builder.add(piece, at, end);
    at = end;
  }
  builder.finish();
}

/**
 * A stretch of text that must be normalized as a whole: characters beyond ASCII and the ASCII letters next to them.
 * Chinese and Japanese texts are broken into lines anywhere, also within words, so such a line break is a part of it.
 */
const stretch =
  /[A-Za-z0-9\x80-\u{10FFFF}]+(?:(?<=[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}])[ \t]*\r?\n[ \t]*(?=[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}])[A-Za-z0-9\x80-\u{10FFFF}]+)*/uy;

function endOfStretch(text: string, start: number): number {
  stretch.lastIndex = start;
  return start + (stretch.exec(text)?.[0].length ?? 1);
}

/** Calls `emit` for each word of a text, in order. */
function eachWord(text: string, emit: Emit): void {
  const begin = /[A-Za-z0-9]+|[^\0-\x7F]/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const { index, 0: found } = match;
    const end = index + found.length;
    const next = text.charCodeAt(end);
    if (found.charCodeAt(0) < 0x80 && !(next >= 0x80)) {
      emit(found.toLowerCase(), index, end, 'word');
      continue;
    }
    begin.lastIndex = endOfStretch(text, index);
    readWords(text, index, begin.lastIndex, { emit });
  }
}

/** Returns all words of a text, in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  eachWord(text, (term, start, end, kind) => words.push({ term, start, end, kind }));
  return words;
}

/** Collects terms with spaces between them. Writing numbers to an array is faster than joining millions of strings. */
class TermWriter implements Receiver {
  #units = new Uint16Array(256);
  #count = 0;

  readonly emit = (term: string): void => {
    this.#makeRoom(term.length + 1);
    for (let at = 0; at < term.length; at++) this.#units[this.#count++] = term.charCodeAt(at);
    this.#units[this.#count++] = 0x20;
  };

  readonly emitPairs = (text: string, from: number, to: number): void => {
    this.#makeRoom(3 * (to - from));
    let before = text.charCodeAt(from);
    for (let at = from + 1; at < to; at++) {
      const unit = text.charCodeAt(at);
      this.#units[this.#count++] = before;
      this.#units[this.#count++] = unit;
      this.#units[this.#count++] = 0x20;
      before = unit;
    }
  };

  /** Returns the terms. */
  finish(): string {
    return Buffer.from(this.#units.buffer, 0, 2 * Math.max(0, this.#count - 1)).toString('utf16le');
  }

  #makeRoom(count: number): void {
    if (this.#count + count <= this.#units.length) return;
    const larger = new Uint16Array(2 * (this.#count + count));
    larger.set(this.#units);
    this.#units = larger;
  }
}

const maxCachedStretch = 32;
/** The terms of short stretches, because most words occur again and again. */
const stretches = new Map<string, string>();

function termsOf(text: string, start: number, end: number): string {
  const isShort = end - start <= maxCachedStretch;
  const key = isShort ? text.slice(start, end) : '';
  const known = isShort ? stretches.get(key) : undefined;
  if (known !== undefined) return known;
  const writer = new TermWriter();
  readWords(text, start, end, writer);
  const terms = writer.finish();
  if (!isShort) return terms;
  if (stretches.size >= maxCached) stretches.clear();
  stretches.set(key, terms);
  return terms;
}

function isAsciiLetter(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

/**
 * Returns a text whose words, separated by ASCII spaces and punctuation, are the terms of {@link wordsOf}, apart from
 * the case of ASCII letters. Returns an ASCII text unchanged.
 */
export function spacedTerms(text: string): string {
  const beyondAscii = /[^\0-\x7F]/g;
  let result = '';
  let done = 0;
  for (let match = beyondAscii.exec(text); match !== null; match = beyondAscii.exec(text)) {
    let { index: start } = match;
    while (start > done && isAsciiLetter(text.charCodeAt(start - 1))) start--;
    const end = endOfStretch(text, start);
    result += text.slice(done, start) + termsOf(text, start, end);
    beyondAscii.lastIndex = end;
    done = end;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** The number of words before and after a broken word that a phrase with this word can have. */
const neighbours = 8;

const brokenLine = /[-\u2010\u00AD][ \t]*(?:\r\n?|\n)/;
const lineBreak = /^[-\u2010\u00AD][ \t]*(?:\r\n?|\n)\f?[ \t]*$/;

/** Whether a hyphen at the end of a line is between two words. */
function isBroken(text: string, end: number, start: number): boolean {
  const hyphen = text.charAt(end);
  if (hyphen !== '-' && hyphen !== '\u2010' && hyphen !== '\u00AD') return false;
  return lineBreak.test(text.slice(end, start));
}

/**
 * Finds words that are hyphenated at the end of a line, such as `demur-` and `rage`. The index can't know if the hyphen
 * belongs to the word, so it contains both ways to read such a place. {@link wordsOf} reads two words.
 * @returns Passages of the text around these words, in which each of them is one word.
 */
export function passagesWithBrokenWords(text: string): Word[][] {
  if (!brokenLine.test(text)) return [];
  const passages: Word[][] = [];
  const recent: Word[] = [];
  let missing = 0;
  eachWord(text, (term, start, end, kind) => {
    const before = recent.at(-1);
    const isContinued =
      kind === 'word' &&
      before?.kind === 'word' &&
      isBroken(text, before.end, start) &&
      /\p{L}\p{M}*$/u.test(before.term) &&
      /^\p{L}/u.test(term);
    const word: Word = isContinued
      ? { term: before.term + term, start: before.start, end, kind }
      : { term, start, end, kind };
    if (isContinued) recent.pop();
    recent.push(word);
    if (recent.length > neighbours + 1) recent.shift();
    const passage = passages.at(-1);
    if (isContinued) {
      if (passage === undefined || missing === 0) passages.push([...recent]);
      else passage.splice(-1, 1, word);
      missing = neighbours;
    } else if (passage !== undefined && missing > 0) {
      passage.push(word);
      missing--;
    }
  });
  return passages;
}
