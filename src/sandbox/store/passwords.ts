import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';

const keyBytes = 32;

/** Default of scrypt's cost N, a power of 2. The cost is stored with each hash, so that the default can change. */
const defaultCost = 16_384;

/** Time for which a correct password needs no further scrypt run, in ms. */
const rememberedMs = 60_000;

/** Maximum number of remembered passwords. */
const maxRemembered = 1_000;

/**
 * Maximum concurrent scrypt runs. Each occupies a core for tens of milliseconds and a thread of Node's pool, which also
 * reads files. One core and most threads stay free for other requests.
 */
const maxRuns = Math.max(1, Math.min(2, availableParallelism() - 1));

/** Derives a key from a password. */
export type Derive = (password: string, salt: Buffer, cost: number) => Promise<Buffer>;

const deriveWithScrypt: Derive = (password, salt, cost) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { cost }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

/**
 * Hashes and checks passwords with scrypt. Checks wait in a queue, first come, first served.
 *
 * When many clients sign in at once with the same password, it is checked only once, and a correct password is
 * remembered for a minute. The memory holds no password: its keys are HMACs of a password and its stored hash, with a
 * random key that exists only in this process. Wrong passwords are never remembered, and a new password changes the
 * stored hash, so that the old password is forgotten.
 */
export class Passwords {
  readonly #derive: Derive;
  readonly #cost: number;
  readonly #secret = randomBytes(32);
  readonly #correct: LRUCache<string, true>;
  /** Running and waiting checks, by the same key as {@link #correct}. */
  readonly #checks = new Map<string, Promise<boolean>>();
  readonly #waiting: (() => void)[] = [];
  #runs = 0;

  /** @param cost scrypt's cost N for new passwords. Tests use a low cost to be fast. */
  constructor(clock: Clock, cost = defaultCost, derive = deriveWithScrypt) {
    this.#cost = cost;
    this.#derive = derive;
    this.#correct = new LRUCache({
      ...{ max: maxRemembered, ttl: rememberedMs, ttlResolution: 0 },
      // LRUCache takes the time 0 for “no time”.
      perf: { now: () => clock.monotonic() + 1 },
    });
  }

  /** @returns A text to store, from which the password can't be read. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#run(password.normalize('NFKC'), salt, this.#cost);
    return `${salt.toString('hex')}:${key.toString('hex')}:${this.#cost}`;
  }

  /**
   * @param stored The result of {@link hash}. Undefined for an unknown user. The check then takes the same time as for a
   * wrong password.
   */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const text = password.normalize('NFKC');
    const key = createHmac('sha256', this.#secret)
      .update(`${stored ?? ''}\0${text}`)
      .digest('base64');
    if (this.#correct.has(key)) return true;
    const check = this.#checks.get(key) ?? this.#check(text, stored).finally(() => this.#checks.delete(key));
    this.#checks.set(key, check);
    const isCorrect = await check;
    if (isCorrect) this.#correct.set(key, true);
    return isCorrect;
  }

  async #check(password: string, stored = `${'0'.repeat(32)}::${this.#cost}`): Promise<boolean> {
    const [salt = '', hash = '', cost = String(defaultCost)] = stored.split(':');
    const expected = Buffer.from(hash, 'hex');
    const actual = await this.#run(password, Buffer.from(salt, 'hex'), Number(cost));
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }

  async #run(password: string, salt: Buffer, cost: number): Promise<Buffer> {
    if (this.#runs < maxRuns) this.#runs++;
    // A run that ends passes its place on to the first one that waits.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#derive(password, salt, cost);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#runs--;
    }
  }
}
