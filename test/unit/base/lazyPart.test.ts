import assert from 'node:assert/strict';
import { LazyPart } from '../../../src/base/lazyPart.ts';

describe('LazyPart', () => {
  it('loads once, on first use, for concurrent and later calls', async () => {
    let loads = 0;
    const part = new LazyPart(() => Promise.resolve(++loads));
    assert.equal(loads, 0);
    assert.deepEqual(await Promise.all([part.get(), part.get()]), [1, 1]);
    assert.equal(await part.get(), 1);
  });

  it('loads again after a failed load', async () => {
    let loads = 0;
    const part = new LazyPart(() =>
      ++loads === 1 ? Promise.reject(new Error('A file is missing')) : Promise.resolve('loaded'),
    );
    await assert.rejects(part.get(), /A file is missing/);
    assert.equal(await part.get(), 'loaded');
  });
});
