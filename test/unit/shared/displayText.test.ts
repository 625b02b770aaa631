import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { displayText } from '../../../src/shared/displayText.ts';

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
