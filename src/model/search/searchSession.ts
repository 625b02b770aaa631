import type { FrontsearchRequest, SearchResults } from '../../onna/wire/search.ts';
import { compileQuery } from './query/compile.ts';
import type { QueryContext } from './query/compile.ts';
import type { HitView, SearchSort } from '../../shared/searchProtocol.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { Event } from '../../base/event.ts';
import { presentHit } from './presentHit.ts';
import { firstPageSize, furtherPageSize, searchRequest, searchWindow } from './searchRequest.ts';
import type { SearchQuestion } from './searchRequest.ts';
import { idleState, moreAfter, typeCounts } from './searchState.ts';
import type { SearchState } from './searchState.ts';

/** What a session works with. */
export interface SearchSessionParts {
  /** Asks the service; rejects when it fails or `signal` aborts. */
  search(request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults>;
  /** What names and dates in a query mean just now. */
  context(): QueryContext;
  /** In ms, from any beginning. */
  now(): number;
}

const { hits: noHits, total: noTotal, facet: noFacet, more: noMore } = idleState;
const nothingFound = { hits: noHits, total: noTotal, facet: noFacet, more: noMore, keepsPlace: false };

/** Most hits that a refresh asks for in one request. */
const maxRefreshSize = 1000;
/** After this many pages in a row without a new hit, the service is taken to repeat itself. */
const maxBarrenPages = 3;

/**
 * One search and its pages. A new question aborts the one before; whatever arrives late is dropped. The state is an
 * immutable snapshot, and {@link onDidChange} says when there is another.
 */
export class SearchSession extends Owner {
  readonly #parts: SearchSessionParts;
  readonly #changed = this.register(new Emitter<SearchState>());
  readonly onDidChange: Event<SearchState> = this.#changed.event;
  #state: SearchState;
  /** The state to go back to when what is under way is cancelled. */
  #settled: SearchState;
  /** What the present hits answer; undefined for restored hits until they are refreshed. */
  #question: SearchQuestion | undefined;
  #inFlight: AbortController | undefined;
  /** Entries that the service gave for the present hits, doubles and unreadable ones included. */
  #received: number;

  constructor(parts: SearchSessionParts, initial: SearchState = idleState) {
    super();
    this.#parts = parts;
    this.#state = initial;
    this.#settled = initial;
    this.#received = initial.hits.length;
  }

  get state(): SearchState {
    return this.#state;
  }

