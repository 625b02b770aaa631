import assert from 'node:assert/strict';
import { pythonText } from '../../../../src/sandbox/server/pythonText.ts';

describe('Python’s notation of a JSON value', () => {
  it('has the names of its constants, and quotes texts as Python does', () => {
    for (const [value, text] of [
      [null, 'None'],
      [true, 'True'],
      [false, 'False'],
      [7.5, '7.5'],
      ['tide', "'tide'"],
      ["it's", '"it\'s"'],
      [`'"`, `'\\'"'`],
      ['a\\b\n\u0000é漢\u2028\u{e0001}', "'a\\\\b\\n\\x00é漢\\u2028\\U000e0001'"],
      [[1, [], {}], '[1, [], {}]'],
      [{ a: 1, b: undefined, c: [null] }, "{'a': 1, 'c': [None]}"],
    ] as const)
      assert.equal(pythonText(value), text);
  });
});
