import { settle } from '../doubles/fakeClock.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** The running timeouts of the client. Pauses between attempts are not included, because the fake clock skips them. */
export type RunningTimeouts = ReturnType<FakeClock['timers']>;

/** Advances the clock to the earliest timeout, which fires. */
export function fireFirstTimeout(clock: FakeClock): void {
  clock.advanceSync(clock.nextIn ?? 0);
}

/** Waits until the client has a timeout that is not in `before`. The client starts a new timeout when data arrives. */
export async function untilReplaced(
  clock: FakeClock,
  before: RunningTimeouts,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    if ([...clock.timers()].some((timer) => !before.has(timer))) return;
    await settle();
  }
}
