import assert from 'node:assert/strict';
import { RequestTurns } from '../../../../src/model/history/requestTurns.ts';
import { settle } from '../../../doubles/fakeClock.ts';
import { failureOf } from '../../onna/failureOf.ts';

describe('RequestTurns', () => {
  let turns: RequestTurns;
  let started: string[];
  let answers: Map<string, () => void>;
  beforeEach(() => {
    turns = new RequestTurns(2);
    started = [];
    answers = new Map();
  });

  const { signal } = new AbortController();
  const run = (name: string, inBackground: boolean, abort = signal): Promise<string> =>
    turns.run(inBackground, abort, () => {
      started.push(name);
      return new Promise((resolve) => answers.set(name, () => resolve(name)));
    });
  const answer = async (name: string): Promise<void> => {
    answers.get(name)?.();
    await settle();
  };

  it('starts the user’s requests first, even if background requests have waited longer', async () => {
    const all = ['row 1', 'row 2', 'row 3', 'row 4'].map((name) => run(name, true));
    all.push(run('page 1', false), run('page 2', false));
    await settle();
    assert.deepEqual(started, ['row 1', 'row 2']);
    for (const name of ['row 1', 'row 2', 'page 1', 'page 2', 'row 3', 'row 4']) await answer(name);
    assert.deepEqual(started, ['row 1', 'row 2', 'page 1', 'page 2', 'row 3', 'row 4']);
    assert.equal((await Promise.all(all)).length, 6);
  });

  it('skips a cancelled request, which fails at once', async () => {
    const abort = new AbortController();
    const running = [run('a', false), run('b', false)];
    const cancelled = failureOf(run('c', false, abort.signal));
    const last = run('d', true);
    await settle();
    abort.abort();
    assert.equal((await cancelled).kind, 'cancelled');
    assert.equal((await failureOf(run('e', false, abort.signal))).kind, 'cancelled');
    for (const name of ['a', 'b', 'd']) await answer(name);
    await Promise.all([...running, last]);
    assert.deepEqual(started, ['a', 'b', 'd']);
  });

  it('starts the next request after one has failed', async () => {
    const failing = turns.run(false, signal, () => Promise.reject(new Error('broken')));
    const others = [run('a', false), run('b', false)];
    await assert.rejects(failing, /broken/);
    await settle();
    assert.deepEqual(started, ['a', 'b']);
    for (const name of ['a', 'b']) await answer(name);
    await Promise.all(others);
  });
});
