import { setImmediate } from 'node:timers/promises';
import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readListing } from '../../onna/listing.ts';
import type { ServerPause } from '../../onna/serverPause.ts';
import { Owner } from '../../base/event.ts';
import { ListingProblems } from './listingProblems.ts';
import { SingleReads } from './singleReads.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { PollTurns } from './pollTurns.ts';
import { isActive } from './syncStatus.ts';

/** Whether the user uses, sees or does not see the window. */
export type Attention = 'focused' | 'unfocused' | 'hidden';

/** Polling intervals and related waits, in ms. */
const pollDelays = {
  active: 5_000,
  /**
   * Used while a sync is active but the window has no focus. The user may still watch the window on a second
   * screen.
   */
  activeUnfocused: 30_000,
  focused: 60_000,
  away: 5 * 60_000,
  /** Delay after data from disk is shown. A request before that would delay the painting of the rows. */
  afterShown: 200,
  /** Used instead of `afterShown` if no row has been shown: the view or its groups may be collapsed. */
  afterRestore: 3_000,
  /** Duration of frequent polls after an action, regardless of the status. */
  watchAfterAction: 60_000,
  maxBackoff: 10 * 60_000,
  /** VS Code requests the rows on screen one at a time. This delay collects them into one batch. */
  readShown: 200,
  /** Used instead of `readShown` when the read budget is used up. */
  readShownLater: 5_000,
} as const;

const endlessListing = new OnnaError({
  kind: 'decode',
  what: 'list of Datasources',
  problem: 'its pages have no end',
});

/** Interval between full listings, in ms. Full listings are needed because a service may not report every deletion. */
const fullListingIntervalMs = 60 * 60_000;
/**
 * Interval, in ms, between a full listing with unreadable items and the next full listing. It is shorter because lists
 * of changes do not repeat the unreadable items.
 */
const partialListingIntervalMs = 10 * 60_000;

/**
 * Polls one connection: one request per poll and never two polls at once. It polls more often while something is
 * running, less often when nobody watches, and much less often after failures. It never rejects and never prompts.
 *
 * During a `Retry-After` pause, it sends a poll only for {@link Poller.refresh}, because the user requested that poll.
 */
export class Poller extends Owner {
  readonly #connectionId: string;
  readonly #store: DatasourceStore;
  readonly #client: () => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #turns: PollTurns;
  readonly #server: string;
  #attention: Attention = 'hidden';
  #cancelTimer: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #abort = new AbortController();
  /** A poll that was requested while another poll was running. */
  #queued: { readonly everything: boolean; readonly byUser: boolean } | undefined;
  #failures = 0;
  /** When the last poll failed, in ms since 1970. */
  #failedAt = 0;
  #lastFull = Number.NEGATIVE_INFINITY;
  /** Whether part of the list could not be read and is still missing. */
  #isPartial = false;
  #watchUntil = 0;
  #stopped = false;
  #isShown = false;
  #pause: ServerPause | undefined;
  #cancelReads: (() => void) | undefined;
  /** Deletions in the last list of changes. The service repeats them until something else changes. */
  #deleted: ReadonlySet<string> = new Set();
  readonly #problems: ListingProblems;
  readonly #singleReads: SingleReads;

