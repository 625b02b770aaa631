import { setImmediate } from 'node:timers/promises';
import type { OnnaClient } from '../onna/client.ts';
import type { Clock } from '../onna/clock.ts';
import { OnnaError, isOnnaError, retryAfterMs } from '../onna/errors.ts';
import { readListing } from '../onna/listing.ts';
import { Owner } from './event.ts';
import { SingleReads } from './singleReads.ts';
import type { DatasourceStore } from './store.ts';
import { isActive } from './syncStatus.ts';

/** How much the user sees of it. */
export type Attention = 'focused' | 'unfocused' | 'hidden';

/** Waits between two looks, in ms. */
export const pollDelays = {
  active: 5_000,
  /** Active, but the window has no focus: it may still be watched on a second screen. */
  activeUnfocused: 30_000,
  focused: 60_000,
  away: 5 * 60_000,
  /** What is known from disk is shown first: until its rows are painted, a request would only be in their way. */
  afterShown: 200,
  /** The same where nobody has said that they are shown: perhaps the view is closed, or its groups are. */
  afterRestore: 3_000,
  /** After an action, so long is looked often, whatever the status says. */
  watchAfterAction: 60_000,
  longestBackoff: 10 * 60_000,
  /** A `Retry-After` beyond this is taken for a mistake. */
  longestRetryAfter: 60 * 60_000,
} as const;

const endlessListing = new OnnaError({
  kind: 'decode',
  what: 'list of Datasources',
  problem: 'its pages have no end',
});

/** After so long everything is listed again: a service may not tell of every deletion. ms. */
const fullListingEveryMs = 60 * 60_000;
/** The same after a listing of which something could not be read: what was missed need not have changed since. ms. */
const partialListingAgainMs = 10 * 60_000;

/**
 * Looks at one connection again and again: one request a look, never two at once, sooner while something
 * happens, later when nobody watches, much later when it fails. Never rejects, never prompts.
 */
export class Poller extends Owner {
  readonly #connectionId: string;
  readonly #store: DatasourceStore;
  readonly #client: () => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #attention: Attention = 'hidden';
  #cancelTimer: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #abort = new AbortController();
  /** What to do once the look under way has ended. */
  #again: 'changes' | 'everything' | undefined;
  #failures = 0;
  /** When the last look failed, ms since 1970. */
  #failedAt = 0;
  #lastFull = Number.NEGATIVE_INFINITY;
  /** Something of the list could not be read, and is still to be had. */
  #isPartial = false;
  #watchUntil = 0;
  #stopped = false;
  #isShown = false;
  #retryAfter: number | undefined;
  readonly #singleReads: SingleReads;

  constructor(options: {
    connectionId: string;
    store: DatasourceStore;
    client: () => Promise<OnnaClient>;
    clock: Clock;
    /** Told of errors that are none of the service's: a bug here or in what follows the store. */
    onError?: (error: unknown) => void;
  }) {
    super();
    this.#connectionId = options.connectionId;
    this.#store = options.store;
    this.#client = options.client;
    this.#clock = options.clock;
    this.#onError = options.onError ?? (() => undefined);
    this.#singleReads = new SingleReads(this.#connectionId, this.#store, this.#clock);
    this.register({
      dispose: () => {
        this.#stopped = true;
        this.#cancelTimer?.();
        this.#abort.abort();
      },
    });
  }

