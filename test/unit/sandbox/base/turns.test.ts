import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Turns } from '../../../../src/sandbox/base/turns.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

describe('The sandbox’s turns', () => {
  let clock = new FakeClock();
  let turns = new Turns(clock);
  let done: string[] = [];
  beforeEach(() => {
    clock = new FakeClock();
    turns = new Turns(clock);
    done = [];
  });

  function request(name: string): void {
    turns.forRequest().then(
      () => done.push(name),
      (error: unknown) => done.push(String(error)),
    );
  }
  function background(name: string): void {
    turns.forBackground().then(
      () => done.push(name),
      (error: unknown) => done.push(String(error)),
    );
  }
  async function iteration(): Promise<void> {
    await setImmediate();
  }

  it('start one request per iteration of the event loop, in the order of arrival', async () => {
    for (const name of ['a', 'b', 'c']) request(name);
    assert.deepEqual(done, []);
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
      await iteration();
      assert.deepEqual(done, expected);
    }
  });

  it('let all work wait while clients are connecting', async () => {
    background('sync');
    request('list');
    for (let client = 0; client < 200; client++) {
      turns.accepted();
      await iteration();
    }
    assert.deepEqual(done, []);
    await iteration();
    assert.deepEqual(done, ['list']);
    await iteration();
    assert.deepEqual(done, ['list', 'sync']);
  });

  it('continue with the work after 250 ms, even if clients keep connecting', async () => {
    request('list');
    for (let client = 0; client < 25; client++) {
      turns.accepted();
      await iteration();
      clock.advanceSync(10);
    }
    assert.deepEqual(done, []);
    turns.accepted();
    await iteration();
    assert.deepEqual(done, ['list']);
  });

  it('give background work a turn when no request waits, one piece per iteration', async () => {
    background('sync');
    background('search index');
    await iteration();
    assert.deepEqual(done, ['sync']);
    request('list');
    await iteration();
    assert.deepEqual(done, ['sync', 'list']);
    await iteration();
    assert.deepEqual(done, ['sync', 'list', 'search index']);
  });

  it('give background work one turn every 50 ms, even if requests always wait', async () => {
    background('sync');
    for (let number = 0; number < 20; number++) request(`list ${number}`);
    for (let number = 0; number < 5; number++) {
      await iteration();
      clock.advanceSync(10);
    }
    assert.equal(done.includes('sync'), false);
    await iteration();
    assert.equal(done.at(-1), 'sync');
    background('search index');
    await iteration();
    assert.equal(done.at(-1), 'list 5');
  });
});
