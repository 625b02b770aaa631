import type { FrontsearchRequest, SearchResults, SearchTerm } from '../../onna/wire/search.ts';
import { compileQuery, type QueryContext } from './query/compile.ts';
import { noFilters, type FacetName, type SearchFilters } from '../../shared/searchFilters.ts';
import type { HitView, SearchSort } from '../../shared/searchProtocol.ts';
import { Emitter, Owner, type Event } from '../../base/event.ts';
import { countedFacets, fieldsToCount, noFacets, recountedFacets } from './facets.ts';
import { filterTerms } from './filterTerms.ts';
import { presentHit } from './presentHit.ts';
import {
  firstPageSize,
  furtherPageSize,
  searchRequest,
  searchWindow,
  type SearchQuestion,
} from './searchRequest.ts';
import type { SearchStart } from './searchStart.ts';
import { idleState, moreAfter, type SearchState } from './searchState.ts';

/** Constructor dependencies of {@link SearchSession}. */
interface SearchSessionDeps {
  /** Sends a search; rejects if it fails or `signal` aborts. */
  search(request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults>;
  /** Returns the names and the current date that a query may refer to. */
  context(): QueryContext;
  /** The current time in ms, measured from an arbitrary fixed point. */
  now(): number;
}

const { hits: noHits, total: noTotal, more: noMore } = idleState;
const nothingFound = { hits: noHits, total: noTotal, facets: noFacets, more: noMore, keepsPlace: false };

/** Maximum hits in a refresh request. */
const maxRefreshSize = 1000;
/** Maximum consecutive pages without a new hit. After that, the service is assumed to be repeating itself. */
const maxPagesWithoutNewHits = 3;

/**
 * One search and its pages. A new search aborts the previous one, and late responses are dropped. The state is an
 * immutable snapshot; {@link onDidChange} fires when it is replaced.
 */
export class SearchSession extends Owner {
  readonly #deps: SearchSessionDeps;
  readonly #changed = this.register(new Emitter<SearchState>());
  readonly onDidChange: Event<SearchState> = this.#changed.event;
  #state: SearchState;
  /** The state to restore when the current request is cancelled. */
  #settled: SearchState;
  /** The search that returned the current hits; undefined for restored hits until they are refreshed. */
  #question: SearchQuestion | undefined;
  #inFlight: AbortController | undefined;
  /** Number of entries received for the current hits, including duplicates and unreadable ones. */
  #received: number;

  constructor(deps: SearchSessionDeps, initial: SearchState = idleState) {
    super();
    this.#deps = deps;
    this.#state = initial;
    this.#settled = initial;
    this.#received = initial.hits.length;
  }

  get state(): SearchState {
    return this.#state;
  }

  /**
   * The search that returned the current hits. Undefined if there are none, and for restored hits until their refresh.
   */
  get question(): SearchQuestion | undefined {
    return this.#question;
  }

