import assert from 'node:assert/strict';
import { SearchTexts } from '../../../../src/model/datasources/searchTexts.ts';

describe('SearchTexts', () => {
  it('finds the same texts as a search of each text', () => {
    const texts = ['', 'aa', 'banana', 'a', '', 'b\na', 'nan', 'ab', 'aaaa', ''];
    const searched = new SearchTexts(texts);
    for (const word of ['a', 'aa', 'aaa', 'b', 'an', 'ana', 'ba', 'nab', 'x', 'banana', 'bananas']) {
      const expected = texts.flatMap((text, position) => (text.includes(word) ? [position] : []));
      assert.deepEqual(searched.containing(word), expected, word);
      const included = texts.flatMap((_, position) => (searched.includes(position, word) ? [position] : []));
      assert.deepEqual(included, expected, word);
    }
  });

  it('finds nothing without texts', () => {
    assert.deepEqual(new SearchTexts([]).containing('a'), []);
    assert.deepEqual(new SearchTexts(['']).containing('a'), []);
  });
});
