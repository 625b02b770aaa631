import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import type { FakeClock } from '../../../doubles/fakeClock.ts';
import type { Caller } from './wire.ts';

/** Advances the clock of a sandbox by `ms`. Each run ends at the time it began, before the next timer. */
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

/** All items of a log, in the order of its pages. */
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
