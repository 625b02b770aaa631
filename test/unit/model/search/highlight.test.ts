import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { parseHighlight } from '../../../../src/model/search/highlight.ts';

describe('parseHighlight', () => {
  const readings: [fragment: string, runs: string[]][] = [
    ['the <em>ebb</em> tide', ['the ', 'ebb', ' tide']],
    ['<em>ebb</em>', ['', 'ebb', '']],
    ['<em>ebb</em> <em>tide</em>', ['', 'ebb', ' ', 'tide', '']],
    ['no find', ['no find']],
    ['an <em>open end', ['an ', 'open end', '']],
    ['the <em class="hlt1">ebb</em> tide', ['the ', 'ebb', ' tide']],
    ['the <mark>ebb</mark> tide', ['the ', 'ebb', ' tide']],
    ['<mark>the</mark> <em>ebb</em>', ['<mark>the</mark> ', 'ebb', '']],
    ['a </em> b', ['a </em> b']],
    ['<b>x</b> <em><script>alert(1)</script></em>', ['<b>x</b> ', '<script>alert(1)</script>', '']],
  ];
  for (const [fragment, runs] of readings) {
    it(`parses ${fragment}`, () => assert.deepEqual(parseHighlight(fragment), runs));
  }

  it('truncates the text before the first match, so that the match is visible', () => {
    const [before, found] = parseHighlight(`${'words before it '.repeat(20)}<em>ebb</em>`);
    assert.equal(before, '…it words before it words before it ');
    assert.equal(found, 'ebb');
  });

  it('keeps the marks of a letter with it if it truncates a text without spaces', () => {
    const [before = ''] = parseHighlight(`${'ที่นี่'.repeat(40)}<em>เรือ</em>`);
    assert.match(before, /^…[ทน]/);
  });

  it('returns short and well-formed text for any input', () => {
    const piece = fc
      .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('<em>', '</em>', 'x'.repeat(5000))))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(piece, (fragment) => {
        const runs = parseHighlight(fragment);
        assert.ok(runs.length >= 1 && runs.join('').length < 9 * 125);
        assert.ok(runs.join('').isWellFormed());
      }),
    );
  });
});
