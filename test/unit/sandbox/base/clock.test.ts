import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/sandbox/base/clock.ts';

describe('The clock of the machine', () => {
  it('waits for longer than Node’s longest timer, rather than not at all', async () => {
    let fired = false;
    const cancel = systemClock.after(2 ** 31 + 1000, () => (fired = true));
    // A timer that is too long would become one of 1 ms, and come before this one.
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
    assert.equal(fired, false);
    cancel();
  });

  it('measures durations with a time that nobody can set', () => {
    const before = systemClock.monotonic();
    assert.ok(systemClock.monotonic() >= before);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 60_000);
  });
});
