import type { Clock } from '../clock.ts';
import type { DatasourceState, DatasourceStore } from '../store/datasources.ts';
import type { NodeStore } from '../store/nodes.ts';
import type { Timestamps } from '../store/timestamps.ts';
import type { Collector } from './collector.ts';
import { OriginUnreadable } from './origin.ts';
import type { SyncTimes } from './syncTimes.ts';

/** Runs at the same time; of one type of Datasource only one, as services limit how fast they are read. */
const concurrentRuns = 3;

const expiredMessage = 'The credentials have expired. Refresh them to go on syncing.';

/** Why a run was stopped from outside. */
class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

interface Run {
  readonly type: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** What the engine works with. */
export interface EngineParts {
  readonly datasources: DatasourceStore;
  readonly nodes: NodeStore;
  readonly collector: Collector;
  readonly timestamps: Timestamps;
  readonly clock: Clock;
  readonly times: SyncTimes;
  /** Told after every run, and when a batch may be waiting for the pipeline. */
  readonly onCollected: () => void;
  readonly log: (line: string) => void;
}

/**
 * Takes Datasources through the statuses of API notes §11: a queue of runs, kept in the store so that a restart
 * loses none, and a timer for the next run of each.
 */
export class SyncEngine {
  readonly #parts: EngineParts;
  readonly #runs = new Map<number, Run>();
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Puts what was interrupted back into the queue, and begins. */
  start(): void {
    const { datasources } = this.#parts;
    for (const state of datasources.interrupted()) {
      this.#enqueue(state, state.syncStatus === 'resuming' ? 'resuming' : 'pending');
    }
    this.wake();
  }

  /** Ids of the Datasources whose runs are under way. */
  get running(): readonly number[] {
    return [...this.#runs.keys()];
  }

  /** Whether nothing runs or waits for a run. */
  get idle(): boolean {
    return this.#runs.size === 0 && this.#parts.datasources.queued().length === 0;
  }

  /**
   * `@sendToSpyder`: a run as soon as there is room. One that is under way goes on, and answers for this one too.
   * @param force Also takes it out of `error` and `paused`.
   * @returns Why it can't run; undefined when it does.
   */
  request(nodeId: number, force: boolean): string | undefined {
    const state = this.#parts.datasources.byId(nodeId);
    if (!state) return 'Not a Datasource';
    const { syncStatus } = state;
    if (syncStatus === 'created') return 'The Datasource is not configured yet';
    if (syncStatus === 'invited') return 'The share was not accepted yet';
    if (this.#runs.has(nodeId) || state.queuedAt !== undefined) return undefined;
    if ((syncStatus.startsWith('error') || syncStatus === 'paused') && !force) return undefined;
    this.#enqueue(state, 'pending');
    this.wake();
    return undefined;
  }

  /** Stops where it is. @returns Why it can't be paused; undefined when it is. */
  pause(nodeId: number): string | undefined {
    const { datasources } = this.#parts;
    const state = datasources.byId(nodeId);
    const pausable = ['pending', 'syncing', 'resuming', 'synced', 'failed', 'paused'];
    if (!state || !pausable.includes(state.syncStatus))
      return `Can't be paused while it is ${state?.syncStatus ?? 'unknown'}`;
    datasources.update(nodeId, { syncStatus: 'paused', queuedAt: undefined, nextRun: undefined });
    this.#runs.get(nodeId)?.controller.abort(new RunStopped('paused'));
    this.#schedule();
    return undefined;
  }

  /** Goes on where it was paused. @returns Why it can't be resumed; undefined when it is. */
  resume(nodeId: number): string | undefined {
    const state = this.#parts.datasources.byId(nodeId);
    if (state?.syncStatus !== 'paused')
      return `Can't be resumed while it is ${state?.syncStatus ?? 'unknown'}`;
    this.#enqueue(state, 'resuming');
    this.wake();
    return undefined;
  }

  /** It is shared with somebody as an owner: nothing runs until they accept. */
  async invite(nodeId: number, login: string): Promise<void> {
    const { datasources } = this.#parts;
    datasources.update(nodeId, { queuedAt: undefined, nextRun: undefined });
    await this.stop(nodeId);
    if (!datasources.byId(nodeId)) return;
    datasources.update(nodeId, {
      ...{ syncStatus: 'invited', invited: login },
      ...{ queuedAt: undefined, nextRun: undefined },
    });
    this.#schedule();
  }

  /** The end of an invitation, accepted or withdrawn: it goes on, from its beginning if there was none. */
  endInvitation(nodeId: number): void {
    const state = this.#parts.datasources.byId(nodeId);
    if (state?.syncStatus !== 'invited') return;
    const isConfigured = state.origin !== undefined || state.lastSync !== undefined;
    if (isConfigured) this.#enqueue(state, 'pending');
    this.#parts.datasources.update(nodeId, {
      invited: undefined,
      ...(isConfigured ? {} : { syncStatus: 'created' }),
    });
    this.wake();
  }

