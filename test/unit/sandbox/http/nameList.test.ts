import assert from 'node:assert/strict';
import { namesIn } from '../../../../src/sandbox/http/nameList.ts';

describe('A comma-separated list of names', () => {
  it('is split at its commas; white space and empty names are dropped', () => {
    assert.deepEqual(namesIn('title, extension ,,size'), ['title', 'extension', 'size']);
    assert.deepEqual(namesIn(''), []);
    assert.deepEqual(namesIn(' , '), []);
  });
});