  constructor(options: {
    connectionId: string;
    store: DatasourceStore;
    client: () => Promise<OnnaClient>;
    clock: Clock;
    /** Logs the unreadable items of a list. Default: no log. */
    warn?: (message: string) => void;
    /** Called with errors that do not come from the service: a bug here or in a listener of the store. */
    onError?: (error: unknown) => void;
    /** Shared by the pollers of a window. Default: polls never wait for a turn. */
    turns?: PollTurns;
    /** The server's origin. Its pollers take turns. */
    server?: string;
  }) {
    super();
    this.#connectionId = options.connectionId;
    this.#store = options.store;
    this.#client = options.client;
    this.#clock = options.clock;
    this.#problems = new ListingProblems(options.warn ?? ((): void => undefined));
    this.#onError = options.onError ?? (() => undefined);
    this.#turns = options.turns ?? new PollTurns();
    this.#server = options.server ?? '';
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

  /** Starts polling: at once or, if data was restored from disk, after it has been shown. */
  start(): void {
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
    else if (!this.#running) this.#poll(false, false).catch(this.#onError);
  }

  /** Reports that the row of a Datasource is on screen. Called for each row that VS Code draws. */
  shown(datasourceId: string): void {
    if (this.#singleReads.shown(datasourceId)) this.#readSoon(pollDelays.readShown);
    if (this.#isShown) return;
    this.#isShown = true;
    if (this.#store.get(this.#connectionId)?.restored) this.#schedule();
  }

  /** Sets how closely the user watches. Polls at once when the focus returns, unless the last poll was recent. */
  setAttention(attention: Attention): void {
    const before = this.#attention;
    this.#attention = attention;
    if (before === attention) return;
    this.#singleReads.setFocused(attention === 'focused');
    // A returning user should not have to wait for a long backoff to end. A `Retry-After` still applies.
    if (attention === 'focused') this.#failures = Math.min(this.#failures, 1);
    this.#schedule();
  }

  /**
   * Polls soon after a user action, and then often for a while. Omit `datasourceId` if the action does not
   * affect a known Datasource.
   */
  acted(datasourceId?: string): void {
    if (datasourceId !== undefined) this.#singleReads.acted(datasourceId);
    this.#watchUntil = this.#clock.now() + pollDelays.watchAfterAction;
    this.#failures = 0;
    this.#schedule();
  }

  /** Call when the cause of failed polls may have been fixed. Polls now, unless a `Retry-After` applies. */
  recover(): void {
    this.#singleReads.forgetRefusals();
    this.#failures = 0;
    if (this.#stopped) return;
    if (this.#running) this.#queued ??= { everything: false, byUser: false };
    else if (this.#pause && this.#pause.remainingMs() > 0) this.#schedule();
    else this.#poll(false, false).catch(this.#onError);
  }

  /**
   * Polls now at the user's request, even during a `Retry-After`.
   * @param everything Requests the full list instead of the changes.
   * @returns Resolves after the poll. The store records whether the poll failed.
   */
  async refresh(everything: boolean): Promise<void> {
    if (this.#stopped) return;
    if (everything) this.#singleReads.forgetReads();
    if (this.#running) {
      this.#queued = { everything: everything || (this.#queued?.everything ?? false), byUser: true };
      this.#turns.hurry(this.#server, this);
      await this.#running;
      // Now wait for the queued poll, which has just started.
      await this.#running;
      return;
    }
    await this.#poll(everything, true);
  }

  #poll(everything: boolean, byUser: boolean): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const turn = { poller: this, byUser, signal: this.#abort.signal };
    return this.#run(this.#turns.run(this.#server, turn, () => this.#pollOnce(everything, byUser)));
  }

  #run(work: Promise<void>): Promise<void> {
    this.#running = work.finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      const queued = this.#queued;
      this.#queued = undefined;
      if (queued) {
        this.#poll(queued.everything, queued.byUser).catch(this.#onError);
        return;
      }
      this.#schedule();
      if (this.#singleReads.isAwaited) this.#readSoon(pollDelays.readShownLater);
    });
    return this.#running;
  }

  /** Reads Datasources that appeared on screen, without requesting the list. */
  #readSoon(afterMs: number): void {
    if (this.#stopped || this.#cancelReads) return;
    this.#cancelReads = this.#clock.after(afterMs, () => {
      this.#cancelReads = undefined;
      // If a poll is running, it reads these Datasources too. After a failure, the next poll reads them.
      if (!this.#running && this.#failures === 0) this.#run(this.#readShown()).catch(this.#onError);
    });
  }

  async #readShown(): Promise<void> {
    try {
      await this.#singleReads.read(await this.#client(), this.#abort.signal);
    } catch {
      // The next poll will fail in the same way and report the failure.
    }
  }

  async #pollOnce(everything: boolean, byUser: boolean): Promise<void> {
    const { signal } = this.#abort;
    const now = this.#clock.now();
    const sinceFull = now - this.#lastFull;
    const fullListingAfter =
      this.#isPartial || (this.#store.get(this.#connectionId)?.unreadable ?? 0) > 0
        ? partialListingIntervalMs
        : fullListingIntervalMs;
    // A negative value means that the clock was set back, so the elapsed time is unknown.
    const complete = everything || sinceFull > fullListingAfter || sinceFull < 0;
    const known = this.#store.get(this.#connectionId);
    // After a restore from disk, requesting the changes is enough.
    const since = complete && (everything || this.#lastFull > 0) ? undefined : known?.since;
    this.#store.startLoading(this.#connectionId);
    try {
      const client = await this.#client();
      this.#pause = client.pause;
      const listing = await readListing(
        byUser ? client : client.inBackground,
        since,
        signal,
        this.#failures === 0 && known?.asOf === undefined,
      );
      // Yield first: applying thousands of changes should not share an event loop turn with parsing the last page.
      await setImmediate();
      if (signal.aborted) return;
      // Unreadable items still exist on the service, so a listing with unreadable items must not remove anything.
      const isWhole = listing.unreadable === 0 && listing.end === 'reached';
      const isComplete = since === undefined && isWhole;
      this.#store.applyListing(this.#connectionId, listing, isComplete, this.#clock.now());
      this.#problems.log(listing);
      const unplaced = this.#store.get(this.#connectionId)?.unplaced ?? [];
      const hasNewUnplaced = unplaced.some((reference) => !this.#deleted.has(reference));
      if (!listing.everything) this.#deleted = new Set(listing.deleted);
      if (listing.end === 'tooManyPages') throw endlessListing;
      if (since === undefined || !isWhole) this.#isPartial = !isWhole;
      // The unknown uid may belong to a user's folder. The service need not list the folder's contents as deleted.
      else if (hasNewUnplaced) this.#isPartial = true;
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

  #schedule(): void {
    if (this.#stopped || this.#running) return;
    const wait = this.#wait();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (wait === undefined) return;
    this.#cancelTimer = this.#clock.after(wait, () => {
      this.#poll(false, false).catch(this.#onError);
    });
  }

  /** Time until the next poll, in ms; undefined: no poll until something changes. */
  #wait(): number | undefined {
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot) return undefined;
    const now = this.#clock.now();
    const jitter = 0.9 + this.#clock.random() * 0.2;
    // If the last poll succeeded, the next one still runs during the pause. Its request is rejected locally,
    // and the failure shows the user why the data is out of date.
    const paused = snapshot.failure ? (this.#pause?.remainingMs() ?? 0) : 0;
    if (this.#failures > 0) {
      const isSignedOut = snapshot.failure !== undefined && isOnnaError(snapshot.failure, 'signedOut');
      // A sign-in starts a poll immediately. Without one, a slow poll helps if the service has lost the
      // session only temporarily. `Accounts` never supplies a token or password that was permanently refused.
      const backoff = isSignedOut
        ? pollDelays.maxBackoff
        : Math.min(pollDelays.active * 2 ** Math.min(this.#failures, 20), pollDelays.maxBackoff);
      // Switching windows must not restart the wait.
      return Math.max(paused, backoff * jitter - Math.max(0, now - this.#failedAt));
    }
    // If the clock was set back, the next poll must not wait until the clock reaches its old time again.
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
