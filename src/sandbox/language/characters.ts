/**
 * Role of a character in a search:
 * - `letter`: part of a word, such as a letter, a digit or a mark that distinguishes words.
 * - `raised`: a superscript digit.
 * - `unit`: a letter of a script that is written without spaces, or without spaces at the bounds of words.
 * - `symbol`: an emoji, which is a word of its own.
 * - `separator`: everything else, such as spaces and punctuation.
 */
type Kind = 'letter' | 'raised' | 'unit' | 'symbol' | 'separator';

/** A normalized piece of a character. */
export interface Piece {
  readonly kind: Kind;
  readonly text: string;
}

const separator: readonly Piece[] = [{ kind: 'separator', text: '' }];

/** Scripts without spaces between words. Korean has spaces, but attaches particles to its words. */
const unspaced =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Tai_Tham}\p{sc=Tai_Viet}\p{sc=Javanese}\p{sc=Balinese}]/u;

const wordCharacter = /^[\p{L}\p{N}\p{M}\p{Co}]/u;

/**
 * Invisible characters: soft hyphens, zero-width spaces and joiners, direction marks, variation selectors. Also the
 * tatweel, which only stretches an Arabic word.
 */
const ignored = /[\p{Default_Ignorable_Code_Point}\u200B\uFEFF\u0640]/gu;

/** Symbols whose compatibility form would join the word before them, and letters that are used as apostrophes. */
const apart = /^[©®™℠\u02B9-\u02BF]/u;

const raisedDigit = /^[⁰¹²³⁴-⁹]/u;

/** Emoji. Older symbols without a colored form, such as arrows and ©, are not words. */
const emoji =
  /^(?:\p{RI}|(?![\u3030\u303D])(?:\p{Emoji_Presentation}|(?=[\u2600-\u{10FFFF}])\p{Extended_Pictographic}))/u;
const skinTone = /^\p{Emoji_Modifier}/u;

/** Letters without a decomposition that people also write with plain letters, and spellings of one Arabic letter. */
const alternatives: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ð: 'd', đ: 'd', ɖ: 'd', ø: 'o', ł: 'l', ƚ: 'l', ɫ: 'l', ħ: 'h' },
    ...{
      ŧ: 't',
      ı: 'i',
      ȷ: 'j',
      ŋ: 'n',
      ƀ: 'b',
      ɇ: 'e',
      ǥ: 'g',
      ɨ: 'i',
      ɉ: 'j',
      ɍ: 'r',
      ʉ: 'u',
      ƶ: 'z',
      ɏ: 'y',
    },
    ...{ ⱥ: 'a', ȼ: 'c', ⱡ: 'l', ɵ: 'o', ς: 'σ' },
    // Alef forms, alef maksura, Persian yeh and kaf, teh marbuta.
    ...{ '\u0671': '\u0627', '\u0672': '\u0627', '\u0673': '\u0627' },
    ...{ '\u0649': '\u064A', '\u06CC': '\u064A', '\u06A9': '\u0643', '\u0629': '\u0647', '\u06C1': '\u0647' },
  }),
);

/** Marks that can be left out: niqqud, tashkeel, Syriac points, the Devanagari nukta. */
const optionalMark = /^(?:(?=\p{M})[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Cyrillic}]|\u093C)/u;
/** Marks that occur with letters of many scripts, such as accents. */
const sharedMark = /^(?=\p{M})\p{sc=Inherited}/u;

/**
 * Whether a word with this mark is another word. Accents are left out in Latin and Greek, as people do. But й is not
 * и, ガ is not カ, and ئ is not ي.
 */
function isDistinctive(mark: string, base: string): boolean {
  if (optionalMark.test(mark)) return false;
  if (!sharedMark.test(mark)) return true;
  if (/\p{sc=Cyrillic}/u.test(base)) {
    if (mark === '\u0300' || mark === '\u0301') return !/[аеиоуыэюяієѣѵ]/u.test(base);
    return /[\u0304\u0306\u0308\u030B\u030F]/u.test(mark) && !(base === 'е' && mark === '\u0308');
  }
  if (mark === '\u3099' || mark === '\u309A') return /[\p{scx=Hiragana}\p{scx=Katakana}]/u.test(base);
  return mark === '\u0654' && /[\u0648\u064A]/u.test(base);
}

/** Returns the ASCII digit for a decimal digit of any script. Unicode encodes these in groups of ten, in order. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** Removes everything that people leave out or write differently. The result is in normalization form C. */
function plainForm(text: string): string {
  let plain = '';
  let base = '';
  for (const character of text.normalize('NFKC').toLowerCase().normalize('NFD')) {
    if (/\p{M}/u.test(character)) {
      if (isDistinctive(character, base)) plain += character;
      continue;
    }
    base = /\p{Nd}/u.test(character) ? asciiDigit(character) : (alternatives.get(character) ?? character);
    plain += base;
  }
  // In Thai and Lao, the vowel `am` may be typed before or after the tone mark.
  return plain.normalize('NFC').replaceAll(/([\u0E4D\u0ECD])([\u0E48-\u0E4B\u0EC8-\u0ECB]+)/gu, '$2$1');
}

function kindOf(character: string): Kind {
  if (!wordCharacter.test(character)) return 'separator';
  return unspaced.test(character) ? 'unit' : 'letter';
}

/**
 * Normalizes a character with its marks. Different ways to write a character have the same result: upper and lower case,
 * compatibility forms (ﬁ, Ａ, ｶﾞ), composed and decomposed forms, and forms with marks that people leave out. Returns no
 * pieces for a character that can't be seen.
 */
export function normalized(character: string): readonly Piece[] {
  const visible = character.replaceAll(ignored, '');
  if (visible === '') return [];
  if (apart.test(visible)) return separator;
  if (skinTone.test(visible)) return [];
  if (emoji.test(visible)) return [{ kind: 'symbol', text: visible.replaceAll(/\p{M}/gu, '') }];
  const plain = plainForm(visible);
  if (raisedDigit.test(visible)) return [{ kind: 'raised', text: plain }];
  const pieces: Piece[] = [];
  for (const [text] of plain.matchAll(/\P{M}?(?:[\u0E4D\u0ECD][\u0E32\u0EB2]|\p{M})*/gu)) {
    if (text === '') continue;
    const kind = kindOf(text);
    pieces.push({ kind, text: kind === 'separator' ? '' : text });
  }
  return pieces;
}
