import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quotedValue, quotedWord } from '../../../../../src/model/search/completion/quoted.ts';
import { parseQuery } from '../../../../../src/model/search/query/syntax.ts';
import { hostileStrings } from '../../../../support/hostileStrings.ts';

const texts = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      'OR',
      'AND',
      '-x',
      'a:b',
      'a,b',
      'say "no"',
      'back\\slash',
      '*',
      ' ',
      ...hostileStrings.map(({ text }) => text.slice(0, 500)),
    ),
  )
  .filter((text) => text !== '');

describe('Completed texts in a query', () => {
  it('are read back as exactly one value, whatever they contain', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, isQuoted) => {
        const { root } = parseQuery(`in:${quotedValue(text, isQuoted)} tide`);
        assert.ok(root?.kind === 'all' && root.nodes.length === 2);
        const [first] = root.nodes;
        assert.ok(first?.kind === 'field' && first.name === 'in');
        assert.deepEqual(
          first.values.map((value) => value.text),
          [text],
        );
      }),
    );
  });

  it('are read back as exactly one word or phrase', () => {
    fc.assert(
      fc.property(
        texts.filter((text) => /[\p{L}\p{N}]/u.test(text)),
        (text) => {
          const { root } = parseQuery(quotedWord(text));
          assert.ok(root?.kind === 'text');
          assert.equal(root.value.text, text);
        },
      ),
    );
  });

  it('have quotation marks only if they need them', () => {
    assert.equal(quotedValue('Wiki'), 'Wiki');
    assert.equal(quotedValue('Harbour wiki'), '"Harbour wiki"');
    assert.equal(quotedWord('harbour'), 'harbour');
  });
});
