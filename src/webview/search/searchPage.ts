import {
  decodeHostMessage,
  maxKeptHits,
  type HitView,
  type HostMessage,
  type KeptSearch,
  type PageMessage,
  type SearchView,
} from '../../shared/searchProtocol.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { isTimeZone, ownTimeZone } from '../../shared/timeZone.ts';
import { dateFormats } from '../page/dates.ts';
import { element, textButton } from '../page/element.ts';
import { Keeper } from '../page/keeper.ts';
import { Notice } from '../page/notice.ts';
import type { Host } from '../page/vscodeApi.ts';
import { whenFocused } from '../page/whenFocused.ts';
import { FacetBar } from './facetBar.ts';
import { HistoryList } from './historyList.ts';
import { HitList } from './hitList.ts';
import { noticesFor } from './notices.ts';
import { QueryBox } from './queryBox.ts';
import { resultLine } from './resultLine.ts';
import { ScopeButton } from './scopeButton.ts';
import { SortChoice } from './sortChoice.ts';

/** The search page's connection to the extension host. */
export type SearchHost = Host<KeptSearch, PageMessage>;

/** The search page. Shows the data that the host sends, and sends the user's actions to the host. */
export class SearchPage {
  readonly #host: SearchHost;
  readonly #strings: SearchStrings;
  readonly #numbers: Intl.NumberFormat;
  readonly #box: QueryBox;
  readonly #facets: FacetBar;
  readonly #list: HitList;
  readonly #history: HistoryList;
  readonly #notice = new Notice('page');
  readonly #banner = new Notice('banner');
  readonly #footer = new Notice('banner');
  readonly #progress = element('div', { class: 'progress', attributes: { 'aria-hidden': 'true' } });
  readonly #scope: ScopeButton;
  readonly #sort: SortChoice;
  readonly #total = element('div', { class: 'total', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #export: HTMLButtonElement;
  readonly #save: HTMLButtonElement;
  readonly #toolbar: HTMLElement;
  readonly #language: string;
  #timeZone = ownTimeZone();
  #view: SearchView | undefined;
  #hits: readonly HitView[] = [];
  #revision = -1;
  #checks = 0;
  #completions = 0;
  #requestedPage = '';
  readonly #keeper = new Keeper(() => this.#keep());

