import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { isDatasourceType } from '../../onna/wire/node.ts';
import type { WireNode } from '../../onna/wire/node.ts';
import type { Datasource } from './datasource.ts';
import { ReadBudget } from './readBudget.ts';
import type { ReadEntry, ReadLog, ReadOutcome } from './readLog.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { canChangeByItself, cycle, isActive } from './syncStatus.ts';

const concurrentReads = 4;

/**
 * Reads a minute, on average. One a second is what a single person's window may cost a service. It keeps 60 Datasources
 * no older than a minute, and 1,200 no older than the 20 minutes in which they are collected.
 */
export const readsPerMinute = {
  focused: 60,
  /** Only one window has the focus: the others together must not cost as much again. */
  other: 12,
} as const;

/** How much of the budget is left to what is more urgent. */
const reserves = {
  /** Changed or acted on. */
  changed: 0,
  visible: 40,
  rest: 120,
} as const;

/** A row that VS Code asked about this long ago may have been scrolled away. VS Code asks once a minute. ms. */
const visibleForMs = 90_000;
/** A status this old is read as soon as its row is shown, and not at the next poll. ms. */
const oldMs = 5 * 60_000;
/** How long a Datasource is read often after an action on it, in ms. */
const watchedForMs = 60_000;
/** How old a status is at least before it is read again, in ms. */
const minAgeMs = { active: 4_000, other: 45_000, afterFailure: 10 * 60_000 } as const;
/** How soon a status may have changed, in ms. What is old in relation to this is read first. */
const expectedChangeMs = { active: 15_000, other: cycle.earliestMs } as const;

/** What a failure says of the Datasource; undefined: it would meet the next request as well. */
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
  /** The higher, the sooner. */
  readonly urgency: number;
}

/**
 * Reads Datasources one by one where the service leaves `sync_status` out of its listing (docs/onna-api.md §14.9). First comes
 * what the list names as changed and what was acted on, then what is on screen, then what can change by itself: always
 * within a budget. What the service refuses is not asked for again until the list names it as changed or the user
 * refreshes.
 */
export class SingleReads {
  readonly #connectionId: string;
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  readonly #budget: ReadBudget;
  /** When VS Code last asked about a row, by Datasource. ms since 1970. */
  readonly #shownAt = new Map<string, number>();
  /** Until when a Datasource is watched, ms since 1970. */
  readonly #watchedUntil = new Map<string, number>();
  /** On screen with a status that is old or not known. */
  readonly #soon = new Set<string>();
  /** Read, or being read, by the call of {@link read} that runs now. */
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
   * VS Code shows a row. Called for each row that it draws: map look-ups only.
   * @returns Whether its status is old or not known, and should be read without waiting for the next poll.
   */
  shown(id: string): boolean {
    const snapshot = this.#store.get(this.#connectionId);
    const entry = snapshot?.readLog.get(id);
    const datasource = snapshot?.datasources.get(id);
    if (!entry || !datasource) return false;
    const now = this.#clock.now();
    this.#shownAt.set(id, now);
    const { last } = entry;
    const mayBeOther = last?.outcome === 'read' && canChangeByItself(datasource.status, datasource.syncType);
    if (last && !(mayBeOther && now - last.at >= oldMs)) return false;
    this.#soon.add(id);
    return true;
  }

  /** Something was done to a Datasource. */
  acted(id: string): void {
    this.#watchedUntil.set(id, this.#clock.now() + watchedForMs);
  }

  /** The user wants everything anew, also what was refused. */
  forgetReads(): void {
    this.#log?.forgetReads(() => true);
  }

  /** The user has signed in anew: what was refused may be allowed now. */
  forgetRefusals(): void {
    this.#log?.forgetReads(({ outcome }) => outcome !== 'read');
  }

  /**
   * Takes note of what a listing names.
   * @param isChange It was asked for changes only.
   */
  noteListing(listed: readonly WireNode[], isChange: boolean): void {
    const log = this.#log;
    for (const { type, uid, path, syncStatus, timestamp } of listed) {
      if (!isDatasourceType(type)) continue;
      if (syncStatus === undefined) log?.leftOut(uid ?? path, timestamp, isChange);
      else log?.forget(uid ?? path);
    }
  }

  /** Whether something on screen waits to be read. */
  get isAwaited(): boolean {
    return this.#soon.size > 0;
  }

  /**
   * Reads what is due, as far as the budget and the service's `Retry-After` allow.
   * @throws OnnaError What would meet the next request as well.
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
          this.#log?.note(datasource.id, 'read', this.#clock.now());
          this.#store.applyNodes(this.#connectionId, [node], this.#clock.now());
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

  /** What has come on screen meanwhile goes before the rest. */
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
    // A time to come was noted before the clock was set back.
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
