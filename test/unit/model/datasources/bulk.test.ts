import assert from 'node:assert/strict';
import { runBulk } from '../../../../src/model/datasources/bulk.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';

const items = Array.from({ length: 20 }, (_, index) => index);

describe('runBulk', () => {
  it('processes all items within the concurrency limit, even if some items fail', async () => {
    let running = 0;
    let maxRunning = 0;
    const counts: number[] = [];
    const { signal } = new AbortController();
    const options = { concurrency: 3, signal, ended: (count: number) => void counts.push(count) };
    const outcomes = await runBulk(items, options, async (item) => {
      maxRunning = Math.max(maxRunning, ++running);
      await new Promise(setImmediate);
      running--;
      if (item % 5 === 0) throw new OnnaError({ kind: 'notFound' });
    });
    assert.equal(maxRunning, 3);
    assert.deepEqual(
      counts,
      items.map((index) => index + 1),
    );
    assert.deepEqual(
      outcomes.map(({ item }) => item).sort((a, b) => a - b),
      items,
    );
    const failed = outcomes.filter(({ error }) => error !== undefined).map(({ item }) => item);
    assert.deepEqual(failed, [0, 5, 10, 15]);
  });

  it('starts no items after a cancellation, and returns no outcomes for the skipped items', async () => {
    const abort = new AbortController();
    const outcomes = await runBulk(items, { concurrency: 2, signal: abort.signal }, async (item) => {
      await new Promise(setImmediate);
      if (item === 3) abort.abort();
      if (abort.signal.aborted) throw new OnnaError({ kind: 'cancelled' });
    });
    assert.deepEqual(
      outcomes.map(({ item }) => item),
      [0, 1, 2],
    );
  });
});