  /** Searches for a query. If it does not compile, returns false and keeps the state. */
  async run(query: string): Promise<boolean> {
    const compiled = compileQuery(query, this.#deps.context());
    if (compiled.kind === 'invalid') return false;
    if (compiled.kind === 'empty') {
      this.#abort();
      this.#question = undefined;
      this.#settle({ ...idleState, sort: this.#state.sort, revision: this.#state.revision + 1 });
      return true;
    }
    const isSame = query === this.#state.query;
    const { sort } = this.#state;
    const filters = isSame ? this.#state.filters : noFilters;
    await this.#request(compiled.terms, { query, sort, filters }, 'searching');
    return true;
  }

  /**
   * Runs a saved search, or the same search in another scope. If its query does not compile, returns false and keeps the
   * state.
   */
  async start({ query, sort, filters }: SearchStart): Promise<boolean> {
    const compiled = compileQuery(query, this.#deps.context());
    if (compiled.kind !== 'terms') return false;
    await this.#request(compiled.terms, { query, sort, filters, facets: noFacets }, 'searching');
    return true;
  }

  /** Repeats the search with another sort order. */
  async sortBy(sort: SearchSort): Promise<void> {
    if (sort === this.#state.sort) return;
    await this.#repeat({ sort });
  }

  /** Repeats the search with other chosen values of the facets. */
  async restrictTo(filters: SearchFilters): Promise<void> {
    const once = (name: FacetName): string[] => [...new Set(filters[name])];
    await this.#repeat({
      filters: {
        type: once('type'),
        datasource: once('datasource'),
        date: once('date'),
        exception: once('exception'),
      },
    });
  }

  /** Repeats the search while the old hits stay visible. Returns false if the query does not compile now. */
  async refresh(): Promise<boolean> {
    const compiled = compileQuery(this.#state.query, this.#deps.context());
    if (compiled.kind !== 'terms') return compiled.kind === 'empty';
    await this.#request(compiled.terms, {}, 'refreshing');
    return true;
  }

  /** Repeats the failed request: a page, or the whole search. */
  async retry(): Promise<void> {
    if (this.#state.more === 'failed') await this.loadMore();
    else if (this.#state.phase === 'failed') await this.refresh();
  }

  /** Loads the next page, if there is one and no other request is running. */
  async loadMore(): Promise<void> {
    const { more, phase } = this.#state;
    if (this.#question === undefined || phase !== 'ready' || (more !== 'available' && more !== 'failed'))
      return;
    const controller = this.#begin();
    this.#change({ ...this.#state, more: 'loading', failure: undefined });
    for (let pages = 0; pages < maxPagesWithoutNewHits; pages++) {
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

  /** Aborts the current request and restores the state before that request. */
  cancel(): void {
    if (this.#inFlight === undefined) return;
    this.#abort();
    this.#change(this.#settled);
  }

  override dispose(): void {
    this.#abort();
    super.dispose();
  }

  async #repeat(change: { sort: SearchSort } | { filters: SearchFilters }): Promise<void> {
    const compiled = compileQuery(this.#state.query, this.#deps.context());
    if (compiled.kind !== 'terms') {
      this.#settle({ ...this.#state, ...change });
      return;
    }
    await this.#request(compiled.terms, change, 'searching');
  }

  async #request(
    queryTerms: readonly SearchTerm[],
    change: Partial<SearchState>,
    phase: 'searching' | 'refreshing',
  ): Promise<void> {
    const controller = this.#begin();
    const { hits, revision } = this.#state;
    const isRefresh = phase === 'refreshing';
    // Drops a page that was loading or had failed, because it belongs to the previous search.
    const more = this.#state.more === 'end' || this.#state.more === 'window' ? this.#state.more : 'available';
    this.#change({ ...this.#state, ...change, phase, failure: undefined, more });
    const { query, sort, filters, facets } = this.#state;
    const { calendar } = this.#deps.context();
    const counting = { query, filters, calendar };
    const question = { terms: [...queryTerms, ...filterTerms(filters, calendar)], sort };
    const size = isRefresh ? Math.min(Math.max(hits.length, firstPageSize), maxRefreshSize) : firstPageSize;
    const started = this.#deps.now();
    let results: SearchResults;
    try {
      const request = searchRequest(question, { from: 0, size, counts: fieldsToCount(facets, counting) });
      results = await this.#deps.search(request, controller.signal);
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
      tookMs: this.#deps.now() - started,
      facets: countedFacets(facets, results, { ...counting, hits: found, isAll: next === 'end' }),
      hits: found,
      revision: revision + 1,
      keepsPlace: isRefresh,
    });
  }

  /** The state with one more page; undefined if the request failed (already reported) or was superseded. */
  async #page(question: SearchQuestion, controller: AbortController): Promise<SearchState | undefined> {
    const size = Math.min(furtherPageSize, searchWindow - this.#received);
    let results: SearchResults;
    try {
      const request = searchRequest(question, { from: this.#received, size, counts: [] });
      results = await this.#deps.search(request, controller.signal);
    } catch (failure) {
      if (this.#inFlight === controller) this.#settle({ ...this.#state, more: 'failed', failure });
      return undefined;
    }
    if (this.#inFlight !== controller) return undefined;
    this.#received += results.received;
    const { hits: before, query, filters, facets } = this.#state;
    const { calendar } = this.#deps.context();
    const hits = distinct(before, results);
    const next = moreAfter(this.#received, { lastReceived: results.received, size, total: results.total });
    return {
      ...this.#state,
      hits,
      total: results.total ?? this.#state.total,
      facets: recountedFacets(facets, { query, filters, calendar, hits, isAll: next === 'end' }),
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
    // Cleared first, because abort listeners compare their controller with the current one.
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

/** Appends the new hits in `results` to `before`. Pages overlap if the index changes between requests. */
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