  /** @returns Why `login` can't accept an invitation; undefined when it has. */
  accept(nodeId: number, login: string | undefined): string | undefined {
    const state = this.#parts.datasources.byId(nodeId);
    if (state?.syncStatus !== 'invited')
      return `Can't be accepted while it is ${state?.syncStatus ?? 'unknown'}`;
    if (state.invited !== undefined && state.invited !== login)
      return 'Only the invited user can accept the share';
    this.endInvitation(nodeId);
    return undefined;
  }

  /** New credentials are there: an error that the old ones caused is over. */
  credentialsRefreshed(states: readonly DatasourceState[]): void {
    for (const state of states) {
      if (state.failureCause === 'credentials') this.#enqueue(state, 'pending');
    }
    this.wake();
  }

  /** Stops a run, if there is one, and waits until it has. */
  async stop(nodeId: number): Promise<void> {
    const run = this.#runs.get(nodeId);
    run?.controller.abort(new RunStopped('stopped'));
    await run?.done;
  }

  /** Looks again at what is to be run, and when. */
  wake(): void {
    if (this.#closed) return;
    const busy = new Set([...this.#runs.values()].map(({ type }) => type));
    for (const state of this.#parts.datasources.queued()) {
      if (this.#runs.size >= concurrentRuns) break;
      const node = this.#parts.nodes.byId(state.nodeId);
      // A run that was stopped may still be on its way out; its end wakes the engine again.
      if (!node || busy.has(node.type) || this.#runs.has(state.nodeId)) continue;
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

  #enqueue(state: DatasourceState, syncStatus: 'pending' | 'resuming'): void {
    this.#parts.datasources.update(state.nodeId, {
      syncStatus,
      syncMessage: undefined,
      failureCause: undefined,
      nextRun: undefined,
      queuedAt: this.#parts.timestamps.next(),
    });
  }

  #begin(state: DatasourceState, type: string): void {
    const controller = new AbortController();
    const ended = (): void => {
      this.#runs.delete(state.nodeId);
      this.#parts.onCollected();
      this.wake();
    };
    const done = this.#run(state, controller.signal).then(ended, (error: unknown) => {
      // The store itself refused. The status stays as it is stored, and a restart begins from there.
      this.#parts.log(`a run broke off: ${error instanceof Error ? error.message : String(error)}`);
      ended();
    });
    this.#runs.set(state.nodeId, { type, controller, done });
  }

  /** Rejects only when the store does. */
  async #run(queued: DatasourceState, signal: AbortSignal): Promise<void> {
    const { datasources, collector, times, log } = this.#parts;
    const { nodeId } = queued;
    const name = this.#parts.nodes.byId(nodeId)?.title ?? String(nodeId);
    try {
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
      if (datasources.credentialState(state, this.#parts.timestamps.now()) === 'expired') {
        this.#end(state, { syncStatus: 'error', syncMessage: expiredMessage, failureCause: 'credentials' });
        log(`${name}: error, ${expiredMessage}`);
        return;
      }
      const [collected] = await Promise.allSettled([
        collector.collect(state, times.scaled(state.paceMs), signal),
        times.visible(signal),
      ]);
      // Between the last batch and here it may have been paused.
      signal.throwIfAborted();
      if (collected.status === 'rejected') throw collected.reason;
      const { added, changed, removed } = collected.value;
      this.#finish(nodeId);
      log(`${name}: synced, ${added} added, ${changed} changed, ${removed} removed`);
    } catch (error) {
      if (signal.aborted)
        log(`${name}: ${signal.reason instanceof Error ? signal.reason.message : 'stopped'}`);
      else this.#fail(nodeId, name, error);
    }
  }

  #finish(nodeId: number): void {
    const { datasources, timestamps, times } = this.#parts;
    const state = datasources.byId(nodeId);
    if (!state) return;
    const now = timestamps.now();
    this.#end(state, {
      syncStatus: 'synced',
      syncMessage: undefined,
      failureCause: undefined,
      lastSync: now,
      nextRun: state.typeSync === 'one' ? undefined : now + times.nextCycleMs() * 1000,
      attempts: 0,
    });
  }

  #fail(nodeId: number, name: string, error: unknown): void {
    const { datasources, timestamps, times, log } = this.#parts;
    const state = datasources.byId(nodeId);
    if (!state) return;
    const message = error instanceof OriginUnreadable ? error.message : 'Collecting broke off unexpectedly';
    const attempts = state.attempts + 1;
    this.#end(state, {
      syncStatus: 'failed',
      syncMessage: message,
      failureCause: 'origin',
      nextRun: timestamps.now() + times.backoffMs(attempts) * 1000,
      attempts,
    });
    log(`${name}: failed, ${error instanceof Error ? error.message : String(error)}`);
  }

  #end(state: DatasourceState, change: Parameters<DatasourceStore['update']>[1]): void {
    this.#parts.datasources.update(state.nodeId, { runOpen: false, ...change });
  }

  /** One timer, for the soonest of all. */
  #schedule(): void {
    this.#cancelTimer?.();
    const { datasources, clock, timestamps } = this.#parts;
    const soonest = datasources.soonestRun();
    if (soonest === undefined || this.#closed) return;
    this.#cancelTimer = clock.after(Math.max(0, (soonest - timestamps.now()) / 1000), () => {
      for (const state of datasources.due(timestamps.now())) this.#enqueue(state, 'pending');
      this.wake();
    });
  }
}
