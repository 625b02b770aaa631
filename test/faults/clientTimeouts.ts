import { settle } from '../doubles/fakeClock.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** The client's timeouts that are running. Its pauses between attempts are not among them: they pass at once. */
export type RunningTimeouts = ReturnType<FakeClock['timers']>;

/** Fires the timeout that is due first. */
export function fireFirstTimeout(clock: FakeClock): void {
  clock.advanceSync(clock.nextIn ?? 0);
}

/** Waits until other timeouts have replaced `before`: the client has received the next part of the response. */
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
