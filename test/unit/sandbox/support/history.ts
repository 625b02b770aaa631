import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import type { FakeClock } from '../../../doubles/fakeClock.ts';
import type { Caller } from './wire.ts';

/** Advances the clock by `ms`. Waits for the end of each sync run before the next timer, so a run takes no fake time. */
export async function liveThrough(
  { clock, sandbox }: { readonly clock: FakeClock; readonly sandbox: Sandbox },
  ms: number,
): Promise<void> {
  await clock.advance(ms, {
    settled: async () => {
      await setImmediate();
      await sandbox.settled();
    },
  });
}

/** Returns the items of all pages of a log, in page order. */
export async function readPages<Item>(caller: Caller, at: string, limit: number): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { readonly items: readonly Item[]; readonly cursor: string | null } = await caller.json(
      `${at}?limit=${limit}&cursor=${cursor}`,
    );
    all.push(...page.items);
    ({ cursor } = page);
  }
  return all;
}