  /** Begins: at once, or, where something is known from disk, when that has been shown. */
  start(): void {
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
    else this.refresh(false).catch(this.#onError);
  }

  /** Tells that rows of this connection are on screen. */
  shown(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
  }

  /** Tells who watches. Coming back looks at once, unless a look was just taken. */
  setAttention(attention: Attention): void {
    const before = this.#attention;
    this.#attention = attention;
    if (before === attention) return;
    // Who comes back to what failed need not wait as long as nobody did; what the service asked for stays.
    if (attention === 'focused') this.#failures = Math.min(this.#failures, 1);
    this.#schedule();
  }

  /** Something was done: look now, and often for a while. */
  acted(): void {
    this.#watchUntil = this.#clock.now() + pollDelays.watchAfterAction;
    this.#failures = 0;
    this.#schedule();
  }

  /**
   * Looks now.
   * @param everything Lists all anew, instead of what changed.
   * @returns Once the look has ended; whether it failed stands in the store.
   */
  async refresh(everything: boolean): Promise<void> {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = everything ? 'everything' : (this.#again ?? 'changes');
      await this.#running;
      // The repeated look, begun by the one that just ended.
      await this.#running;
      return;
    }
    await this.#look(everything);
  }

  #look(everything: boolean): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#running = this.#lookOnce(everything).finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      const again = this.#again;
      this.#again = undefined;
      if (again) this.#look(again === 'everything').catch(this.#onError);
      else this.#schedule();
    });
    return this.#running;
  }

  async #lookOnce(everything: boolean): Promise<void> {
    const { signal } = this.#abort;
    const now = this.#clock.now();
    const sinceFull = now - this.#lastFull;
    // Also when the clock was set back: how long it was is then unknown.
    const fullEvery = this.#isPartial ? partialListingAgainMs : fullListingEveryMs;
    const complete = everything || sinceFull > fullEvery || sinceFull < 0;
    const known = this.#store.get(this.#connectionId);
    // What was restored from disk is brought up to date by its changes alone.
    const since = complete && (everything || this.#lastFull > 0) ? undefined : known?.since;
    this.#store.startLoading(this.#connectionId);
    try {
      const client = await this.#client();
      const listing = await readListing(
        client,
        since,
        signal,
        this.#failures === 0 && known?.asOf === undefined,
      );
      // The last page was read in this turn; taking in thousands of changes gets one of its own.
      await setImmediate();
      if (signal.aborted) return;
      // What could not be read is there all the same: such a listing does not tell what is gone.
      const isWhole = listing.unreadable === 0 && listing.end === 'reached';
      const isComplete = since === undefined && isWhole;
      this.#store.applyListing(this.#connectionId, listing, isComplete, this.#clock.now());
      if (listing.end === 'tooManyPages') throw endlessListing;
      if (since === undefined || !isWhole) this.#isPartial = !isWhole;
      this.#lastFull = since === undefined || this.#lastFull < 0 ? this.#clock.now() : this.#lastFull;
      await this.#singleReads.read(client, listing.nodes, signal);
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted || isOnnaError(error, 'cancelled')) {
        this.#store.stopLoading(this.#connectionId);
        return;
      }
      if (!isOnnaError(error)) this.#onError(error);
      this.#failures++;
      this.#failedAt = this.#clock.now();
      const failure =
        error instanceof OnnaError
          ? error
          : new OnnaError({ kind: 'decode', what: 'list of Datasources', problem: String(error) });
      this.#retryAfter = retryAfterMs(failure);
      this.#store.fail(this.#connectionId, failure);
    }
  }

  #schedule(): void {
    if (this.#stopped || this.#running) return;
    const wait = this.#wait();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (wait === undefined) return;
    this.#cancelTimer = this.#clock.after(wait, () => {
      this.#look(false).catch(this.#onError);
    });
  }

  /** ms until the next look; undefined: not before something changes. */
  #wait(): number | undefined {
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot) return undefined;
    const now = this.#clock.now();
    const jitter = 0.9 + this.#clock.random() * 0.2;
    if (this.#failures > 0) {
      const isSignedOut = snapshot.failure !== undefined && isOnnaError(snapshot.failure, 'signedOut');
      // Signing in looks at once. But it may also be the service that has lost its memory for a while; a token or a
      // password that was refused for good is not sent by this look: there is none to be had.
      const backoff = isSignedOut
        ? pollDelays.longestBackoff
        : Math.min(pollDelays.active * 2 ** Math.min(this.#failures, 20), pollDelays.longestBackoff);
      const wait = Math.max(backoff * jitter, Math.min(this.#retryAfter ?? 0, pollDelays.longestRetryAfter));
      // Going and coming must not begin the wait anew each time.
      return Math.max(0, wait - Math.max(0, now - this.#failedAt));
    }
    // A clock that was set back must not make the next look wait for the time to come round again.
    const elapsed = snapshot.asOf === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - snapshot.asOf);
    if (snapshot.restored) return this.#isShown ? pollDelays.afterShown : pollDelays.afterRestore;
    return Math.max(0, this.#interval(now) * jitter - elapsed);
  }

  #interval(now: number): number {
    if (now < this.#watchUntil && this.#watchUntil - now <= pollDelays.watchAfterAction)
      return pollDelays.active;
    if (this.#hasActive()) {
      if (this.#attention === 'focused') return pollDelays.active;
      if (this.#attention === 'unfocused') return pollDelays.activeUnfocused;
    }
    return this.#attention === 'focused' ? pollDelays.focused : pollDelays.away;
  }

  #hasActive(): boolean {
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot) return false;
    for (const { status } of snapshot.datasources.values()) if (isActive(status)) return true;
    return false;
  }
}
