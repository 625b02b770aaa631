import type { Clock } from '../base/clock.ts';
import type { DatasourceState } from '../store/datasources.ts';
import { failureText, storeRetryMs } from '../store/storeFailure.ts';
import type { Collector } from './collector.ts';
import type { Credentials } from './credentials.ts';
import { queued } from './queuedChange.ts';
import { RunEnds } from './runEnds.ts';
import type { SyncTimes } from './syncTimes.ts';
import { WallClock } from './wallClock.ts';
import type { Stores } from '../store/stores.ts';

/**
 * Maximum concurrent runs. In addition, each Datasource type has at most one run at a time, because services
 * limit their request rate.
 */
const concurrentRuns = 3;

/**
 * Maximum timer delay, in ms. It is short because no event reports that the machine has slept or that its clock was
 * set.
 */
const maxWaitMs = 60_000;

/** Abort reason of a run that was paused, stopped or closed. */
class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

interface Run {
  readonly type: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** Dependencies of {@link SyncEngine}. */
interface EngineDeps extends Pick<
  Stores,
  'database' | 'timestamps' | 'trail' | 'nodes' | 'datasources' | 'wallet'
> {
  readonly credentials: Credentials;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly times: SyncTimes;
  /** Called after every run. */
  readonly onCollected: () => void;
  readonly log: (line: string) => void;
}

/**
 * Runs the syncs, and moves Datasources through the statuses of docs/onna-api.md §11. The queue of runs is stored, so
 * that a restart loses no run. A timer starts the next scheduled run.
 */
export class SyncEngine {
  readonly #deps: EngineDeps;
  readonly #runs = new Map<number, Run>();
  /** The errors of runs whose end could not be stored, by the id of the Datasource. */
  readonly #unstored = new Map<number, unknown>();
  readonly #wallClock: WallClock;
  readonly #ends: RunEnds;
  /** The last logged store failure. It is kept so that a repeated failure is logged only once. */
  #loggedFailure: string | undefined;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#wallClock = new WallClock(deps.clock);
    this.#ends = new RunEnds(deps);
  }

  /** Queues interrupted runs again, and starts the first runs. */
  start(): void {
    const { datasources, timestamps, times } = this.#deps;
    // If a run is scheduled later than the latest possible time, the clock was set back. Move the run to that time.
    datasources.limitNextRuns(timestamps.now() + times.maxWaitMs * 1000);
    for (const state of datasources.interrupted()) {
      this.#enqueue(state, state.syncStatus === 'resuming' ? 'resuming' : 'pending');
    }
    this.wake();
  }

