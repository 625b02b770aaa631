import { compileQuery } from './query/compile.ts';
import type { QueryContext } from './query/compile.ts';
import { calendarIn } from './query/dates.ts';
import { decodePageMessage } from '../../shared/searchProtocol.ts';
import type {
  HitView,
  HostMessage,
  KeptSearch,
  PageMessage,
  SearchView,
} from '../../shared/searchProtocol.ts';
import { displayText } from '../../shared/displayText.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { Event } from '../../base/event.ts';
import type { PersonalZone } from '../settings/personalZone.ts';
import type { SearchHistory } from './searchHistory.ts';
import type { HitReference, SearchHost, SearchScope } from './searchHost.ts';
import { SearchSession } from './searchSession.ts';
import { idleState, restoredState } from './searchState.ts';
import type { SearchState } from './searchState.ts';

/** The workbench's part of a conversation. */
export interface SearchConversationParts {
  readonly host: SearchHost;
  readonly history: SearchHistory;
  readonly clock: Pick<Clock, 'now'>;
  readonly zone: Pick<PersonalZone, 'current' | 'told' | 'onDidChange'>;
  /** Sends to the page. May be lost: the page asks for everything when it is made anew. */
  post(message: HostMessage): void;
  /** Lets the user choose; undefined when they did not. */
  pickScope(current: SearchScope | undefined): Promise<SearchScope | undefined>;
  /** Tells of a failed opening or revealing. */
  tell(sentence: string): void;
}

/** Hits in one message, so that the page never works long on one. */
const hitsPerMessage = 500;

const maxLabelLength = 100;

/** The host's side of one search page: holds the model, answers the page, and survives the page. */
export class SearchConversation extends Owner {
  readonly #parts: SearchConversationParts;
  readonly #session: SearchSession;
  readonly #scopeChanged = this.register(new Emitter<void>());
  /** Fires when the scope is another one, or has another name. */
  readonly onDidChangeScope: Event<void> = this.#scopeChanged.event;
  #scope: SearchView['scope'];
  /** Undefined while the scope is not there: signed out, or not listed yet after a reload. */
  #available: SearchScope | undefined;
  /** Restored hits that wait for their scope to be there. */
  #owesRefresh: boolean;
  /** The zone that the page shows dates in; undefined until it has told. */
  #pageTimeZone: string | undefined;
  #postedRevision = -1;
  #postedHits = 0;

