import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { displayText } from '../../../src/shared/displayText.ts';
import { hostileStrings } from '../../support/hostileStrings.ts';

describe('text from elsewhere, to be shown', () => {
  it('is one line', () => assert.equal(displayText(' a\r\n\tb  c ', 20), 'a b c'));

  it('keeps markup, which is text here', () => {
    assert.equal(displayText('<b onclick="x">$(sync)</b>', 40), '<b onclick="x">$(sync)</b>');
  });

  it('can not pretend to be another name by turning its direction', () => {
    assert.equal(displayText('invoice\u202egpj.exe', 40), 'invoice\ufffdgpj.exe');
    assert.equal(displayText('\u2067a\u2069', 40), '\ufffda\ufffd');
  });

  it('keeps marks that right-to-left names need', () =>
    assert.equal(displayText('שלום\u200f!', 40), 'שלום\u200f!'));

  it('shows control characters and lone surrogates as replaced', () => {
    assert.equal(displayText('a\0b\u001b[31mc\ud800d', 40), 'a\ufffdb\ufffd[31mc\ufffdd');
  });

  it('says by an ellipsis that it was cut, and cuts no character in two', () => {
    assert.equal(displayText('abcdef', 3), 'abc…');
    assert.equal(displayText('ab🌊cd', 3), 'ab…');
  });

  it('cuts between what a reader takes for characters, unless one of them is longer than all may be', () => {
    const family = '👩‍👩‍👧‍👦';
    assert.equal(displayText(`ab${family}cd`, 5), 'ab…');
    assert.equal(displayText(`ab${family}cd`, 2 + family.length), `ab${family}…`);
    assert.equal(displayText('cafe\u0301s', 4), 'caf…');
    assert.equal(displayText(`a${'\u0301'.repeat(500)}`, 10), `a${'\u0301'.repeat(9)}…`);
  });

  it('is nothing where nothing would be seen', () => {
    assert.equal(displayText('\u200b\u2060\ufeff\u00ad \t', 10), '');
    assert.equal(displayText('\u200ba', 10), '\u200ba');
  });

  it('given a usual name, then is that very name', () => {
    for (const name of ['Harbour wiki', 'Préfecture – 2021', '潮汐表', 'a.b@c.example (2)'])
      assert.equal(displayText(name, 40), name);
  });

  it('takes ten thousand usual names in a moment, and a megabyte as well', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `Berth slips of quay ${index}, 2021–2024`);
    const started = performance.now();
    for (const name of names) displayText(name, 200);
    for (const { text } of hostileStrings) displayText(text, 200);
    // Some 5 ms; a hundred times that is another way of doing it.
    assert.ok(performance.now() - started < 500);
  });

  for (const { name, text } of hostileStrings)
    it(`is a short visible line given ${name}`, () => {
      const shown = displayText(text, 200);
      assert.ok(shown.length <= 201);
      assert.ok(shown.isWellFormed());
      assert.doesNotMatch(shown, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      assert.equal(displayText(shown, 201), shown, 'it stays what it is');
    });

  it('is short and well-formed, whatever comes', () => {
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
