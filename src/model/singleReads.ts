import type { OnnaClient } from '../onna/client.ts';
import type { Clock } from '../onna/clock.ts';
import { isOnnaError } from '../onna/errors.ts';
import { isDatasourceType } from '../onna/wire/node.ts';
import type { WireNode } from '../onna/wire/node.ts';
import type { Datasource } from './datasource.ts';
import type { DatasourceStore } from './store.ts';
import { canChangeByItself } from './syncStatus.ts';

/** In one look, at most this many Datasources are read by themselves; the others have their turn in the next. */
const mostReads = 200;
const concurrentReads = 4;

/**
 * What would meet the next request as well. Anything else is this Datasource's own trouble, and no reason to call the
 * whole list out of date: one that is gone or closed to us says so at the next listing.
 */
function concernsTheService(error: unknown): boolean {
  if (!isOnnaError(error)) return true;
  const { failure } = error;
  switch (failure.kind) {
    case 'notFound':
    case 'noPermission':
    case 'decode':
    case 'tooLarge':
    case 'invalid':
    case 'duplicateId':
    case 'writeConflict':
    case 'unexpectedStatus':
      return false;
    case 'serverError':
      return failure.status !== 500;
    default:
      return true;
  }
}

/**
 * Reads Datasources one by one where the service leaves `sync_status` out of its listing (API notes §14.9),
 * and then only those whose status is unknown or can change by itself.
 */
export class SingleReads {
  readonly #connectionId: string;
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  /** The service was seen to leave the status out. */
  #needed = false;
  #turn = 0;

  constructor(connectionId: string, store: DatasourceStore, clock: Clock) {
    this.#connectionId = connectionId;
    this.#store = store;
    this.#clock = clock;
  }

  /** @param listed What the listing just named. */
  async read(client: OnnaClient, listed: readonly WireNode[], signal: AbortSignal): Promise<void> {
    const leftOut = new Set<string>();
    for (const node of listed) {
      if (isDatasourceType(node.type) && node.syncStatus === undefined) leftOut.add(node.uid ?? node.path);
    }
    this.#needed ||= leftOut.size > 0;
    if (!this.#needed) return;
    const queue = this.#choose(leftOut).values();
    let isOver = false;
    const worker = async (): Promise<void> => {
      for (const { path } of queue) {
        if (signal.aborted || isOver) return;
        try {
          const node = await client.node(path, signal);
          this.#store.applyNodes(this.#connectionId, [node], this.#clock.now());
        } catch (error) {
          if (!concernsTheService(error)) continue;
          isOver = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: concurrentReads }, worker));
  }

  #choose(leftOut: ReadonlySet<string>): readonly Datasource[] {
    const known = this.#store.get(this.#connectionId)?.datasources.values() ?? [];
    const candidates = [...known].filter(
      ({ id, rawStatus, status, syncType }) =>
        leftOut.has(id) || rawStatus === undefined || canChangeByItself(status, syncType),
    );
    if (candidates.length <= mostReads) return candidates;
    const start = this.#turn % candidates.length;
    this.#turn = start + mostReads;
    return [...candidates.slice(start), ...candidates.slice(0, start)].slice(0, mostReads);
  }
}
