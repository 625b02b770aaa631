import type { Clock } from '../../../base/clock.ts';
import { Owner } from '../../../base/event.ts';
import type { HostMessage, PageMessage } from '../../../shared/searchProtocol.ts';
import { completionPlace, type CompletionPlace } from './completionPlace.ts';
import { localCompletions, suggestedWords, type KnownNames } from './localCompletions.ts';

/** Delay after the last key before the service is asked, in ms. */
const debounceMs = 200;
/** After a failure, the service is not asked for this time, in ms. Completion must not disturb the search. */
const pauseMs = 60_000;
/** Minimum length of a word for which the service is asked. */
const minPrefix = 2;
/** Maximum number of cached answers. */
const maxCached = 200;

type CompleteMessage = Extract<PageMessage, { type: 'complete' }>;

/** The service of the account or Datasource that is searched. */
export interface CompletionSource {
  /** The id of the scope. */
  readonly id: string;
  readonly connectionId: string;
  suggestions(term: string, signal: AbortSignal): Promise<readonly string[]>;
  searchableFields(signal: AbortSignal): Promise<readonly string[]>;
}

/** Constructor dependencies of {@link Completer}. */
interface CompleterDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Undefined while the scope is not available. */
  source(): CompletionSource | undefined;
  known(): Omit<KnownNames, 'serviceFields'>;
  post(message: HostMessage): void;
}

/**
 * Completes the query of a search page. Known names are sent at once. The service's suggestions follow after a pause
 * in typing, with at most one request at a time. A newer request of the page cancels an older one.
 */
export class Completer extends Owner {
  readonly #deps: CompleterDeps;
  /** Suggestions by scope and word. */
  readonly #suggestions = new Map<string, readonly string[]>();
  /** The service's fields by connection. */
  readonly #fields = new Map<string, readonly string[]>();
  /** Until when a connection is not asked, in ms since 1970. */
  readonly #paused = new Map<string, number>();
  #running: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(deps: CompleterDeps) {
    super();
    this.#deps = deps;
    this.register({ dispose: () => this.stop() });
  }

  /** Posts the completions at the cursor, and posts them again if the service sends suggestions. */
  complete(message: CompleteMessage): void {
    this.stop();
    const place = completionPlace(message.query, message.cursor);
    this.#post(message, place);
    const source = this.#deps.source();
    if (place?.kind !== 'word' || source === undefined || !this.#isWorthAsking(place.prefix, source)) return;
    this.#cancelTimer = this.#deps.clock.after(debounceMs, () => {
      const controller = new AbortController();
      this.#running = controller;
      // A failure is not reported: the call is in the log, and the user can go on typing.
      this.#ask(place.prefix, source, controller.signal)
        .catch(() => this.#pause(source, controller))
        .then(() => {
          if (this.#running !== controller) return;
          this.#running = undefined;
          this.#post(message, place);
        })
        .catch(() => undefined);
    });
  }

  /** Cancels the pending request. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const running = this.#running;
    this.#running = undefined;
    running?.abort();
  }

  #isWorthAsking(prefix: string, { id, connectionId }: CompletionSource): boolean {
    if (prefix.length < minPrefix || !/[\p{L}\p{N}]/u.test(prefix)) return false;
    if ((this.#paused.get(connectionId) ?? 0) > this.#deps.clock.now()) return false;
    return !this.#suggestions.has(keyOf(id, prefix)) || !this.#fields.has(connectionId);
  }

  /** Requests the data that is not cached, one request at a time. */
  async #ask(prefix: string, source: CompletionSource, signal: AbortSignal): Promise<void> {
    const key = keyOf(source.id, prefix);
    if (!this.#suggestions.has(key)) {
      const words = await source.suggestions(prefix, signal);
      this.#suggestions.set(key, words);
      const [oldest] = this.#suggestions.keys();
      if (this.#suggestions.size > maxCached && oldest !== undefined) this.#suggestions.delete(oldest);
    }
    if (signal.aborted || this.#fields.has(source.connectionId)) return;
    // An account may lack the permission to read the fields, so a failure counts as an empty list.
    const fields = await source.searchableFields(signal).catch((): readonly string[] => []);
    signal.throwIfAborted();
    this.#fields.set(source.connectionId, fields);
  }

  #pause({ connectionId }: CompletionSource, controller: AbortController): void {
    if (!controller.signal.aborted) this.#paused.set(connectionId, this.#deps.clock.now() + pauseMs);
  }

  #post({ requestId, isExplicit }: CompleteMessage, place: CompletionPlace | undefined): void {
    const source = this.#deps.source();
    const serviceFields = (source && this.#fields.get(source.connectionId)) ?? [];
    const known = place && { ...this.#deps.known(), serviceFields };
    const local = place && known ? localCompletions(place, known, isExplicit) : [];
    const words =
      place?.kind === 'word' && source ? this.#suggestions.get(keyOf(source.id, place.prefix)) : undefined;
    const items = [...local, ...suggestedWords(words ?? [], place?.prefix ?? '')];
    const { start = 0, end = 0 } = place ?? {};
    this.#deps.post({ type: 'completions', requestId, start, end, items });
  }
}

function keyOf(scopeId: string, prefix: string): string {
  return JSON.stringify([scopeId, prefix.toLowerCase()]);
}
