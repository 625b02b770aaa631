import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indexedText } from '../../../../src/sandbox/language/indexedText.ts';
import { occurrences, phraseOf } from '../../../../src/sandbox/language/phrases.ts';
import { passagesWithBrokenWords, spacedTerms, wordsOf } from '../../../../src/sandbox/language/words.ts';

/** Splits a text as SQLite's tokenizer `ascii` does. */
function asciiTokens(text: string): string[] {
  return (text.match(/[A-Za-z0-9\u0080-\uFFFF]+/g) ?? []).map((token) =>
    token.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );
}

const letters = fc.constantFrom(
  ...[
    'a',
    'B',
    '7',
    'é',
    'e\u0301',
    'ß',
    'ﬁ',
    'ς',
    'й',
    '契',
    '約',
    '書',
    'ガ',
    'ｶ',
    'ﾞ',
    'ー',
    '々',
    '가',
    '\u1100',
  ],
  ...['\u1161', '\u11A8', 'ﾡ', 'น', '้', 'ำ', 'ํ', 'า', 'क', '़', 'ि', '्', 'ع', 'َ', 'ـ', 'ש', 'ׁ', '👍', '🏽'],
  ...[
    '\uFE0F',
    '\u200D',
    '🇩',
    '🇪',
    '㍿',
    '½',
    '²',
    '①',
    '\uD83D',
    '\uDC4D',
    '\u{20000}',
    '\u{E0100}',
    '\u3099',
  ],
  ...[' ', '\n', '-', '-\n', '\u00AD', '\u3000', '、', '’', '™', '\0', '\uFDD0', '\t\r\n', '㋿', '𝟘', 'ﷺ'],
);
const text = fc.oneof(
  fc.array(letters, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('The words of a text', () => {
  it('are those that the full-text index splits the indexed text into', () => {
    fc.assert(
      fc.property(text, (original) => {
        assert.deepEqual(
          asciiTokens(spacedTerms(original)),
          wordsOf(original).map(({ term }) => term),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('have positions in the original text, in order', () => {
    fc.assert(
      fc.property(text, (original) => {
        let before = 0;
        for (const { start, end } of wordsOf(original)) {
          assert.ok(start >= before && end > start && end <= original.length, JSON.stringify(original));
          before = start;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('are the same if the text is normalized, composed or decomposed, or in capital letters', () => {
    const ordinary = fc
      .array(
        fc.constantFrom(
          'é',
          'ñ',
          'ς',
          'σ',
          'й',
          'ё',
          '契',
          'ガ',
          '각',
          '하',
          'น้',
          'क़',
          'أ',
          'שׁ',
          ' ',
          'x',
          '7',
        ),
      )
      .map((parts) => parts.join(''));
    const terms = (original: string): string[] => wordsOf(original).map(({ term }) => term);
    fc.assert(
      fc.property(ordinary, (original) => {
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
          assert.deepEqual(terms(original.normalize(form)), terms(original), form);
        assert.deepEqual(terms(original.toUpperCase()), terms(original));
      }),
      { numRuns: 1000 },
    );
  });

  it('are found by any part of a text without spaces, at the right place', () => {
    const part = fc
      .array(fc.constantFrom('契', '約', '書', 'の', 'ー', 'ﾊﾟ', '하', 'น้', 'ก'), {
        minLength: 1,
        maxLength: 12,
      })
      .chain((units) =>
        fc
          .tuple(fc.nat(units.length - 1), fc.nat(units.length))
          .map(([from, count]) => ({ units, from, to: Math.min(units.length, from + Math.max(1, count)) })),
      );
    fc.assert(
      fc.property(part, ({ units, from, to }) => {
        const before = `x ${units.slice(0, from).join('')}`;
        const wanted = units.slice(from, to).join('');
        const phrase = phraseOf(wanted, false);
        assert.ok(phrase);
        const spans = occurrences(wordsOf(before + wanted + units.slice(to).join('')), phrase);
        const span = { start: before.length, end: before.length + wanted.length };
        assert.ok(
          spans.some(({ start, end }) => start === span.start && end === span.end),
          JSON.stringify([before, wanted, spans]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('stay separate in passages: a broken word is one word there, and two words in the text', () => {
    const original = `${'a '.repeat(20)}demur-\nrage com-\nmuni-\ncation ${'b '.repeat(20)}low-\nwater`;
    const passages = passagesWithBrokenWords(original).map((words) =>
      words.map(({ term }) => term).join(' '),
    );
    assert.deepEqual(passages, [
      `${'a '.repeat(8)}demurrage communication ${'b '.repeat(8).trim()}`,
      `${'b '.repeat(8)}lowwater`,
    ]);
    assert.match(
      indexedText(original),
      /demur-\nrage[^]*water \uFDD0 (a )+demurrage[^\uFDD0]*\uFDD0 (b )+lowwater$/,
    );
    assert.deepEqual(passagesWithBrokenWords('a - b\n- c\n-\nd e-\n\nf 1-\n2'), []);
  });

  it('are not copied for an ASCII text', () => {
    const original = 'The Ebb tide, 8.4 metres\n- at low-water';
    assert.equal(indexedText(original), original);
  });
});
