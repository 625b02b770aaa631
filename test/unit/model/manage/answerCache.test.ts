import assert from 'node:assert/strict';
import { AnswerCache } from '../../../../src/model/manage/answerCache.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

describe('AnswerCache', () => {
  let clock: FakeClock;
  let cache: AnswerCache<number>;
  let requests: number;
  const request = (): Promise<number> => Promise.resolve(++requests);

  beforeEach(() => {
    clock = new FakeClock(0);
    cache = new AnswerCache(clock, 1_000);
    requests = 0;
  });

  it('sends one request for concurrent and later calls with the same key', async () => {
    assert.deepEqual(
      await Promise.all([cache.get('a', '/ws', request), cache.get('a', '/ws', request)]),
      [1, 1],
    );
    assert.equal(await cache.get('a', '/ws', request), 1);
    assert.equal(await cache.get('a', '/other', request), 2);
    assert.equal(await cache.get('b', '/ws', request), 3);
  });

  it('sends a new request after the lifetime of a cached answer has ended', async () => {
    await cache.get('a', '/ws', request);
    await clock.advance(999);
    assert.equal(await cache.get('a', '/ws', request), 1);
    await clock.advance(1);
    assert.equal(await cache.get('a', '/ws', request), 2);
  });

  it('does not cache a failed request', async () => {
    await assert.rejects(
      cache.get('a', '/ws', () => Promise.reject(new Error('offline'))),
      /offline/,
    );
    assert.equal(await cache.get('a', '/ws', request), 1);
  });

  it('deletes the cached answers of a single connection', async () => {
    await cache.get('a', '/ws', request);
    await cache.get('b', '/ws', request);
    cache.forget('a');
    assert.equal(await cache.get('a', '/ws', request), 3);
    assert.equal(await cache.get('b', '/ws', request), 2);
  });

  it('caches at most 500 answers, and drops the oldest one first', async () => {
    for (let n = 0; n <= 500; n++) await cache.get('a', `/${n}`, request);
    assert.equal(await cache.get('a', '/1', request), 2);
    assert.equal(await cache.get('a', '/0', request), 502);
  });
});
