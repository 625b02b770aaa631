import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { isDatasourceType, type WireNode } from '../../onna/wire/node.ts';
import type { Datasource } from './datasource.ts';
import { ReadBudget } from './readBudget.ts';
import type { ReadEntry, ReadLog, ReadOutcome } from './readLog.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { canChangeByItself, cycle, isActive } from './syncStatus.ts';

const concurrentReads = 4;

/**
 * Average reads per minute. One read per second is an acceptable load from one person's window. At that rate,
 * 60 Datasources are read once a minute, and 1,200 Datasources every 20 minutes (the time between syncs).
 */
export const readsPerMinute = {
  focused: 60,
  /** Lower, because a user may have several unfocused windows. */
  other: 12,
} as const;

/** The number of reads that must remain in the budget for more urgent reads, by kind of read. */
const reserves = {
  /** For Datasources that changed or that the user acted on. */
  changed: 0,
  visible: 40,
  rest: 120,
} as const;

/**
 * A row counts as visible for this long after VS Code last requested it, in ms. VS Code requests visible rows once a
 * minute.
 */
const visibleForMs = 90_000;
/** A status older than this, in ms, is read when its row is shown, without waiting for the next poll. */
const oldMs = 5 * 60_000;
/** Time for which a Datasource is read often after an action on it, in ms. */
const watchedForMs = 60_000;
/** Minimum age of a status before it is read again, in ms. */
const minAgeMs = { active: 4_000, other: 45_000, afterFailure: 10 * 60_000 } as const;
/**
 * Expected time until a status changes, in ms. The status that is oldest relative to its expected time is read first.
 */
const expectedChangeMs = { active: 15_000, other: cycle.earliestMs } as const;

/** The outcome to record if the error affects only one Datasource; undefined if the next request would fail too. */
function outcomeOf(error: unknown): Exclude<ReadOutcome, 'read'> | undefined {
  if (!isOnnaError(error)) return undefined;
  const { failure } = error;
  switch (failure.kind) {
    case 'notFound':
    case 'noPermission':
      return 'refused';
    case 'decode':
    case 'tooLarge':
    case 'invalid':
    case 'duplicateId':
    case 'writeConflict':
    case 'unexpectedStatus':
      return 'failed';
    case 'serverError':
      return failure.status === 500 ? 'failed' : undefined;
    default:
      return undefined;
  }
}

interface Wanted {
  readonly id: string;
  readonly reserve: number;
  /** A Datasource with a higher value is read sooner. */
  readonly urgency: number;
}

/**
 * Reads Datasources individually, within a budget, if the service omits `sync_status` from its listing
 * (docs/onna-api.md §14.9). Reads Datasources that changed or that the user acted on first, then visible ones, then all
 * others whose status can change. A refused Datasource is not requested again until the list reports a change or the
 * user refreshes.
 */
export class SingleReads {
  readonly #connectionId: string;
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  readonly #budget: ReadBudget;
  /** When VS Code last requested a row, by Datasource, in ms since 1970. */
  readonly #shownAt = new Map<string, number>();
  /** The time until which a Datasource is read often after an action, in ms since 1970. */
  readonly #watchedUntil = new Map<string, number>();
  /** Visible Datasources whose status is old or unknown. */
  readonly #soon = new Set<string>();
  /** Datasources that the current {@link read} has read or is reading. */
  readonly #taken = new Set<string>();

  constructor(connectionId: string, store: DatasourceStore, clock: Clock) {
    this.#connectionId = connectionId;
    this.#store = store;
    this.#clock = clock;
    this.#budget = new ReadBudget(clock, readsPerMinute.other);
  }

  setFocused(isFocused: boolean): void {
    this.#budget.setRate(isFocused ? readsPerMinute.focused : readsPerMinute.other);
  }

  /**
   * Reports a visible row. Called for each row that VS Code draws, so it only does map lookups.
   * @returns Whether its status is old or unknown and should be read before the next poll.
   */
  shown(id: string): boolean {
    const snapshot = this.#store.get(this.#connectionId);
    const entry = snapshot?.readLog.get(id);
    const datasource = snapshot?.datasources.get(id);
    if (!entry || !datasource) return false;
    const now = this.#clock.now();
    this.#shownAt.set(id, now);
    const { last } = entry;
    const mayHaveChanged =
      last?.outcome === 'read' && canChangeByItself(datasource.status, datasource.syncType);
    if (last && !(mayHaveChanged && now - last.at >= oldMs)) return false;
    this.#soon.add(id);
    return true;
  }

  /** Reports a user action on a Datasource. */
  acted(id: string): void {
    this.#watchedUntil.set(id, this.#clock.now() + watchedForMs);
  }

  /** Marks every Datasource as unread, including refused ones. Called when the user refreshes. */
  forgetReads(): void {
    this.#log?.forgetReads(() => true);
  }

  /** Marks refused and failed Datasources as unread: after a new sign-in, the user may be allowed to read them. */
  forgetRefusals(): void {
    this.#log?.forgetReads(({ outcome }) => outcome !== 'read');
  }

