import assert from 'node:assert/strict';
import { namesIn } from '../../../../src/sandbox/http/nameList.ts';

describe('The parser of a comma-separated list of names', () => {
  it('splits the list at commas, and drops whitespace and empty names', () => {
    assert.deepEqual(namesIn('title, extension ,,size'), ['title', 'extension', 'size']);
    assert.deepEqual(namesIn(''), []);
    assert.deepEqual(namesIn(' , '), []);
  });
});
