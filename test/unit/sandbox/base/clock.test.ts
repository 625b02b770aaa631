import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/sandbox/base/clock.ts';

describe('The clock of the machine', () => {
  it('can wait longer than Node’s maximum timer delay', async () => {
    let fired = false;
    const cancel = systemClock.after(2 ** 31 + 1000, () => (fired = true));
    // Node turns a delay that is too long into 1 ms, so the timer would fire before this one.
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
    assert.equal(fired, false);
    cancel();
  });

  it('measures durations with a monotonic clock', () => {
    const before = systemClock.monotonic();
    assert.ok(systemClock.monotonic() >= before);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 60_000);
  });
});