  constructor(host: SearchHost, strings: SearchStrings, language: string) {
    this.#host = host;
    this.#strings = strings;
    this.#numbers = new Intl.NumberFormat(language);
    this.#box = new QueryBox(strings, {
      search: (query) => this.#search(query),
      cancel: () => host.send({ type: 'cancel' }),
      edit: (query) => this.#edit(query),
      complete: (query, cursor, isExplicit) => {
        this.#completions += 1;
        const requestId = this.#completions;
        host.send({ type: 'complete', requestId, query, cursor, isExplicit });
      },
      stopCompleting: () => host.send({ type: 'stopCompleting' }),
      leaveDown: () => (this.#showsHistory() ? this.#history.focus() : this.#list.focus()),
    });
    this.#facets = new FacetBar(strings, this.#numbers, (filters) => host.send({ type: 'filter', filters }));
    this.#history = new HistoryList(strings, {
      run: (query) => {
        this.#box.query = query;
        this.#search(query);
      },
      forget: (query) => host.send({ type: 'forget', query }),
      forgetAll: () => host.send({ type: 'forgetAll' }),
      leave: () => this.#box.focus(),
    });
    this.#language = language;
    const act = (type: 'open' | 'reveal', id: string): void => {
      // Save the selection first, because VS Code may hide this page.
      this.#keeper.flush();
      host.send({ type, id });
    };
    const reveal = (id: string): void => act('reveal', id);
    this.#list = new HitList(
      strings.resultsLabel,
      { ...dateFormats(language, this.#timeZone), revealLabel: strings.reveal, reveal },
      {
        open: (id) => act('open', id),
        reveal,
        nearEnd: () => this.#requestMore(),
        leave: () => this.#box.focus(),
        move: () => this.#keeper.soon(),
      },
    );
    this.#scope = new ScopeButton(strings, () => host.send({ type: 'pickScope' }));
    this.#sort = new SortChoice(strings, (sort) => host.send({ type: 'sort', sort }));
    this.#export = textButton(strings.exportHits, () => host.send({ type: 'export' }), 'link');
    this.#save = textButton(strings.saveSearch, () => host.send({ type: 'save' }), 'link');
    this.#toolbar = element('div', {
      class: 'toolbar',
      children: [this.#total, this.#save, this.#export, this.#sort.root],
    });
  }

  /** Builds the page, restores saved state, and notifies the host that the page is ready. */
  start(): void {
    const head = element('header', {
      children: [
        element('h1', { class: 'visually-hidden', text: this.#strings.boxLabel }),
        element('div', { class: 'ask', children: [this.#box.root, this.#scope.root] }),
        this.#toolbar,
        this.#facets.root,
      ],
    });
    document.body.prepend(
      this.#progress,
      head,
      this.#banner.root,
      element('main', {
        children: [this.#list.root, this.#notice.root, this.#history.root],
      }),
      this.#footer.root,
    );
    this.#list.mount();
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(event.data));
    this.#keeper.start();
    document.addEventListener('keydown', (event) => this.#key(event));
    const { kept } = this.#host;
    this.#restore(kept);
    this.#host.send({
      type: 'ready',
      timeZone: this.#timeZone,
      ...(kept !== undefined && { query: kept.view.query }),
    });
  }

  #restore(kept: KeptSearch | undefined): void {
    if (kept === undefined) {
      this.#draw();
      if (document.body.dataset['restored'] === undefined) this.#box.focus();
      else whenFocused(() => this.#box.focus());
      return;
    }
    this.#box.query = kept.draft;
    this.#hits = kept.hits;
    this.#view = { ...kept.view, revision: 0 };
    this.#draw();
    const { scrollTop, selectedId } = kept;
    this.#list.replace(kept.hits, {
      keepsPlace: true,
      scrollTop,
      ...(selectedId !== undefined && { selectedId }),
    });
    whenFocused(() => {
      if (selectedId === undefined) this.#box.focus();
      else this.#list.focus();
    });
  }

  #receive(data: unknown): void {
    const message = decodeHostMessage(data);
    if (message === undefined) return;
    switch (message.type) {
      case 'view':
        this.#showView(message.view);
        return;
      case 'hits':
        this.#takeHits(message);
        return;
      case 'checked':
        // Ignore diagnostics for text that is no longer in the box.
        if (message.requestId === this.#checks) this.#box.diagnostics = message.diagnostics;
        return;
      case 'completions':
        // Ignore completions for an older text or position of the cursor.
        if (message.requestId === this.#completions) this.#box.offer(message);
        return;
      case 'history':
        this.#history.show(message.queries);
        return;
      case 'focusBox':
        this.#box.focus();
        return;
      case 'query':
        this.#box.query = message.query;
        this.#edit(message.query);
        return;
      case 'timeZone':
        this.#showDatesIn(message.timeZone);
        return;
      default:
        return message satisfies never;
    }
  }

  #showDatesIn(timeZone: string): void {
    // The host may support a time zone that this browser does not.
    if (timeZone === this.#timeZone || !isTimeZone(timeZone)) return;
    this.#timeZone = timeZone;
    this.#list.restyle(dateFormats(this.#language, timeZone));
  }

  #showView(view: SearchView): void {
    const before = this.#view;
    this.#view = view;
    this.#draw();
    this.#list.notifyIfNearEnd();
    if (before?.scope.id !== view.scope.id) this.#check(this.#box.query);
    this.#keeper.soon();
  }

  #takeHits({ revision, from, hits, keepsPlace, view }: Extract<HostMessage, { type: 'hits' }>): void {
    if (from > 0 && (revision !== this.#revision || from !== this.#hits.length)) return;
    // A recreated page has already restored these hits when the host sends them again, so it keeps the scroll
    // position.
    const isSame = from === 0 && this.#revision === -1 && this.#hits.length > 0;
    this.#revision = revision;
    this.#hits = from === 0 ? hits : [...this.#hits, ...hits];
    if (from === 0) this.#list.replace(hits, { keepsPlace: keepsPlace || isSame });
    else this.#list.append(hits);
    if (view !== undefined) this.#showView(view);
  }

  #search(query: string): void {
    if (query.trim() === '') this.#draw();
    else this.#host.send({ type: 'search', query });
    // The diagnostics may have changed since the user typed the query. They are requested after the search, because the
    // user is waiting for hits.
    this.#check(query);
  }

  #edit(query: string): void {
    this.#check(query);
    this.#draw();
    this.#keeper.soon();
  }

  #check(query: string): void {
    this.#checks += 1;
    this.#host.send({ type: 'check', requestId: this.#checks, query });
  }

  #requestMore(): void {
    const view = this.#view;
    if (view?.more !== 'available' || view.phase !== 'ready' || view.revision !== this.#revision) return;
    if (view.loaded !== this.#hits.length) return;
    // Request each page only once. Scrolling draws the list at every frame.
    const page = `${view.revision}/${view.loaded}`;
    if (page === this.#requestedPage) return;
    this.#requestedPage = page;
    this.#host.send({ type: 'more', revision: view.revision, loaded: view.loaded });
  }

  #showsHistory(): boolean {
    return this.#box.query.trim() === '';
  }

  #draw(): void {
    const view = this.#view;
    const showsHistory = this.#showsHistory();
    const isRunning = view?.phase === 'searching' || view?.phase === 'refreshing';
    const isLoading = isRunning || view?.more === 'loading';
    this.#box.isRunning = isRunning;
    this.#progress.classList.toggle('active', isLoading);
    this.#history.root.hidden = !showsHistory;
    this.#toolbar.hidden = showsHistory || view === undefined || view.phase === 'idle';
    if (view === undefined) {
      this.#facets.root.hidden = true;
      this.#list.root.hidden = true;
      return;
    }
    this.#facets.show(view);
    if (showsHistory) this.#facets.root.hidden = true;
    this.#list.root.hidden = showsHistory || view.loaded === 0;
    this.#list.root.setAttribute('aria-busy', String(isLoading));
    this.#export.hidden = view.phase !== 'ready' || view.loaded === 0;
    this.#scope.show(view);
    this.#sort.show(view);
    const line = resultLine(view, this.#strings, this.#numbers);
    if (line !== this.#total.textContent) this.#total.textContent = line;
    const notices = showsHistory
      ? {}
      : noticesFor(view, this.#strings, (message) => this.#host.send(message));
    this.#notice.say(notices.page);
    this.#banner.say(notices.above);
    this.#footer.say(notices.below);
  }

  #key(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    this.#box.focus();
    event.preventDefault();
  }

  #keep(): void {
    if (this.#view === undefined) return;
    const { selectedId, scrollTop } = this.#list;
    this.#host.keep({
      version: 2,
      view: this.#view,
      hits: this.#hits.slice(0, maxKeptHits),
      draft: this.#box.query,
      scrollTop,
      ...(selectedId !== undefined && { selectedId }),
    });
  }
}
