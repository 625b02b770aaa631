import { compileQuery, type QueryContext } from './query/compile.ts';
import { calendarIn } from '../../shared/calendar.ts';
import {
  decodePageMessage,
  type HitView,
  type HostMessage,
  type KeptSearch,
  type PageMessage,
  type SearchView,
} from '../../shared/searchProtocol.ts';
import { maxLabelLength, scopeView, searchView } from './searchView.ts';
import { displayText } from '../../shared/displayText.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter, Owner, type Event } from '../../base/event.ts';
import type { PersonalZone } from '../settings/personalZone.ts';
import type { SearchHistory } from './searchHistory.ts';
import type { HitReference, SearchHost, SearchScope } from './searchHost.ts';
import type { Completer } from './completion/completer.ts';
import { pageCompleter } from './completion/pageCompleter.ts';
import { SearchSession } from './searchSession.ts';
import type { SearchStart } from './searchStart.ts';
import { idleState, restoredState } from './searchState.ts';

/** Constructor dependencies of {@link SearchConversation}. */
interface SearchConversationDeps {
  readonly host: SearchHost;
  readonly history: SearchHistory;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly zone: Pick<PersonalZone, 'current' | 'report' | 'onDidChange'>;
  /**
   * Sends a message to the page. A lost message does no harm, because a page that is created again requests everything.
   */
  post(message: HostMessage): void;
  /** Lets the user choose a scope; undefined if cancelled. */
  pickScope(current: SearchScope | undefined): Promise<SearchScope | undefined>;
  /** Tells the user that an action failed, such as opening a hit. */
  tell(sentence: string): void;
}

/** Maximum hits per message, so that the page stays responsive. */
const hitsPerMessage = 500;

/** The extension's side of one search page. It owns the state, answers the page's messages and outlives the page. */
export class SearchConversation extends Owner {
  readonly #deps: SearchConversationDeps;
  readonly #session: SearchSession;
  readonly #completer: Completer;
  readonly #scopeChanged = this.register(new Emitter<void>());
  /** Fires when the scope is replaced or renamed. */
  readonly onDidChangeScope: Event<void> = this.#scopeChanged.event;
  #scope: SearchView['scope'];
  /** The current scope. Undefined while its account is signed out and, after a reload, until the scope is listed. */
  #available: SearchScope | undefined;
  /** Whether the restored hits must be refreshed as soon as their scope is available. */
  #needsRefresh: boolean;
  /** The time zone in which the page shows dates; undefined until the page reports it. */
  #pageTimeZone: string | undefined;
  /** The query that the search box must show, until the page confirms that it does. */
  #wantedQuery: string | undefined;
  #postedRevision = -1;
  #postedHits = 0;

