import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { delay, type Clock } from '../../base/clock.ts';

/** Polling interval while waiting for the turn, in ms. */
const pollIntervalMs = 200;
/** Heartbeat interval of the turn's owner, in ms. */
const heartbeatIntervalMs = 2_000;
/** Time without a heartbeat after which a waiting window considers the owner dead, in ms. */
export const turnTimeoutMs = 10_000;
/** Maximum wait for another window's new token, in ms: SecretStorage may report the token late. */
const arrivalMs = 5_000;
/**
 * Time in ms during which no window repeats a refused sign-in. It is shorter than the shortest wait of the `Poller` for
 * a signed-out account (9 min). Otherwise, the first poll after the refusal would not sign in again, and the next poll
 * could be 20 min after the refusal.
 */
export const refusalLastsMs = 8 * 60_000;

const settledSchema = v.object({
  of: v.string(),
  outcome: v.picklist(['renewed', 'refused', 'refusedForGood', 'failed']),
  at: v.number(),
});
type Settled = v.InferOutput<typeof settledSchema>;

/** The result of a token renewal. */
export type RenewalOutcome = Settled['outcome'];

/** The exclusive right to renew a token. The right lapses if its owner stops sending heartbeats. */
export interface RenewalTurn {
  /** Releases the turn and tells the other windows the outcome. Never rejects. */
  settle(outcome: RenewalOutcome): Promise<void>;
}

/**
 * The newest turn file of a connection. The file is empty while a window has the turn, and contains the outcome
 * afterwards.
 */
interface Newest {
  readonly number: number;
  readonly file: string;
  readonly touchedMs: number;
  readonly text: string;
}

/**
 * A lock among the windows of one profile, so that only one window renews a token. The windows share tokens through
 * SecretStorage, which has no locks. A turn is a numbered file. The window that creates the file with the next number
 * owns the turn. The newest file is deleted only with its account, so no number is used twice. Waiting time is counted
 * in polls, because the clock may jump.
 */
export class RenewalTurns {
  readonly #folder: string;
  readonly #clock: Clock;

  /** @param folder Shared by the windows of a profile; created when needed. */
  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /**
   * Waits for the turn to renew `token`.
   * @param isReplaced Whether another window's new token has arrived.
   * @returns The turn, or the reason why no turn is needed: another window replaced the token, or the service refused
   * the token in another window.
   * @throws File system errors.
   */
  async take(
    connectionId: string,
    token: string,
    isReplaced: () => Promise<boolean>,
  ): Promise<RenewalTurn | 'replaced' | 'refused' | 'refusedForGood'> {
    const folder = path.join(this.#folder, connectionId);
    const of = createHash('sha256').update(token).digest('hex').slice(0, 32);
    await mkdir(folder, { recursive: true });
    let lastSeen = '';
    let unchangedPolls = 0;
    for (;;) {
      if (await isReplaced()) return 'replaced';
      const newest = await this.#newest(folder);
      const settled = newest && parseSettled(newest.text);
      const forThisToken = settled?.of === of ? settled : undefined;
      if (forThisToken && this.#stillCounts(forThisToken))
        return forThisToken.outcome === 'refusedForGood' ? forThisToken.outcome : 'refused';
      const seen = newest ? `${newest.number} ${newest.touchedMs} ${newest.text.length}` : '';
      unchangedPolls = seen === lastSeen ? unchangedPolls + 1 : 0;
      lastSeen = seen;
      const maxWaitMs = settled ? (forThisToken?.outcome === 'renewed' ? arrivalMs : 0) : turnTimeoutMs;
      if (newest && unchangedPolls * pollIntervalMs < maxWaitMs) {
        await delay(this.#clock, pollIntervalMs);
        continue;
      }
      const file = await this.#claim(folder, (newest?.number ?? 0) + 1);
      if (file !== undefined) return this.#turn(file, of);
    }
  }

  /** Deletes a connection's files after a sign-out. */
  async forget(connectionId: string): Promise<void> {
    await rm(path.join(this.#folder, connectionId), { recursive: true, force: true });
  }

  #stillCounts({ outcome, at }: Settled): boolean {
    const elapsed = this.#clock.now() - at;
    return (
      (outcome === 'refused' || outcome === 'refusedForGood') && elapsed >= 0 && elapsed < refusalLastsMs
    );
  }

  async #newest(folder: string): Promise<Newest | undefined> {
    for (;;) {
      const number = Math.max(0, ...(await numbersIn(folder)));
      if (number === 0) return undefined;
      const file = path.join(folder, String(number));
      try {
        const { mtimeMs } = await stat(file);
        return { number, file, touchedMs: mtimeMs, text: await readFile(file, 'utf8') };
      } catch (error) {
        // Another window replaced this file after the folder was read.
        if (!isCode(error, 'ENOENT')) throw error;
      }
    }
  }

  /** The file of the turn, or undefined if another window has the turn. */
  async #claim(folder: string, number: number): Promise<string | undefined> {
    const file = path.join(folder, String(number));
    try {
      await (await open(file, 'wx', 0o600)).close();
    } catch (error) {
      if (isCode(error, 'EEXIST')) return undefined;
      if (!isCode(error, 'ENOENT')) throw error;
      // A sign-out in another window has probably deleted the folder.
      await mkdir(folder, { recursive: true });
      return undefined;
    }
    const others = (await numbersIn(folder)).filter((other) => other !== number);
    // If the machine was suspended after this window's poll, another window may already have used the same number and
    // deleted that file.
    const isLate = others.some((other) => other > number);
    for (const old of isLate ? [number] : others) await rm(path.join(folder, String(old)), { force: true });
    return isLate ? undefined : file;
  }

  #turn(file: string, of: string): RenewalTurn {
    let isSettled = false;
    let cancel = (): void => undefined;
    const sendHeartbeat = (): void => {
      const now = new Date(this.#clock.now());
      const next = (): void => {
        if (!isSettled) cancel = this.#clock.after(heartbeatIntervalMs, sendHeartbeat);
      };
      // A failed heartbeat is not reported. Without heartbeats, the turn lapses.
      utimes(file, now, now).then(next, next);
    };
    cancel = this.#clock.after(heartbeatIntervalMs, sendHeartbeat);
    return {
      settle: async (outcome) => {
        isSettled = true;
        cancel();
        const settled: Settled = { of, outcome, at: this.#clock.now() };
        try {
          // With 'r+', `open` does not create the file again if a sign-out deleted it.
          const handle = await open(file, 'r+');
          await handle.writeFile(JSON.stringify(settled)).finally(() => handle.close());
        } catch {
          // The turn has already lapsed, or will lapse soon because the heartbeats have stopped.
        }
      },
    };
  }
}

async function numbersIn(folder: string): Promise<number[]> {
  try {
    return (await readdir(folder)).map(Number).filter(Number.isSafeInteger);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Parses a turn file. Undefined while a window has the turn, or if the text is incomplete. */
function parseSettled(text: string): Settled | undefined {
  try {
    const parsed = v.safeParse(settledSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
