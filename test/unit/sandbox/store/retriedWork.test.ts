import assert from 'node:assert/strict';
import { RetriedWork } from '../../../../src/sandbox/store/retriedWork.ts';
import { storeRetryMs } from '../../../../src/sandbox/store/storeFailure.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';

describe('RetriedWork', () => {
  let clock: FakeClock;
  let runs: PromiseWithResolvers<undefined>[];
  let failures: unknown[];
  let work: RetriedWork;
  beforeEach(() => {
    clock = new FakeClock();
    runs = [];
    failures = [];
    work = new RetriedWork({
      clock,
      work: () => {
        const run = Promise.withResolvers<undefined>();
        runs.push(run);
        return run.promise;
      },
      onFailure: (error) => failures.push(error),
    });
  });

  async function failRun(error: Error): Promise<void> {
    runs.at(-1)?.reject(error);
    await settle();
  }

  it('runs once at a time, and again when it is woken after its end', async () => {
    assert.equal(work.isRunning, false);
    work.wake();
    work.wake();
    assert.equal(work.isRunning, true);
    assert.equal(runs.length, 1);
    runs[0]?.resolve(undefined);
    await settle();
    assert.equal(work.isRunning, false);
    work.wake();
    assert.equal(runs.length, 2);
    assert.deepEqual(failures, []);
    assert.equal(clock.pending, 0);
  });

  it('is retried after a delay each time it fails', async () => {
    const error = new Error('disk full');
    work.wake();
    for (let count = 1; count <= 3; count++) {
      await failRun(error);
      assert.equal(work.isRunning, false);
      await clock.advance(storeRetryMs - 1);
      assert.equal(runs.length, count);
      await clock.advance(1);
      assert.equal(runs.length, count + 1);
    }
    assert.deepEqual(failures, [error, error, error]);
  });

  it('is not retried if it was woken before the delay is over', async () => {
    work.wake();
    await failRun(new Error('disk full'));
    work.wake();
    assert.equal(runs.length, 2);
    assert.equal(clock.pending, 0);
  });

  it('is not retried after it is closed', async () => {
    work.wake();
    await failRun(new Error('disk full'));
    await work.close();
    assert.equal(clock.pending, 0);
    work.wake();
    assert.equal(runs.length, 1);
  });

  it('ends its run before it is closed, and reports a failure of that run', async () => {
    work.wake();
    let isClosed = false;
    const closing = work.close().then(() => {
      isClosed = true;
    });
    assert.equal(work.isClosed, true);
    await settle();
    assert.equal(isClosed, false);
    const error = new Error('disk full');
    await failRun(error);
    await closing;
    assert.deepEqual(failures, [error]);
    assert.equal(clock.pending, 0);
  });
});