  constructor(deps: SearchConversationDeps, start: { scope: SearchScope } | { kept: KeptSearch }) {
    super();
    this.#deps = deps;
    const kept = 'kept' in start ? start.kept : undefined;
    this.#scope = 'kept' in start ? start.kept.view.scope : scopeView(start.scope);
    this.#available = this.#find(this.#scope.id);
    this.#needsRefresh = kept !== undefined && kept.view.query !== '';
    this.#session = this.register(
      new SearchSession(
        {
          search: (request, signal) => {
            if (this.#available === undefined) throw new Error('The scope of the search is not available.');
            return deps.host.search(this.#available, request, signal);
          },
          context: () => this.#context(),
          now: () => deps.clock.now(),
        },
        kept === undefined ? idleState : restoredState(kept.view, kept.hits),
      ),
    );
    this.#completer = this.register(
      pageCompleter({
        ...{ host: deps.host, clock: deps.clock },
        post: (message) => deps.post(message),
        scope: () => this.#available,
        context: () => this.#context(),
        facets: () => this.#session.state.facets,
      }),
    );
    this.register(this.#session.onDidChange(() => this.#postState()));
    this.register(deps.host.onDidChangeScopes(() => this.#updateScope()));
    this.register(deps.history.onDidChange(() => this.#postHistory()));
    this.register(deps.zone.onDidChange(() => this.#postTimeZone()));
    this.#refreshIfNeeded();
  }

  /** The scope of this page, with its label. */
  get scope(): SearchView['scope'] {
    return this.#scope;
  }

  /** Focuses the search box. */
  focusBox(): void {
    this.#deps.post({ type: 'focusBox' });
  }

  /** Handles a message from the page. Invalid messages are ignored. */
  receive(data: unknown): void {
    const message = decodePageMessage(data);
    if (message === undefined) return;
    this.#answer(message).catch((error: unknown) => this.#showFailure(error));
  }

  async #answer(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#pageTimeZone = message.timeZone;
        if (message.timeZone !== undefined) this.#deps.zone.report(message.timeZone);
        // The time zone is sent first, so that no date is drawn twice.
        this.#postTimeZone();
        this.#postedRevision = -1;
        // The query is sent before the hits, because a page with an empty search box shows the history.
        this.#postMissingQuery(message.query ?? '');
        this.#postHistory();
        this.#postState();
        return;
      case 'search':
        this.#wantedQuery = undefined;
        return this.#search(message.query);
      case 'sort':
        return this.#ifAvailable(() => this.#session.sortBy(message.sort));
      case 'filter':
        return this.#ifAvailable(() => this.#session.restrictTo(message.filters));
      case 'pickScope':
        return this.#pickScope();
      case 'more':
        // Ignore a request for more hits of a list that has changed since.
        if (message.revision !== this.#session.state.revision) return;
        if (message.loaded !== this.#session.state.hits.length) return;
        return this.#session.loadMore();
      case 'retry':
        return this.#ifAvailable(() => this.#session.retry());
      case 'cancel':
        this.#session.cancel();
        return;
      case 'open':
        return this.#act(message.id, (scope, hit) => this.#deps.host.open(scope, hit));
      case 'reveal':
        return this.#act(message.id, (scope, hit) => this.#deps.host.reveal(scope, hit));
      case 'check':
        if (message.query === this.#wantedQuery) this.#wantedQuery = undefined;
        this.#check(message.requestId, message.query);
        return;
      case 'complete':
        this.#completer.complete(message);
        return;
      case 'stopCompleting':
        this.#completer.stop();
        return;
      case 'forget':
        return this.#deps.history.remove(message.query);
      case 'forgetAll':
        return this.#deps.history.clear();
      case 'save':
        return this.save();
      case 'export':
        return this.export();
      case 'showLog':
        this.#deps.host.showLog();
        return;
      default:
        return message satisfies never;
    }
  }

  /** Opens a hit, e.g. from the context menu. */
  async open(id: string): Promise<void> {
    await this.#answer({ type: 'open', id });
  }

  /** Shows a hit in the tree, e.g. from the context menu. */
  async reveal(id: string): Promise<void> {
    await this.#answer({ type: 'reveal', id });
  }

  /** Saves all hits of the current search in a file. */
  async export(): Promise<void> {
    const { question } = this.#session;
    if (question === undefined || this.#available === undefined) return;
    await this.#deps.host.exportHits(this.#available, question);
  }

  /** Saves the current search under a name that the user chooses. */
  async save(): Promise<void> {
    const { query, sort, filters } = this.#session.state;
    if (query === '' || this.#available === undefined) return;
    await this.#deps.host.saveSearch(this.#available, { query, sort, filters });
  }

  /** Runs a saved search, and shows its query in the search box. */
  run(start: SearchStart): void {
    this.#needsRefresh = false;
    this.#wantedQuery = start.query;
    this.#deps.post({ type: 'query', query: start.query });
    this.#ifAvailable(async () => {
      // If the query is no longer valid, the page shows its problems. Hits of an earlier search must not stay below it.
      if (!(await this.#session.start(start))) await this.#session.run('');
    }).catch((error: unknown) => this.#showFailure(error));
  }

  async #search(query: string): Promise<void> {
    await this.#ifAvailable(async () => {
      this.#needsRefresh = false;
      const running = this.#session.run(query);
      const isSearch = this.#session.state.phase === 'searching';
      const connectionId = this.#available?.connectionId;
      await running;
      // After a sign-out during the search, nothing may be stored.
      if (!isSearch || connectionId === undefined || !this.#isSignedIn(connectionId)) return;
      // The query is added only now, because the page should draw the hits before the history.
      await this.#deps.history.add(query, connectionId);
    });
  }

  async #ifAvailable(action: () => Promise<void>): Promise<void> {
    if (this.#available === undefined) this.#postState();
    else await action();
  }

  async #pickScope(): Promise<void> {
    const picked = await this.#deps.pickScope(this.#available);
    if (picked === undefined || this.isDisposed || picked.id === this.#scope.id) return;
    this.#scope = scopeView(picked);
    this.#available = picked;
    this.#scopeChanged.fire();
    this.#postState();
    const { query, sort, filters } = this.#session.state;
    const start = { query, sort, filters: { ...filters, datasource: [] } };
    // If the query is invalid in the new scope, clear the old scope's hits. For example, `in:` may name a Datasource of
    // the old scope.
    if (query !== '' && !(await this.#session.start(start))) await this.#session.run('');
  }

  async #act(id: string, action: (scope: SearchScope, hit: HitReference) => Promise<void>): Promise<void> {
    const hit = this.#session.state.hits.find((candidate) => candidate.id === id);
    if (hit === undefined || this.#available === undefined) return;
    try {
      await action(this.#available, { id: hit.id, title: hit.title, extension: hit.extension });
    } catch (error) {
      this.#showFailure(error);
    }
  }

  #showFailure(error: unknown): void {
    if (!this.isDisposed) this.#deps.tell(this.#deps.host.describeError(error, 'hit').sentence);
  }

  #check(requestId: number, query: string): void {
    const diagnostics = compileQuery(query, this.#context()).diagnostics.map((diagnostic) => ({
      ...diagnostic,
      subject: displayText(diagnostic.subject, maxLabelLength),
    }));
    this.#deps.post({ type: 'checked', requestId, diagnostics });
  }

  #context(): QueryContext {
    return {
      datasources: this.#available ? this.#deps.host.datasources(this.#available.connectionId) : [],
      calendar: calendarIn(this.#deps.zone.current.timeZone, this.#deps.clock.now()),
    };
  }

  /** The titles of the Datasources by uid. */
  #titles(): ReadonlyMap<string, string> {
    const { datasources } = this.#context();
    return new Map(datasources.map(({ uid, title }) => [uid, title]));
  }

  #find(id: string): SearchScope | undefined {
    return this.#deps.host.scopes().find((scope) => scope.id === id);
  }

  #isSignedIn(connectionId: string): boolean {
    return this.#deps.host.scopes().some((scope) => scope.connectionId === connectionId);
  }

  #updateScope(): void {
    const wasThere = this.#available !== undefined;
    this.#available = this.#find(this.#scope.id);
    const isThere = this.#available !== undefined;
    if (this.#available !== undefined && scopeView(this.#available).label !== this.#scope.label) {
      this.#scope = scopeView(this.#available);
      this.#scopeChanged.fire();
    } else if (wasThere === isThere && !this.#needsRefresh) return;
    if (!isThere) this.#session.cancel();
    this.#postState();
    this.#refreshIfNeeded();
  }

  #refreshIfNeeded(): void {
    if (!this.#needsRefresh || this.#available === undefined) return;
    this.#needsRefresh = false;
    this.#session.refresh().then(
      (started) => {
        // `in:` may name a Datasource that is not listed yet.
        if (!started) this.#needsRefresh = true;
      },
      (error: unknown) => this.#showFailure(error),
    );
  }

  /** Makes the page show dates in the time zone that also applies to dates in the query. */
  #postTimeZone(): void {
    const { timeZone } = this.#deps.zone.current;
    if (this.#pageTimeZone === undefined || this.#pageTimeZone === timeZone) return;
    this.#pageTimeZone = timeZone;
    this.#deps.post({ type: 'timeZone', timeZone });
  }

  /**
   * Sends the query to a page that was created again without it. The message that set the query may have been lost,
   * because the page was hidden. A page that was hidden right after a search has not saved the query.
   */
  #postMissingQuery(saved: string): void {
    const { query } = this.#session.state;
    if (this.#wantedQuery !== undefined) this.#deps.post({ type: 'query', query: this.#wantedQuery });
    else if (query !== '' && query !== saved) this.#deps.post({ type: 'query', query });
  }

  #postHistory(): void {
    this.#deps.post({ type: 'history', queries: [...this.#deps.history.queries] });
  }

  #postState(): void {
    const { state } = this.#session;
    const view = searchView(state, {
      scope: this.#scope,
      isAvailable: this.#available !== undefined,
      titles: () => this.#titles(),
      describe: (error) => this.#deps.host.describeError(error, 'search'),
    });
    const { hits, revision, keepsPlace } = state;
    const replaces = revision !== this.#postedRevision;
    let from = replaces ? 0 : this.#postedHits;
    if (!replaces && from === hits.length) {
      this.#deps.post({ type: 'view', view });
      return;
    }
    this.#postedRevision = revision;
    this.#postedHits = hits.length;
    do {
      const page: HitView[] = hits.slice(from, from + hitsPerMessage);
      const message: HostMessage = { type: 'hits', revision, from, hits: page, keepsPlace };
      from += hitsPerMessage;
      // The view is sent with the last batch of hits, because its counts include all hits. Sending them together also
      // saves a message.
      this.#deps.post(from < hits.length ? message : { ...message, view });
    } while (from < hits.length);
  }
}
