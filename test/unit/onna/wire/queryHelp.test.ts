import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeTexts } from '../../../../src/onna/wire/queryHelp.ts';

describe('Suggestions and searchable fields', () => {
  const wanted = ['tide', 'ebb'];
  const forms: Record<string, unknown> = {
    'a list of texts': wanted,
    'an object with a list': { suggestions: wanted },
    'objects with a name': { fields: [{ name: 'tide', type: 'text' }, { name: 'ebb' }] },
    'a map from the text': { fields: { tide: { type: 'text' }, ebb: {} } },
    'objects with a text': { suggest: [{ text: 'tide', score: 1 }, { text: 'ebb' }] },
  };
  for (const [name, json] of Object.entries(forms))
    it(`are read from ${name}`, () => assert.deepEqual(decodeTexts(json), wanted));

  it('contain each text once, and no text that is empty or too long', () => {
    assert.deepEqual(decodeTexts(['ebb', 'ebb', '', 'x'.repeat(201), 7, null]), ['ebb']);
    assert.equal(decodeTexts(Array.from({ length: 9000 }, (_, index) => `w${index}`)).length, 500);
  });

  it('are empty for any other answer', () => {
    fc.assert(fc.property(fc.anything(), (json) => Array.isArray(decodeTexts(json))));
    for (const json of [undefined, null, 'tide', 7, {}, { suggestions: 'tide' }])
      assert.deepEqual(decodeTexts(json), []);
  });
});
