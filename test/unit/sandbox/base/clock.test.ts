import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/sandbox/base/clock.ts';

describe('The system clock', () => {
  it('can wait longer than Node’s maximum timer delay', async () => {
    let fired = false;
    const cancel = systemClock.after(2 ** 31 + 1000, () => (fired = true));
    // Node replaces a delay above its maximum with 1 ms, so a naive timer would fire during these 2 ms.
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