  /**
   * Records the Datasources in a listing.
   * @param isChange Whether the listing contains only changes.
   */
  noteListing(listed: readonly WireNode[], isChange: boolean): void {
    const log = this.#log;
    for (const { type, uid, path, syncStatus, timestamp } of listed) {
      if (!isDatasourceType(type)) continue;
      if (syncStatus === undefined) log?.leftOut(uid ?? path, timestamp, isChange);
      else log?.forget(uid ?? path);
    }
  }

  /** Whether a visible Datasource is waiting to be read. */
  get isAwaited(): boolean {
    return this.#soon.size > 0;
  }

  /**
   * Reads the Datasources that are due, if the budget and the service's `Retry-After` allow it.
   * @throws OnnaError An error that would also affect the next request.
   */
  async read(client: OnnaClient, signal: AbortSignal): Promise<void> {
    const queue = this.#due().values();
    this.#taken.clear();
    let isOver = false;
    const worker = async (): Promise<void> => {
      while (!signal.aborted && !isOver && client.pause.remainingMs() === 0) {
        const datasource = this.#next(queue);
        if (!datasource) return;
        try {
          const node = await client.inBackground.node(datasource.path, signal);
          const now = this.#clock.now();
          this.#log?.note(datasource.id, 'read', now);
          this.#store.applyNodes(this.#connectionId, [node], now);
        } catch (error) {
          const outcome = outcomeOf(error);
          if (!outcome) {
            isOver = true;
            throw error;
          }
          this.#log?.note(datasource.id, outcome, this.#clock.now());
        }
      }
    };
    await Promise.all(Array.from({ length: concurrentReads }, worker));
  }

  get #log(): ReadLog | undefined {
    return this.#store.get(this.#connectionId)?.readLog;
  }

  /** The next Datasource to read. Datasources that have just become visible come first. */
  #next(queue: Iterator<Wanted>): Datasource | undefined {
    for (const id of this.#soon) {
      const datasource = this.#untaken(id);
      if (datasource && !this.#budget.take(reserves.visible)) break;
      this.#soon.delete(id);
      if (datasource) return this.#take(datasource);
    }
    for (let step = queue.next(); !step.done; step = queue.next()) {
      const { id, reserve } = step.value;
      const datasource = this.#untaken(id);
      if (datasource) return this.#budget.take(reserve) ? this.#take(datasource) : undefined;
    }
    return undefined;
  }

  #untaken(id: string): Datasource | undefined {
    return this.#taken.has(id) ? undefined : this.#store.find(this.#connectionId, id);
  }

  #take(datasource: Datasource): Datasource {
    this.#taken.add(datasource.id);
    this.#soon.delete(datasource.id);
    return datasource;
  }

  #due(): readonly Wanted[] {
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot || snapshot.readLog.size === 0) return [];
    const now = this.#clock.now();
    const due: Wanted[] = [];
    for (const id of [...snapshot.readLog.ids()]) {
      const datasource = snapshot.datasources.get(id);
      const entry = snapshot.readLog.get(id);
      if (!datasource) this.#forget(snapshot.readLog, id);
      else if (entry) {
        const wanted = this.#wanted(datasource, entry, now);
        if (wanted) due.push(wanted);
      }
    }
    return due.sort((left, right) => left.reserve - right.reserve || right.urgency - left.urgency);
  }

  #wanted(
    { id, status, syncType }: Datasource,
    { last, isChanged }: ReadEntry,
    now: number,
  ): Wanted | undefined {
    const shownAt = this.#shownAt.get(id);
    // A time in the future was recorded before the clock was set back.
    const isVisible = shownAt !== undefined && now - shownAt >= 0 && now - shownAt <= visibleForMs;
    if (shownAt !== undefined && !isVisible) this.#shownAt.delete(id);
    const watchedFor = (this.#watchedUntil.get(id) ?? now) - now;
    const isWatched = watchedFor > 0 && watchedFor <= watchedForMs;
    if (!isWatched) this.#watchedUntil.delete(id);
    const age = !last || now < last.at ? Number.POSITIVE_INFINITY : now - last.at;
    const pace = isActive(status) ? 'active' : 'other';
    const urgency = age / expectedChangeMs[pace];
    if (isWatched && age >= minAgeMs.active)
      return { id, reserve: reserves.changed, urgency: Number.MAX_VALUE };
    if (isChanged) return { id, reserve: reserves.changed, urgency: isVisible ? 2 : 1 };
    if (last?.outcome === 'refused' || (last && !canChangeByItself(status, syncType))) return undefined;
    if (age < (last?.outcome === 'failed' ? minAgeMs.afterFailure : minAgeMs[pace])) return undefined;
    return { id, reserve: isVisible ? reserves.visible : reserves.rest, urgency };
  }

  #forget(log: ReadLog, id: string): void {
    log.forget(id);
    this.#shownAt.delete(id);
    this.#watchedUntil.delete(id);
    this.#soon.delete(id);
  }
}
