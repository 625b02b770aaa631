import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import { delay } from '../../base/clock.ts';

/** How often who waits looks whether it is its turn, in ms. */
const lookEveryMs = 200;
/** How often who has the turn shows that it lives, in ms. */
const beatEveryMs = 2_000;
/** Who has not shown that it lives for so long has died: the next one takes over. ms, as the waiting one counts them. */
export const turnLapsesMs = 10_000;
/** So long another window's new token may take to arrive here: SecretStorage tells of it late. ms. */
const arrivalMs = 5_000;
/** So long a refusal that another window met counts here too, in ms. */
const refusalCountsMs = 10 * 60_000;

const settledSchema = v.object({
  of: v.string(),
  outcome: v.picklist(['renewed', 'refused', 'refusedForGood', 'failed']),
  at: v.number(),
});
type Settled = v.InferOutput<typeof settledSchema>;

/** What came of the attempt to renew a token. */
export type RenewalOutcome = Settled['outcome'];

/** The right to renew a token, as only one window has it. It must be settled, or it lapses. */
export interface RenewalTurn {
  /** Tells the other windows. Never rejects. */
  settle(outcome: RenewalOutcome): Promise<void>;
}

/** The newest file of a connection: empty while somebody has the turn, then what came of it. */
interface Newest {
  readonly number: number;
  readonly file: string;
  readonly touchedMs: number;
  readonly text: string;
}

/**
 * Windows of one profile take turns in renewing a token, so that it is renewed once: SecretStorage, where they
 * find each other's tokens, has no way to do that. A turn is a file, numbered; who creates the next number has it,
 * and the newest is never deleted but with its account, so a number is had only once. Time is counted in
 * looks, not read off the clock, which may jump.
 */
export class RenewalTurns {
  readonly #folder: string;
  readonly #clock: Clock;

  /** @param folder Shared by the windows of a profile; made when it is needed. */
  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /**
   * Waits for the turn to renew `token`.
   * @param isReplaced Whether another window's new token has arrived.
   * @returns The turn; or what makes it needless: the token was replaced, or refused in another window.
   * @throws what the file system throws
   */
  async take(
    connectionId: string,
    token: string,
    isReplaced: () => Promise<boolean>,
  ): Promise<RenewalTurn | 'replaced' | 'refused' | 'refusedForGood'> {
    const folder = path.join(this.#folder, connectionId);
    const of = createHash('sha256').update(token).digest('hex').slice(0, 32);
    await mkdir(folder, { recursive: true });
    let mark = '';
    let looks = 0;
    for (;;) {
      if (await isReplaced()) return 'replaced';
      const newest = await this.#newest(folder);
      const settled = newest && parseSettled(newest.text);
      const mine = settled?.of === of ? settled : undefined;
      if (mine && this.#stillCounts(mine))
        return mine.outcome === 'refusedForGood' ? mine.outcome : 'refused';
      const seen = newest ? `${newest.number} ${newest.touchedMs} ${newest.text.length}` : '';
      looks = seen === mark ? looks + 1 : 0;
      mark = seen;
      const patienceMs = settled ? (mine?.outcome === 'renewed' ? arrivalMs : 0) : turnLapsesMs;
      if (newest && looks * lookEveryMs < patienceMs) {
        await delay(this.#clock, lookEveryMs);
        continue;
      }
      const file = await this.#claim(folder, (newest?.number ?? 0) + 1);
      if (file !== undefined) return this.#turn(file, of);
    }
  }

  /** Forgets a connection: it signed out. */
  async forget(connectionId: string): Promise<void> {
    await rm(path.join(this.#folder, connectionId), { recursive: true, force: true });
  }

  #stillCounts({ outcome, at }: Settled): boolean {
    const elapsed = this.#clock.now() - at;
    return (
      (outcome === 'refused' || outcome === 'refusedForGood') && elapsed >= 0 && elapsed < refusalCountsMs
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
        // A newer one has come, and this one gone, between the looks.
        if (!isCode(error, 'ENOENT')) throw error;
      }
    }
  }

  /** The file of the turn, or undefined when another window has it. */
  async #claim(folder: string, number: number): Promise<string | undefined> {
    const file = path.join(folder, String(number));
    try {
      await (await open(file, 'wx', 0o600)).close();
    } catch (error) {
      if (isCode(error, 'EEXIST')) return undefined;
      if (!isCode(error, 'ENOENT')) throw error;
      // Signed out in another window, folder and all.
      await mkdir(folder, { recursive: true });
      return undefined;
    }
    const others = (await numbersIn(folder)).filter((other) => other !== number);
    // Who slept since its look may have taken a number that was had, and deleted, meanwhile.
    const isLate = others.some((other) => other > number);
    for (const old of isLate ? [number] : others) await rm(path.join(folder, String(old)), { force: true });
    return isLate ? undefined : file;
  }

  #turn(file: string, of: string): RenewalTurn {
    let isSettled = false;
    let cancel = (): void => undefined;
    const beat = (): void => {
      const now = new Date(this.#clock.now());
      const next = (): void => {
        if (!isSettled) cancel = this.#clock.after(beatEveryMs, beat);
      };
      // One that fails lets the turn lapse; there is nobody to tell.
      utimes(file, now, now).then(next, next);
    };
    cancel = this.#clock.after(beatEveryMs, beat);
    return {
      settle: async (outcome) => {
        isSettled = true;
        cancel();
        const settled: Settled = { of, outcome, at: this.#clock.now() };
        try {
          // Not created anew: after a sign-out nothing may be left.
          const handle = await open(file, 'r+');
          await handle.writeFile(JSON.stringify(settled)).finally(() => handle.close());
        } catch {
          // It lapsed and another window has the turn, or it lapses now.
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

/** Undefined while somebody has the turn, and for half a text. */
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