  constructor(parts: SearchConversationParts, start: { scope: SearchScope } | { kept: KeptSearch }) {
    super();
    this.#parts = parts;
    const kept = 'kept' in start ? start.kept : undefined;
    this.#scope = 'kept' in start ? start.kept.view.scope : scopeView(start.scope);
    this.#available = this.#find(this.#scope.id);
    this.#owesRefresh = kept !== undefined && kept.view.query !== '';
    this.#session = this.register(
      new SearchSession(
        {
          search: (request, signal) => {
            if (this.#available === undefined) throw new Error('The scope of the search is not there.');
            return parts.host.search(this.#available, request, signal);
          },
          context: () => this.#context(),
          now: () => parts.clock.now(),
        },
        kept === undefined ? idleState : restoredState(kept.view, kept.hits),
      ),
    );
    this.register(this.#session.onDidChange(() => this.#postState()));
    this.register(parts.host.onDidChangeScopes(() => this.#lookForScope()));
    this.register(parts.history.onDidChange(() => this.#postHistory()));
    this.register(parts.zone.onDidChange(() => this.#postTimeZone()));
    this.#refreshIfOwed();
  }

  /** Where this page searches, and how to name it. */
  get scope(): SearchView['scope'] {
    return this.#scope;
  }

  /** Puts the cursor in the box. */
  focusBox(): void {
    this.#parts.post({ type: 'focusBox' });
  }

  /** Takes whatever the page sent; what is no message of it is ignored. */
  receive(data: unknown): void {
    const message = decodePageMessage(data);
    if (message === undefined) return;
    this.#answer(message).catch((error: unknown) => this.#tell(error));
  }

  async #answer(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#pageTimeZone = message.timeZone;
        if (message.timeZone !== undefined) this.#parts.zone.told(message.timeZone);
        // First, so that no date is drawn twice.
        this.#postTimeZone();
        this.#postedRevision = -1;
        this.#postHistory();
        this.#postState();
        return;
      case 'search':
        return this.#search(message.query);
      case 'sort':
        return this.#unlessAbsent(() => this.#session.sortBy(message.sort));
      case 'types':
        return this.#unlessAbsent(() => this.#session.restrictTo(message.types));
      case 'pickScope':
        return this.#pickScope();
      case 'more':
        // Asked for a list that is another one by now.
        if (message.revision !== this.#session.state.revision) return;
        if (message.loaded !== this.#session.state.hits.length) return;
        return this.#session.loadMore();
      case 'retry':
        return this.#unlessAbsent(() => this.#session.retry());
      case 'cancel':
        this.#session.cancel();
        return;
      case 'open':
        return this.#act(message.id, (scope, hit) => this.#parts.host.open(scope, hit));
      case 'reveal':
        return this.#act(message.id, (scope, hit) => this.#parts.host.reveal(scope, hit));
      case 'check':
        this.#check(message.requestId, message.query);
        return;
      case 'forget':
        return this.#parts.history.remove(message.query);
      case 'forgetAll':
        return this.#parts.history.clear();
      case 'showLog':
        this.#parts.host.showLog();
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

  async #search(query: string): Promise<void> {
    await this.#unlessAbsent(async () => {
      this.#owesRefresh = false;
      const running = this.#session.run(query);
      const isSearch = this.#session.state.phase === 'searching';
      const connectionId = this.#available?.connectionId;
      await running;
      // Who has signed out meanwhile leaves nothing.
      if (!isSearch || connectionId === undefined || !this.#isSignedIn(connectionId)) return;
      // Not before: the page would draw its history while somebody waits for hits.
      await this.#parts.history.add(query, connectionId);
    });
  }

  async #unlessAbsent(action: () => Promise<void>): Promise<void> {
    if (this.#available === undefined) this.#postState();
    else await action();
  }

  async #pickScope(): Promise<void> {
    const picked = await this.#parts.pickScope(this.#available);
    if (picked === undefined || this.isDisposed || picked.id === this.#scope.id) return;
    this.#scope = scopeView(picked);
    this.#available = picked;
    this.#scopeChanged.fire();
    this.#postState();
    const { query } = this.#session.state;
    // Hits of the old scope must not stand under the new one's name, as they would if `in:` names nothing there.
    if (query !== '' && !(await this.#session.run(query))) await this.#session.run('');
  }

  async #act(id: string, action: (scope: SearchScope, hit: HitReference) => Promise<void>): Promise<void> {
    const hit = this.#session.state.hits.find((candidate) => candidate.id === id);
    if (hit === undefined || this.#available === undefined) return;
    try {
      await action(this.#available, { id: hit.id, title: hit.title, extension: hit.extension });
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    if (!this.isDisposed) this.#parts.tell(this.#parts.host.describeError(error, 'hit').sentence);
  }

  #check(requestId: number, query: string): void {
    const diagnostics = compileQuery(query, this.#context()).diagnostics.map((diagnostic) => ({
      ...diagnostic,
      subject: displayText(diagnostic.subject, maxLabelLength),
    }));
    this.#parts.post({ type: 'checked', requestId, diagnostics });
  }

  #context(): QueryContext {
    return {
      datasources: this.#available ? this.#parts.host.datasources(this.#available.connectionId) : [],
      calendar: calendarIn(this.#parts.zone.current.timeZone, this.#parts.clock.now()),
    };
  }

  #find(id: string): SearchScope | undefined {
    return this.#parts.host.scopes().find((scope) => scope.id === id);
  }

  #isSignedIn(connectionId: string): boolean {
    return this.#parts.host.scopes().some((scope) => scope.connectionId === connectionId);
  }

  #lookForScope(): void {
    const wasThere = this.#available !== undefined;
    this.#available = this.#find(this.#scope.id);
    const isThere = this.#available !== undefined;
    if (this.#available !== undefined && scopeView(this.#available).label !== this.#scope.label) {
      this.#scope = scopeView(this.#available);
      this.#scopeChanged.fire();
    } else if (wasThere === isThere && !this.#owesRefresh) return;
    if (!isThere) this.#session.cancel();
    this.#postState();
    this.#refreshIfOwed();
  }

  #refreshIfOwed(): void {
    if (!this.#owesRefresh || this.#available === undefined) return;
    this.#owesRefresh = false;
    this.#session.refresh().then(
      (started) => {
        // `in:` may name a Datasource that is not listed yet.
        if (!started) this.#owesRefresh = true;
      },
      (error: unknown) => this.#tell(error),
    );
  }

  /** The zone that the query's dates are read in is the one that the page shows dates in. */
  #postTimeZone(): void {
    const { timeZone } = this.#parts.zone.current;
    if (this.#pageTimeZone === undefined || this.#pageTimeZone === timeZone) return;
    this.#pageTimeZone = timeZone;
    this.#parts.post({ type: 'timeZone', timeZone });
  }

  #postHistory(): void {
    this.#parts.post({ type: 'history', queries: [...this.#parts.history.queries] });
  }

  #postState(): void {
    const { state } = this.#session;
    const view = this.#view(state);
    const { hits, revision, keepsPlace } = state;
    const replaces = revision !== this.#postedRevision;
    let from = replaces ? 0 : this.#postedHits;
    if (!replaces && from === hits.length) {
      this.#parts.post({ type: 'view', view });
      return;
    }
    this.#postedRevision = revision;
    this.#postedHits = hits.length;
    do {
      const page: HitView[] = hits.slice(from, from + hitsPerMessage);
      const message: HostMessage = { type: 'hits', revision, from, hits: page, keepsPlace };
      from += hitsPerMessage;
      // A view that counts all hits must find them there; and a message less on the way is felt.
      this.#parts.post(from < hits.length ? message : { ...message, view });
    } while (from < hits.length);
  }

  #view(state: SearchState): SearchView {
    const { query, sort, types, phase, more, failure, total, tookMs, facet, hits, revision } = state;
    const hasFailed = phase === 'failed' || more === 'failed';
    // All of them are there: then the number is no estimate.
    const isExact = more === 'end' && (phase === 'ready' || phase === 'refreshing');
    return {
      scope: this.#scope,
      query,
      sort,
      types: [...types],
      phase: this.#available === undefined ? 'absent' : phase,
      more,
      ...(hasFailed && { problem: this.#parts.host.describeError(failure, 'search') }),
      ...(isExact ? { total: { count: hits.length, isExact } } : totalView(total)),
      ...(tookMs !== undefined && { tookMs }),
      facet: {
        buckets: facet.buckets.filter(
          ({ key, count }) => key.length <= maxLabelLength && Number.isInteger(count),
        ),
        isPartial: facet.isPartial,
      },
      revision,
      loaded: hits.length,
    };
  }
}

function totalView(total: number | undefined): Pick<SearchView, 'total'> {
  return total === undefined ? {} : { total: { count: Math.round(total), isExact: false } };
}

function scopeView({ id, label, kind }: SearchScope): SearchView['scope'] {
  return { id, label: displayText(label, maxLabelLength), kind };
}