  /** Ids of the Datasources with a run in progress. */
  get running(): readonly number[] {
    return [...this.#runs.keys()];
  }

  /** Whether no run is in progress or queued. */
  get idle(): boolean {
    return this.#runs.size === 0 && this.#deps.datasources.queued().length === 0;
  }

  /**
   * Queues a run, as `@sendToSpyder` does. If a run is already queued or in progress, queues no other run.
   * @param force Whether to run a Datasource even if its status is `error` or `paused`, and to confirm the
   * removals that stopped its last run.
   * @param login The requesting user.
   * @returns The reason why the Datasource can't run, or undefined on success.
   */
  request(nodeId: number, force: boolean, login: string | undefined): string | undefined {
    const { database, datasources, nodes, trail } = this.#deps;
    const state = datasources.byId(nodeId);
    const node = nodes.byId(nodeId);
    if (!state || !node) return 'Not a Datasource';
    const { syncStatus } = state;
    if (syncStatus === 'created') return 'The Datasource is not configured yet';
    if (syncStatus === 'invited') return 'The share has not been accepted yet';
    const isUnderWay = this.#runs.has(nodeId) || state.queuedAt !== undefined;
    const isLeft = !force && (syncStatus.startsWith('error') || syncStatus === 'paused');
    database.transaction(() => {
      trail.audit('request_sync', node, login, { force });
      if (isUnderWay || isLeft) return;
      this.#enqueue(state, 'pending', login);
      if (force && state.failureCause === 'removals')
        datasources.update(nodeId, { confirmedRemovals: state.askedRemovals });
    });
    this.wake();
    return undefined;
  }

  /**
   * Pauses a Datasource.
   * @param login The requesting user.
   * @returns The reason why the Datasource can't be paused, or undefined on success.
   */
  pause(nodeId: number, login: string | undefined): string | undefined {
    const { datasources } = this.#deps;
    const state = datasources.byId(nodeId);
    const pausable = ['pending', 'syncing', 'resuming', 'synced', 'failed', 'paused'];
    if (!state || !pausable.includes(state.syncStatus))
      return `Can't be paused while it is ${state?.syncStatus ?? 'unknown'}`;
    datasources.update(nodeId, { syncStatus: 'paused', queuedAt: undefined, nextRun: undefined }, { login });
    this.#runs.get(nodeId)?.controller.abort(new RunStopped('paused'));
    this.#schedule();
    return undefined;
  }

  /**
   * Resumes a Datasource.
   * @param login The requesting user.
   * @returns The reason why the Datasource can't be resumed, or undefined on success.
   */
  resume(nodeId: number, login: string | undefined): string | undefined {
    const state = this.#deps.datasources.byId(nodeId);
    if (state?.syncStatus !== 'paused')
      return `Can't be resumed while it is ${state?.syncStatus ?? 'unknown'}`;
    this.#enqueue(state, 'resuming', login);
    this.wake();
    return undefined;
  }

  /**
   * Renews credentials. Queues the Datasources that failed because of the old credentials.
   * @param walletEntry uid of the credentials' WalletEntry.
   * @param lifetimeSeconds Lifetime of the credentials. With 0, they never expire.
   * @param login The user who renewed the credentials.
   */
  renewCredentials(walletEntry: string, lifetimeSeconds: number, login: string | undefined): void {
    const { database, credentials, nodes, trail } = this.#deps;
    database.transaction(() => {
      const states = credentials.renew(walletEntry, lifetimeSeconds);
      const entry = nodes.byUid(walletEntry);
      if (entry) trail.audit('renew_credentials', entry, login);
      for (const state of states) {
        const node = nodes.byId(state.nodeId);
        if (node) trail.audit('renew_credentials', node, login, { wallet_entry: walletEntry });
        if (state.failureCause === 'credentials') this.#enqueue(state, 'pending', login);
      }
    });
    this.wake();
  }

  /** Stops the run of a Datasource, if there is one, and waits until it has ended. */
  async stop(nodeId: number): Promise<void> {
    const run = this.#runs.get(nodeId);
    run?.controller.abort(new RunStopped('stopped'));
    await run?.done;
  }

  /** Starts queued runs if the limit allows it, and sets the timer again. */
  wake(): void {
    if (this.#closed) return;
    const busy = new Set([...this.#runs.values()].map(({ type }) => type));
    for (const state of this.#deps.datasources.queued()) {
      if (this.#runs.size >= concurrentRuns) break;
      const node = this.#deps.nodes.byId(state.nodeId);
      // A stopped run may not have ended yet. When it ends, it calls {@link wake} again.
      if (!node || busy.has(node.type) || this.#runs.has(state.nodeId)) continue;
      // The end of the last run could not be stored. A new run would fail again at once, in an endless loop.
      if (this.#unstored.has(state.nodeId)) continue;
      busy.add(node.type);
      this.#begin(state, node.type);
    }
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    for (const { controller } of this.#runs.values()) controller.abort(new RunStopped('closing'));
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  #enqueue(state: DatasourceState, syncStatus: 'pending' | 'resuming', login?: string): void {
    const { datasources, timestamps } = this.#deps;
    datasources.update(state.nodeId, queued(syncStatus, timestamps.next()), { login });
    this.#unstored.delete(state.nodeId);
  }

  #begin(state: DatasourceState, type: string): void {
    const controller = new AbortController();
    const ended = (): void => {
      this.#runs.delete(state.nodeId);
      this.#deps.onCollected();
      this.wake();
    };
    const done = this.#run(state, controller.signal).then(ended, (error: unknown) => {
      // The end of the run could not be stored. The timer will retry this.
      this.#deps.log(`a run failed: ${failureText(error)}`);
      this.#unstored.set(state.nodeId, error);
      ended();
    });
    this.#runs.set(state.nodeId, { type, controller, done });
  }

  /** Runs one sync. Rejects only if the store can't be written. */
  async #run(queued: DatasourceState, signal: AbortSignal): Promise<void> {
    const { datasources, wallet, collector, times, log } = this.#deps;
    const { nodeId } = queued;
    const name = this.#deps.nodes.byId(nodeId)?.title ?? String(nodeId);
    try {
      if (!queued.runOpen) datasources.resetCounts(nodeId);
      datasources.update(nodeId, {
        syncStatus: 'syncing',
        queuedAt: undefined,
        ...(queued.runOpen
          ? {}
          : {
              run: queued.run + 1,
              runOpen: true,
              runFull: queued.typeSync === 'one' || queued.lastSync === undefined,
            }),
      });
      const state = datasources.byId(nodeId);
      if (!state) return;
      if (wallet.credentialState(state, this.#deps.timestamps.now()) === 'expired') {
        this.#ends.expired(state, name);
        return;
      }
      const [collected] = await Promise.allSettled([
        collector.collect(state, times.scaled(state.paceMs), signal),
        times.visible(signal),
      ]);
      // The run may have been paused since its last batch.
      signal.throwIfAborted();
      if (collected.status === 'rejected') throw collected.reason;
      this.#followClock();
      this.#ends.synced(nodeId, name, collected.value);
    } catch (error) {
      if (signal.aborted)
        log(`${name}: ${signal.reason instanceof Error ? signal.reason.message : 'stopped'}`);
      else this.#fail(nodeId, name, error);
    }
  }

  #fail(nodeId: number, name: string, error: unknown): void {
    this.#followClock();
    this.#ends.failed(nodeId, name, error);
  }

  /**
   * Sets the timer for the earliest scheduled run, or for the next attempt to store the ends of runs that could not be
   * stored.
   */
  #schedule(): void {
    this.#cancelTimer?.();
    const { datasources, clock, timestamps } = this.#deps;
    const soonest = datasources.soonestRun();
    if ((soonest === undefined && this.#unstored.size === 0) || this.#closed) return;
    const untilDue = soonest === undefined ? maxWaitMs : Math.max(0, (soonest - timestamps.now()) / 1000);
    const maxDelay = this.#unstored.size > 0 ? storeRetryMs : maxWaitMs;
    this.#cancelTimer = clock.after(Math.min(untilDue, maxDelay), () => {
      try {
        this.#storeEnds();
        this.#followClock();
        for (const state of datasources.due(timestamps.now())) this.#enqueue(state, 'pending');
      } catch (error) {
        const reason = failureText(error);
        if (reason !== this.#loggedFailure) this.#deps.log(`syncing will be retried: ${reason}`);
        this.#loggedFailure = reason;
        this.#cancelTimer = clock.after(storeRetryMs, () => this.wake());
        return;
      }
      this.#loggedFailure = undefined;
      this.wake();
    });
  }

  /** If the clock was set back, moves the scheduled runs back by the same amount. */
  #followClock(): void {
    this.#wallClock.follow((backMs) => this.#deps.datasources.moveNextRuns(Math.round(-backMs * 1000)));
  }

  #storeEnds(): void {
    const { datasources, nodes } = this.#deps;
    for (const [nodeId, error] of this.#unstored) {
      const status = datasources.byId(nodeId)?.syncStatus ?? '';
      // The Datasource may have been paused or removed in the meantime.
      if (['pending', 'resuming', 'syncing'].includes(status))
        this.#fail(nodeId, nodes.byId(nodeId)?.title ?? String(nodeId), error);
      this.#unstored.delete(nodeId);
    }
  }
}
