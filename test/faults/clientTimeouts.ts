import { settle } from '../doubles/fakeClock.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** The client's running timeouts. Pauses between attempts are not included, because they take no time. */
export type RunningTimeouts = ReturnType<FakeClock['timers']>;

/** Fires the timeout that is due first. */
export function fireFirstTimeout(clock: FakeClock): void {
  clock.advanceSync(clock.nextIn ?? 0);
}

/** Waits until other timeouts have replaced `before`, which means that the client has received more of the response. */
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
