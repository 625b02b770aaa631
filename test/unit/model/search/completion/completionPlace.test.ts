import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionPlace } from '../../../../../src/model/search/completion/completionPlace.ts';

/** The place at the `|` in `marked`. */
function at(marked: string): ReturnType<typeof completionPlace> {
  const cursor = marked.indexOf('|');
  return completionPlace(marked.replace('|', ''), cursor);
}

describe('The place to complete in a query', () => {
  it('is the word before the cursor', () => {
    assert.deepEqual(at('ebb ti|'), { kind: 'word', prefix: 'ti', start: 4, end: 6 });
    assert.deepEqual(at('(ti|) OR x'), { kind: 'word', prefix: 'ti', start: 1, end: 3 });
    assert.deepEqual(at('-ti|'), { kind: 'word', prefix: 'ti', start: 1, end: 3 });
  });

  it('is an empty word after a space, a parenthesis or a minus', () => {
    for (const marked of ['|', 'ebb |', '(|', '-|']) assert.equal(at(marked)?.prefix, '', marked);
  });

  it('is the last value of a field', () => {
    const value = (field: string, prefix: string, start: number, end: number): object => ({
      ...{ kind: 'value', field, prefix, isQuoted: false, start, end },
    });
    assert.deepEqual(at('type:|'), value('type', '', 5, 5));
    assert.deepEqual(at('type:pd|'), value('type', 'pd', 5, 7));
    assert.deepEqual(at('type:pdf,|'), value('type', '', 9, 9));
    assert.deepEqual(at('type:pdf,do| tide'), value('type', 'do', 9, 11));
    assert.deepEqual(at('type:pd|,docx'), value('type', 'pd', 5, 7));
  });

  it('includes the opening quotation mark of a value', () => {
    assert.deepEqual(at('in:"Harbour wi|'), {
      ...{ kind: 'value', field: 'in', prefix: 'Harbour wi', isQuoted: true, start: 3, end: 14 },
    });
  });

  it('is undefined inside a word, in a phrase, after a complete value, or after an operator', () => {
    for (const marked of ['ti|de', 'type:p|df', '"ebb ti|', '"ebb"|', 'in:"Wiki"|', 'ebb OR|', '(ebb)|'])
      assert.equal(at(marked), undefined, marked);
    assert.equal(completionPlace('x'.repeat(2001), 2001), undefined);
  });

  it('lies within the query, whatever the query is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(80), (query, cursor) => {
        const place = completionPlace(query, cursor);
        if (!place) return;
        assert.ok(place.start >= 0 && place.start <= place.end && place.end === cursor);
      }),
    );
  });
});
