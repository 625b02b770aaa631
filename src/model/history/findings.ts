import { Emitter, Owner, type Event } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { LogItem } from '../../onna/wire/logs.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { StoreChange } from '../datasources/datasourceStore.ts';
import type { ExceptionCounts } from './exceptionCounts.ts';
import type { LogReader } from './logReader.ts';

/** Facts about a Datasource that the list of Datasources does not contain. */
export interface Finding {
  /** The newest error in the collection log, if the Datasource failed without a message. */
  readonly reason: string | undefined;
  /** The number of Resources with an exception. Undefined if unknown. */
  readonly exceptions: number | undefined;
}

/** The Datasources whose findings changed. */
export interface FindingsChange {
  readonly connectionId: string;
  readonly datasourceIds: readonly string[];
}

/** Dependencies of {@link Findings}. */
export interface FindingsDeps {
  readonly logs: Pick<LogReader, 'newestError'>;
  readonly counts: Pick<ExceptionCounts, 'read'>;
  readonly clock: Clock;
  readonly onDidChangeStore: Event<StoreChange>;
  onError(error: unknown): void;
}

/** Minimum interval between two counts of the exceptions of an account, in ms. */
const countIntervalMs = 5 * 60_000;
/** Delay before the exceptions are counted, in ms: processing continues after a sync. */
const countDelayMs = 10_000;
/** Wait before a failed request for a reason is repeated, in ms. */
const reasonIntervalMs = 5 * 60_000;
/** Maximum number of reasons kept. */
const maxReasons = 5_000;

interface Counts {
  /** The number of Resources with exceptions, by Datasource uid. */
  values: ReadonlyMap<string, number>;
  /** When the counts were last requested, in ms since 1970. */
  at: number;
  /**
   * Whether the service refused to count the exceptions, or can't count them. If so, the counts are not
   * requested again in this session.
   */
  isRefused: boolean;
  /** Whether a Datasource has changed since the counts were requested, or the request has failed. */
  isOld: boolean;
  isLoading: boolean;
}

/**
 * Finds out why Datasources failed and how many of their Resources have exceptions, but only for rows on
 * screen. Requests the reason for each failure once, or again after a temporary error. Counts the exceptions of a
 * whole account with one request.
 */
export class Findings extends Owner {
  readonly #deps: FindingsDeps;
  readonly #changes = this.register(new Emitter<FindingsChange>());
  readonly onDidChange = this.#changes.event;
  /**
   * The reason for each failure, by connection, Datasource and failure. Undefined while the reason is
   * unknown.
   */
  readonly #reasons = new Map<string, string | undefined>();
  /**
   * When a reason may be requested again after a temporary error, in ms since 1970. By the same keys as
   * `#reasons`.
   */
  readonly #retryAt = new Map<string, number>();
  readonly #counts = new Map<string, Counts>();
  readonly #timers = new Map<string, () => void>();
  readonly #abort = new AbortController();

