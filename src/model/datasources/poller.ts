import { setImmediate } from 'node:timers/promises';
import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readListing } from '../../onna/listing.ts';
import type { Listing } from '../../onna/listing.ts';
import type { ServerPause } from '../../onna/serverPause.ts';
import { Owner } from '../../base/event.ts';
import { SingleReads } from './singleReads.ts';
import type { DatasourceStore } from './datasourceStore.ts';
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
  maxBackoff: 10 * 60_000,
  /** VS Code asks about the rows that it draws one after the other: they are read together. */
  readShown: 200,
  /** The same when the budget was used up. */
  readShownLater: 5_000,
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
 * Polls one connection: one request per poll, never two polls at once, sooner while something happens, later when
 * nobody watches, much later after a failure. Never rejects, never prompts.
 *
 * While the server asks to be left alone (`Retry-After`), no poll is sent. {@link Poller.refresh} is the exception: the
 * user asked for it, so it is sent once.
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
  #again: { readonly everything: boolean; readonly isWanted: boolean } | undefined;
  #failures = 0;
  /** When the last look failed, ms since 1970. */
  #failedAt = 0;
  #lastFull = Number.NEGATIVE_INFINITY;
  /** Something of the list could not be read, and is still to be had. */
  #isPartial = false;
  #watchUntil = 0;
  #stopped = false;
  #isShown = false;
  #pause: ServerPause | undefined;
  #cancelReads: (() => void) | undefined;
  /** Deletions that the last list of changes named: they are named again until something else changes. */
  #deleted: ReadonlySet<string> = new Set();
  /** The problems that were logged, with the number of items. */
  readonly #problems = new Map<string, number>();
  readonly #warn: (message: string) => void;
  readonly #singleReads: SingleReads;

  constructor(options: {
    connectionId: string;
    store: DatasourceStore;
    client: () => Promise<OnnaClient>;
    clock: Clock;
    /** Writes to the log what of the list could not be read. Default: nowhere. */
    warn?: (message: string) => void;
    /** Called with errors that do not come from the service: a bug here, or in a listener of the store. */
    onError?: (error: unknown) => void;
  }) {
    super();
    this.#connectionId = options.connectionId;
    this.#store = options.store;
    this.#client = options.client;
    this.#clock = options.clock;
    this.#warn = options.warn ?? ((): void => undefined);
    this.#onError = options.onError ?? (() => undefined);
    this.#singleReads = new SingleReads(this.#connectionId, this.#store, this.#clock);
    this.register({
      dispose: () => {
        this.#stopped = true;
        this.#cancelTimer?.();
        this.#cancelReads?.();
        this.#abort.abort();
      },
    });
  }

  /** Begins: at once, or, where something is known from disk, when that has been shown. */
  start(): void {
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
    else if (!this.#running) this.#look(false, false).catch(this.#onError);
  }

  /** Tells that the row of a Datasource is on screen. Called for each row that VS Code draws. */
  shown(datasourceId: string): void {
    if (this.#singleReads.shown(datasourceId)) this.#readSoon(pollDelays.readShown);
    if (this.#isShown) return;
    this.#isShown = true;
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
  }

  /** Tells who watches. Coming back looks at once, unless a look was just taken. */
  setAttention(attention: Attention): void {
    const before = this.#attention;
    this.#attention = attention;
    if (before === attention) return;
    this.#singleReads.setFocused(attention === 'focused');
    // Who comes back to what failed need not wait as long as nobody did; what the service asked for stays.
    if (attention === 'focused') this.#failures = Math.min(this.#failures, 1);
    this.#schedule();
  }

  /** Something was done, if it is known to which Datasource: polls now, and often for a while. */
  acted(datasourceId?: string): void {
    if (datasourceId !== undefined) this.#singleReads.acted(datasourceId);
    this.#watchUntil = this.#clock.now() + pollDelays.watchAfterAction;
    this.#failures = 0;
    this.#schedule();
  }

  /** What made polls fail may be over: polls now, unless the server asked to be left alone. */
  recover(): void {
    this.#singleReads.forgetRefusals();
    this.#failures = 0;
    if (this.#stopped) return;
    if (this.#running) this.#again ??= { everything: false, isWanted: false };
    else if (this.#pause && this.#pause.remainingMs() > 0) this.#schedule();
    else this.#look(false, false).catch(this.#onError);
  }

  /**
   * Polls now, because the user wants it: also while the server asks to be left alone.
   * @param everything Lists all anew, instead of what changed.
   * @returns Once the poll has ended; whether it failed stands in the store.
   */
  async refresh(everything: boolean): Promise<void> {
    if (this.#stopped) return;
    if (everything) this.#singleReads.forgetReads();
    if (this.#running) {
      this.#again = { everything: everything || (this.#again?.everything ?? false), isWanted: true };
      await this.#running;
      // The repeated look, begun by the one that just ended.
      await this.#running;
      return;
    }
    await this.#look(everything, true);
  }

  #look(everything: boolean, isWanted: boolean): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    return this.#run(this.#lookOnce(everything, isWanted));
  }

  #run(work: Promise<void>): Promise<void> {
    this.#running = work.finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      const again = this.#again;
      this.#again = undefined;
      if (again) {
        this.#look(again.everything, again.isWanted).catch(this.#onError);
        return;
      }
      this.#schedule();
      if (this.#singleReads.isAwaited) this.#readSoon(pollDelays.readShownLater);
    });
    return this.#running;
  }

  /** Reads what has come on screen, without asking for the list. */
  #readSoon(afterMs: number): void {
    if (this.#stopped || this.#cancelReads) return;
    this.#cancelReads = this.#clock.after(afterMs, () => {
      this.#cancelReads = undefined;
      // A poll that runs reads them itself; after a failure the next poll does.
      if (!this.#running && this.#failures === 0) this.#run(this.#readShown()).catch(this.#onError);
    });
  }

  async #readShown(): Promise<void> {
    try {
      await this.#singleReads.read(await this.#client(), this.#abort.signal);
    } catch {
      // The next poll meets the same, and tells it.
    }
  }

  async #lookOnce(everything: boolean, isWanted: boolean): Promise<void> {
    const { signal } = this.#abort;
    const now = this.#clock.now();
    const sinceFull = now - this.#lastFull;
    // Also when the clock was set back: how long it was is then unknown.
    const fullEvery =
      this.#isPartial || (this.#store.get(this.#connectionId)?.unreadable ?? 0) > 0
        ? partialListingAgainMs
        : fullListingEveryMs;
    const complete = everything || sinceFull > fullEvery || sinceFull < 0;
    const known = this.#store.get(this.#connectionId);
    // What was restored from disk is brought up to date by its changes alone.
    const since = complete && (everything || this.#lastFull > 0) ? undefined : known?.since;
    this.#store.startLoading(this.#connectionId);
    try {
      const client = await this.#client();
      this.#pause = client.pause;
      const listing = await readListing(
        isWanted ? client : client.inBackground,
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
      this.#tellProblems(listing);
      const unplaced = this.#store.get(this.#connectionId)?.unplaced ?? [];
      const isInDoubt = unplaced.some((reference) => !this.#deleted.has(reference));
      if (!listing.everything) this.#deleted = new Set(listing.deleted);
      if (listing.end === 'tooManyPages') throw endlessListing;
      if (since === undefined || !isWhole) this.#isPartial = !isWhole;
      // Perhaps of a user's folder: what was in it need not be named.
      else if (isInDoubt) this.#isPartial = true;
      this.#lastFull = since === undefined || this.#lastFull < 0 ? this.#clock.now() : this.#lastFull;
      this.#singleReads.noteListing(listing.nodes, !listing.everything);
      await this.#singleReads.read(client, signal);
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
      this.#store.fail(this.#connectionId, failure);
    }
  }

  /** Logs each problem once, and again when it meets more items: the same item may be listed at every poll. */
  #tellProblems({ everything, problems }: Listing): void {
    const news = [...problems].filter(([problem, count]) => count > (this.#problems.get(problem) ?? 0));
    if (everything) this.#problems.clear();
    for (const [problem, count] of problems)
      this.#problems.set(problem, Math.max(count, this.#problems.get(problem) ?? 0));
    if (news.length === 0) return;
    const text = news.map(([problem, count]) => `${count} × ${problem}`).join('; ');
    this.#warn(`Items of the list of Datasources could not be read: ${text}`);
  }

  #schedule(): void {
    if (this.#stopped || this.#running) return;
    const wait = this.#wait();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (wait === undefined) return;
    this.#cancelTimer = this.#clock.after(wait, () => {
      this.#look(false, false).catch(this.#onError);
    });
  }

  /** ms until the next look; undefined: not before something changes. */
  #wait(): number | undefined {
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot) return undefined;
    const now = this.#clock.now();
    const jitter = 0.9 + this.#clock.random() * 0.2;
    // Where nothing has failed yet, the poll comes due all the same, is not sent, and says why.
    const paused = snapshot.failure ? (this.#pause?.remainingMs() ?? 0) : 0;
    if (this.#failures > 0) {
      const isSignedOut = snapshot.failure !== undefined && isOnnaError(snapshot.failure, 'signedOut');
      // Signing in looks at once. But it may also be the service that has lost its memory for a while; a token or a
      // password that was refused for good is not sent by this look: there is none to be had.
      const backoff = isSignedOut
        ? pollDelays.maxBackoff
        : Math.min(pollDelays.active * 2 ** Math.min(this.#failures, 20), pollDelays.maxBackoff);
      // Going and coming must not begin the wait anew each time.
      return Math.max(paused, backoff * jitter - Math.max(0, now - this.#failedAt));
    }
    // A clock that was set back must not make the next look wait for the time to come round again.
    const elapsed = snapshot.asOf === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - snapshot.asOf);
    if (snapshot.restored) return this.#isShown ? pollDelays.afterShown : pollDelays.afterRestore;
    return Math.max(paused, this.#interval(now) * jitter - elapsed);
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
