import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { displayText } from '../../../src/shared/displayText.ts';
import { hostileStrings } from '../../support/hostileStrings.ts';

describe('displayText', () => {
  it('trims the text, and replaces line breaks and repeated spaces with one space', () =>
    assert.equal(displayText(' a\r\n\tb  c ', 20), 'a b c'));

  it('keeps markup as plain text', () => {
    assert.equal(displayText('<b onclick="x">$(sync)</b>', 40), '<b onclick="x">$(sync)</b>');
  });

  it('replaces direction overrides and isolates, which could disguise a file name', () => {
    assert.equal(displayText('invoice\u202egpj.exe', 40), 'invoice\ufffdgpj.exe');
    assert.equal(displayText('\u2067a\u2069', 40), '\ufffda\ufffd');
  });

  it('keeps right-to-left marks, because names in right-to-left scripts need them', () =>
    assert.equal(displayText('שלום\u200f!', 40), 'שלום\u200f!'));

  it('replaces control characters and lone surrogates', () => {
    assert.equal(displayText('a\0b\u001b[31mc\ud800d', 40), 'a\ufffdb\ufffd[31mc\ufffdd');
  });

  it('ends truncated text with an ellipsis, and never splits a surrogate pair', () => {
    assert.equal(displayText('abcdef', 3), 'abc…');
    assert.equal(displayText('ab🌊cd', 3), 'ab…');
  });

  it('truncates text between graphemes, unless a single grapheme exceeds the limit', () => {
    const family = '👩‍👩‍👧‍👦';
    assert.equal(displayText(`ab${family}cd`, 5), 'ab…');
    assert.equal(displayText(`ab${family}cd`, 2 + family.length), `ab${family}…`);
    assert.equal(displayText('cafe\u0301s', 4), 'caf…');
    assert.equal(displayText(`a${'\u0301'.repeat(500)}`, 10), `a${'\u0301'.repeat(9)}…`);
  });

  it('returns an empty string for text that contains only invisible characters', () => {
    assert.equal(displayText('\u200b\u2060\ufeff\u00ad \t', 10), '');
    assert.equal(displayText('\u200ba', 10), '\u200ba');
  });

  it('returns an ordinary name unchanged', () => {
    for (const name of ['Harbour wiki', 'Préfecture – 2021', '潮汐表', 'a.b@c.example (2)'])
      assert.equal(displayText(name, 40), name);
  });

  it('takes less than 500 ms for 10,000 ordinary names and several long texts', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `Berth slips of quay ${index}, 2021–2024`);
    const started = performance.now();
    for (const name of names) displayText(name, 200);
    for (const { text } of hostileStrings) displayText(text, 200);
    // The calls usually take about 5 ms in total. 500 ms would mean that the algorithm is no longer linear.
    assert.ok(performance.now() - started < 500);
  });

  for (const { name, text } of hostileStrings)
    it(`returns one short line without control characters for ${name}`, () => {
      const shown = displayText(text, 200);
      assert.ok(shown.length <= 201);
      assert.ok(shown.isWellFormed());
      assert.doesNotMatch(shown, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      assert.equal(displayText(shown, 201), shown, 'a second pass changes nothing');
    });

  it('returns short, well-formed text for any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, maxLength) => {
        const shown = displayText(text, maxLength);
        assert.ok(shown.length <= maxLength + 1);
        assert.ok(shown.isWellFormed());
        assert.doesNotMatch(shown, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