  /** Searches for a query. One that does not compile is not run: false, and the state stays. */
  async run(query: string): Promise<boolean> {
    const compiled = compileQuery(query, this.#parts.context());
    if (compiled.kind === 'invalid') return false;
    if (compiled.kind === 'empty') {
      this.#abort();
      this.#question = undefined;
      this.#settle({ ...idleState, sort: this.#state.sort, revision: this.#state.revision + 1 });
      return true;
    }
    const isSame = query === this.#state.query;
    const { sort } = this.#state;
    const types = isSame ? this.#state.types : [];
    await this.#ask({ terms: compiled.terms, sort, types }, { query, types, phase: 'searching' });
    return true;
  }

  /** Another order of the same search. */
  async sortBy(sort: SearchSort): Promise<void> {
    if (sort === this.#state.sort) return;
    await this.#askAgain({ sort });
  }

  /** Restricts the same search to file types; none for all. */
  async restrictTo(types: readonly string[]): Promise<void> {
    await this.#askAgain({ types: [...new Set(types)] });
  }

  /** Asks the same again while the present hits stay. False when the query does not compile (any more, or yet). */
  async refresh(): Promise<boolean> {
    const { query, sort, types } = this.#state;
    const compiled = compileQuery(query, this.#parts.context());
    if (compiled.kind !== 'terms') return compiled.kind === 'empty';
    await this.#ask({ terms: compiled.terms, sort, types }, { phase: 'refreshing' });
    return true;
  }

  /** Asks again for what failed: a page, or the whole. */
  async retry(): Promise<void> {
    if (this.#state.more === 'failed') await this.loadMore();
    else if (this.#state.phase === 'failed') await this.refresh();
  }

  /** Loads the next page, if there is one and nothing else is under way. */
  async loadMore(): Promise<void> {
    const { more, phase } = this.#state;
    if (this.#question === undefined || phase !== 'ready' || (more !== 'available' && more !== 'failed'))
      return;
    const controller = this.#begin();
    this.#change({ ...this.#state, more: 'loading', failure: undefined });
    for (let barren = 0; barren < maxBarrenPages; barren++) {
      const before = this.#state.hits.length;
      const next = await this.#page(this.#question, controller);
      if (next === undefined) return;
      if (next.more !== 'available' || next.hits.length > before) {
        this.#settle(next);
        return;
      }
    }
    this.#settle({ ...this.#state, more: 'end' });
  }

  /** Aborts what is under way and goes back to what stood before it. */
  cancel(): void {
    if (this.#inFlight === undefined) return;
    this.#abort();
    this.#change(this.#settled);
  }

  override dispose(): void {
    this.#abort();
    super.dispose();
  }

  async #askAgain(change: { sort: SearchSort } | { types: readonly string[] }): Promise<void> {
    const compiled = compileQuery(this.#state.query, this.#parts.context());
    if (compiled.kind !== 'terms') {
      this.#settle({ ...this.#state, ...change });
      return;
    }
    const { sort, types } = { ...this.#state, ...change };
    await this.#ask({ terms: compiled.terms, sort, types }, { ...change, phase: 'searching' });
  }

  async #ask(
    question: SearchQuestion,
    change: Partial<SearchState> & { phase: 'searching' | 'refreshing' },
  ): Promise<void> {
    const controller = this.#begin();
    const { hits, revision, facet } = this.#state;
    const isRefresh = change.phase === 'refreshing';
    // A page that was under way, or had failed, is given up with the question it belonged to.
    const more = this.#state.more === 'end' || this.#state.more === 'window' ? this.#state.more : 'available';
    this.#change({ ...this.#state, ...change, failure: undefined, more });
    const size = isRefresh ? Math.min(Math.max(hits.length, firstPageSize), maxRefreshSize) : firstPageSize;
    // With a restriction in force the service would count only within it: the counts from before it stay.
    const countsTypes = question.types.length === 0;
    const started = this.#parts.now();
    let results: SearchResults;
    try {
      const request = searchRequest(question, { from: 0, size, countsTypes });
      results = await this.#parts.search(request, controller.signal);
    } catch (failure) {
      if (this.#inFlight !== controller) return;
      const kept = isRefresh ? {} : { ...nothingFound, revision: revision + 1 };
      this.#settle({ ...this.#state, ...kept, phase: 'failed', failure });
      return;
    }
    if (this.#inFlight !== controller) return;
    const found = distinct([], results);
    const next = moreAfter(results.received, { lastReceived: results.received, size, total: results.total });
    this.#question = question;
    this.#received = results.received;
    this.#settle({
      ...this.#state,
      phase: 'ready',
      more: next,
      total: results.total,
      tookMs: this.#parts.now() - started,
      facet: countsTypes ? typeCounts(results, found, next === 'end') : facet,
      hits: found,
      revision: revision + 1,
      keepsPlace: isRefresh,
    });
  }

  /** The state with one more page; undefined when it failed (and that was said) or was overtaken. */
  async #page(question: SearchQuestion, controller: AbortController): Promise<SearchState | undefined> {
    const size = Math.min(furtherPageSize, searchWindow - this.#received);
    let results: SearchResults;
    try {
      const request = searchRequest(question, { from: this.#received, size, countsTypes: false });
      results = await this.#parts.search(request, controller.signal);
    } catch (failure) {
      if (this.#inFlight === controller) this.#settle({ ...this.#state, more: 'failed', failure });
      return undefined;
    }
    if (this.#inFlight !== controller) return undefined;
    this.#received += results.received;
    const { hits: before, facet } = this.#state;
    const hits = distinct(before, results);
    const next = moreAfter(this.#received, { lastReceived: results.received, size, total: results.total });
    return {
      ...this.#state,
      hits,
      total: results.total ?? this.#state.total,
      // A further page asks for no counts: those of the service stay, those of what is loaded grow.
      facet:
        facet.isPartial && question.types.length === 0
          ? typeCounts({ facets: new Map() }, hits, next === 'end')
          : facet,
      more: next,
    };
  }

  #begin(): AbortController {
    this.#abort();
    this.#inFlight = new AbortController();
    return this.#inFlight;
  }

  #abort(): void {
    const controller = this.#inFlight;
    // Cleared first: whoever hears of the abort must find that it is no longer what is under way.
    this.#inFlight = undefined;
    controller?.abort();
  }

  #settle(state: SearchState): void {
    this.#inFlight = undefined;
    this.#settled = state;
    this.#change(state);
  }

  #change(state: SearchState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** `before` and what is new in `results`: pages overlap when the index changes between them. */
function distinct(before: readonly HitView[], results: SearchResults): readonly HitView[] {
  const known = new Set(before.map(({ id }) => id));
  const added: HitView[] = [];
  for (const hit of results.hits) {
    if (known.has(hit.id)) continue;
    known.add(hit.id);
    const view = presentHit(hit);
    if (view !== undefined) added.push(view);
  }
  return added.length > 0 ? [...before, ...added] : before;
}