  constructor(deps: FindingsDeps) {
    super();
    this.#deps = deps;
    this.register(
      deps.onDidChangeStore(({ connectionId, changed }) => {
        if (changed.length > 0) this.expire(connectionId);
      }),
    );
    this.register({ dispose: () => this.#abort.abort() });
    this.register({ dispose: () => this.#timers.forEach((cancel) => cancel()) });
  }

  get(connectionId: string, datasource: Datasource): Finding {
    return {
      reason: this.#reasons.get(failureKey(connectionId, datasource) ?? ''),
      exceptions: this.#counts.get(connectionId)?.values.get(datasource.id),
    };
  }

  /** Call when the row of a Datasource is on screen. */
  shown(connectionId: string, datasource: Datasource): void {
    this.#findReason(connectionId, datasource).catch((error: unknown) => this.#deps.onError(error));
    this.#countSoon(connectionId);
  }

  /** Forgets everything about an account. */
  forget(connectionId: string): void {
    this.#counts.delete(connectionId);
    this.#timers.get(connectionId)?.();
    this.#timers.delete(connectionId);
    for (const reasons of [this.#reasons, this.#retryAt])
      for (const key of reasons.keys()) if (key.startsWith(`${connectionId} `)) reasons.delete(key);
  }

  async #findReason(connectionId: string, datasource: Datasource): Promise<void> {
    const key = failureKey(connectionId, datasource);
    const now = this.#deps.clock.now();
    if (key === undefined || (this.#reasons.has(key) && now < (this.#retryAt.get(key) ?? Infinity))) return;
    if (this.#reasons.size >= maxReasons) {
      this.#reasons.clear();
      this.#retryAt.clear();
    }
    this.#retryAt.delete(key);
    // Set before the request, so that other calls do not send the request again.
    this.#reasons.set(key, undefined);
    let item: LogItem | undefined;
    try {
      item = await this.#deps.logs.newestError({ connectionId, path: datasource.path }, this.#abort.signal);
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      // The error may be temporary, so the reason is requested again later, but not each time the row is shown.
      if (!isRefusal(error) && this.#reasons.has(key))
        this.#retryAt.set(key, this.#deps.clock.now() + reasonIntervalMs);
      return;
    }
    // An error from before the last success is not the reason.
    const isOld = item?.at !== undefined && item.at < (datasource.lastSync ?? 0);
    const reason = item && !isOld && [item.file, item.error ?? item.message].filter(Boolean).join(': ');
    // The account may have signed out meanwhile.
    if (!reason || this.isDisposed || !this.#reasons.has(key)) return;
    this.#reasons.set(key, reason);
    this.#changes.fire({ connectionId, datasourceIds: [datasource.id] });
  }

  #countSoon(connectionId: string): void {
    const counts = this.#counts.get(connectionId);
    if (this.#timers.has(connectionId) || counts?.isRefused || counts?.isLoading) return;
    if (counts && !counts.isOld) return;
    const wait = counts ? counts.at + countIntervalMs - this.#deps.clock.now() : 0;
    const cancel = this.#deps.clock.after(Math.max(countDelayMs, wait), () => {
      this.#timers.delete(connectionId);
      this.#count(connectionId).catch((error: unknown) => this.#deps.onError(error));
    });
    this.#timers.set(connectionId, cancel);
  }

  async #count(connectionId: string): Promise<void> {
    const before = this.#counts.get(connectionId)?.values ?? new Map<string, number>();
    const counts: Counts = {
      values: before,
      at: this.#deps.clock.now(),
      isRefused: false,
      isOld: false,
      isLoading: true,
    };
    this.#counts.set(connectionId, counts);
    try {
      const found = await this.#deps.counts.read(connectionId, this.#abort.signal);
      if (found === undefined) counts.isRefused = true;
      else counts.values = found;
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      // Any other error may be temporary, so the counts are requested again later.
      counts.isRefused = isRefusal(error);
      counts.isOld = true;
    } finally {
      counts.isLoading = false;
    }
    if (this.isDisposed || this.#counts.get(connectionId) !== counts) return;
    const ids = new Set([...before.keys(), ...counts.values.keys()]);
    const datasourceIds = [...ids].filter((id) => before.get(id) !== counts.values.get(id));
    if (datasourceIds.length > 0) this.#changes.fire({ connectionId, datasourceIds });
  }

  /** Marks the number of exceptions of an account as outdated. */
  expire(connectionId: string): void {
    const counts = this.#counts.get(connectionId);
    if (counts) counts.isOld = true;
  }
}

/** Identifies a failure without a message. Undefined if the Datasource has no such failure. */
function failureKey(connectionId: string, datasource: Datasource): string | undefined {
  const { id, status, message, lastResult } = datasource;
  const hasFailed = [status, lastResult?.outcome].some((word) => word === 'failed' || word === 'error');
  if (!hasFailed || message !== undefined) return undefined;
  return `${connectionId} ${id} ${lastResult?.outcome ?? status} ${lastResult?.at ?? ''}`;
}

/** Whether the service would reject the same request again. */
function isRefusal(error: OnnaError): boolean {
  return isOnnaError(error, 'noPermission', 'notFound', 'invalid', 'decode');
}
