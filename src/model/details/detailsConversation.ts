import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Owner } from '../../base/event.ts';
import {
  decodeDetailsPageMessage,
  firstExceptionChoice,
  type DetailsHeader,
  type DetailsOpening,
  type DetailsPageMessage,
  type DetailsTab,
} from '../../shared/detailsProtocol.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsNumbers, DetailsTarget } from './detailsHost.ts';
import { ExceptionSection } from './exceptionSection.ts';
import { HistorySection } from './historySection.ts';
import { LoadTurns } from './loadTurns.ts';
import { LogSection } from './logSection.ts';

/** Interval after which the header is sent again, in ms. */
const headerTickMs = 60_000;

const noNumbers: DetailsNumbers = {
  bytesProcessed: undefined,
  resources: undefined,
  exceptions: undefined,
  notes: undefined,
};

/** The start of a conversation. */
export interface DetailsStart {
  /** The last known header, from the saved state of the page. */
  readonly last?: DetailsHeader | undefined;
  /** The tab to show first. Default: the tab in the saved state of the page, or the history. */
  readonly tab?: DetailsTab | undefined;
}

/** The extension's side of one details page. It owns the state; the page only displays it. */
export class DetailsConversation extends Owner {
  readonly target: DetailsTarget;
  readonly #deps: DetailsDeps;
  readonly #numberTurns = new LoadTurns();
  readonly #history: HistorySection;
  readonly #exceptions: ExceptionSection;
  readonly #logs: LogSection;
  #header: DetailsHeader | undefined;
  /** The header in the page's document. */
  #opened: DetailsHeader | undefined;
  #numbers = noNumbers;
  /** Identifies the last sync result, so that content is requested again only after a new result. */
  #result: string | undefined;
  #tab: DetailsTab = 'history';
  #isReady = false;
  /** The time zone in which the page shows dates; undefined until the page reports it. */
  #pageTimeZone: string | undefined;
  #cancelTick: (() => void) | undefined;
  /** A tab to show as soon as the page is ready. */
  #wanted: DetailsTab | undefined;

  constructor(deps: DetailsDeps, target: DetailsTarget, { last, tab }: DetailsStart = {}) {
    super();
    this.#deps = deps;
    this.target = target;
    this.#header = last;
    this.#wanted = tab;
    this.#history = this.register(new HistorySection(deps, target));
    this.#exceptions = this.register(new ExceptionSection(deps, target));
    this.#logs = this.register(new LogSection(deps, target));
    this.#result = this.#resultKey();
    this.register({ dispose: () => this.#numberTurns.stop() });
    this.register({ dispose: () => this.#cancelTick?.() });
    this.register(
      deps.host.onDidChange((connectionId) => {
        if (connectionId === target.connectionId) this.#follow();
      }),
    );
    this.register(deps.zone.onDidChange(() => this.#postZone()));
  }

  /** Returns the data for the page's document, so that the page shows its header before it has sent a message. */
  open(): DetailsOpening {
    const header = this.#nextHeader();
    this.#opened = header;
    return { document: randomUUID(), header, ...(this.#wanted !== undefined && { tab: this.#wanted }) };
  }

  /** Handles a message from the page. Ignores malformed messages. */
  receive(data: unknown): void {
    const message = decodeDetailsPageMessage(data);
    if (message && !this.isDisposed)
      this.#handle(message).catch((error: unknown) => this.#deps.onError(error));
  }

  /**
   * Shows a tab as soon as the page is ready.
   * @param isShown Whether the page is on screen. VS Code removes a hidden page, and drops the messages to it.
   */
  show(tab: DetailsTab, isShown: boolean): void {
    if (!this.#isReady || !isShown) {
      this.#wanted = tab;
      return;
    }
    this.#deps.post({ type: 'show', tab });
  }

  async #handle(message: DetailsPageMessage): Promise<void> {
    const { host } = this.#deps;
    switch (message.type) {
      case 'ready':
        return this.#start(message);
      case 'tab':
        this.#tab = message.tab;
        return this.#load(message.tab, false);
      case 'refresh':
        await Promise.all([this.#load(message.tab, true), this.#loadNumbers()]);
        return;
      case 'action':
        return host.act(this.target, message.action);
      case 'chooseLog':
        return this.#logs.choose(message.choice);
      case 'olderLog':
        return this.#logs.loadMore(message.loaded, message.isRestoring);
      case 'openLogDocument':
        return host.openLogDocument(this.target, this.#logs.choice);
      case 'chooseExceptions':
        return this.#exceptions.choose(message.choice);
      case 'moreExceptions':
        return this.#exceptions.loadMore(message.loaded, message.isRestoring);
      case 'process':
        return this.#exceptions.process(message.ids, message.isLast);
      case 'saveExceptions':
        return host.saveExceptions(this.target, this.#exceptions.choice);
      case 'open':
        return this.#withResource(message.id, (resource) => host.open(this.target, resource));
      case 'revealResource':
        return this.#withResource(message.id, (resource) => host.reveal(this.target, resource));
      case 'cancel':
        this.#history.cancel();
        this.#exceptions.cancel();
        this.#logs.cancel();
        return;
      case 'showLog':
        host.showLog();
        return;
      default:
        return message satisfies never;
    }
  }

  async #start({
    timeZone,
    tab,
    log,
    exceptions,
  }: Extract<DetailsPageMessage, { type: 'ready' }>): Promise<void> {
    // VS Code destroys a hidden page and creates it again when it is shown. The new page has no rows yet, and requests
    // only its visible tab.
    const isAgain = this.#isReady;
    this.#isReady = true;
    if (!isAgain) this.#result = this.#resultKey();
    this.#pageTimeZone = timeZone;
    if (timeZone !== undefined) this.#deps.zone.report(timeZone);
    this.#postZone();
    this.#tab = this.#wanted ?? tab;
    if (this.#wanted && this.#wanted !== tab) this.#deps.post({ type: 'show', tab: this.#wanted });
    this.#wanted = undefined;
    // A page that VS Code has created again shows the last header that it received, which may be out of date.
    this.#postHeader(isAgain ? undefined : this.#opened);
    this.#logs.restore(log);
    this.#exceptions.restore(exceptions);
    if (isAgain) {
      this.#history.post();
      this.#exceptions.post();
      this.#logs.post();
    }
    await Promise.all([this.#load(this.#tab, false), isAgain ? undefined : this.#loadNumbers()]);
  }

  async #load(tab: DetailsTab, again: boolean): Promise<void> {
    switch (tab) {
      case 'history':
        return this.#history.load(again);
      case 'exceptions':
        return this.#exceptions.load(again);
      case 'logs':
        return this.#logs.load(again);
      default:
        return tab satisfies never;
    }
  }

  #follow(): void {
    if (!this.#isReady) return;
    this.#postHeader();
    const result = this.#resultKey();
    if (result === this.#result) return;
    this.#result = result;
    if (this.#deps.host.isGone(this.target)) {
      this.#end();
      return;
    }
    // Other tabs request their content when they are opened.
    this.#history.expire();
    this.#exceptions.expire();
    this.#logs.expire();
    // A hidden page requests its content when it is shown again.
    if (!this.#deps.isShown()) return;
    Promise.all([this.#refreshShown(), this.#loadNumbers()]).catch((error: unknown) =>
      this.#deps.onError(error),
    );
  }

  /** The Datasource was removed, or its account signed out. Answers that arrive later must not be shown. */
  #end(): void {
    this.#numberTurns.stop();
    for (const section of [this.#history, this.#exceptions, this.#logs]) section.end();
  }

  async #refreshShown(): Promise<void> {
    if (this.#tab === 'history') return this.#history.load(true);
    return this.#tab === 'logs' ? this.#logs.refresh() : this.#exceptions.refresh();
  }

  #resultKey(): string | undefined {
    const datasource = this.#deps.host.datasource(this.target);
    return datasource && JSON.stringify([datasource.lastResult, datasource.path]);
  }

  /**
   * Requests the size and the number of exceptions, with one request each. A number that can't be read stays
   * unknown.
   */
  async #loadNumbers(): Promise<void> {
    const { host, exceptions } = this.#deps;
    const datasource = host.datasource(this.target);
    if (!datasource) return;
    const { connectionId } = this.target;
    const answers = await this.#numberTurns.run((signal) =>
      Promise.allSettled([
        this.#deps.client(connectionId).then((one) => one.size(datasource.path, signal)),
        exceptions.page(connectionId, datasource.path, firstExceptionChoice, undefined, signal, 1),
      ]),
    );
    if (!answers) return;
    const [size, found] = answers;
    const kinds = found.status === 'fulfilled' ? found.value.kinds : undefined;
    const total = found.status === 'fulfilled' ? found.value.total : undefined;
    const sum = (notes: boolean): number | undefined =>
      kinds === undefined || (kinds.length === 0 && total !== 0)
        ? undefined
        : kinds.filter(({ isNote }) => isNote === notes).reduce((all, { count }) => all + count, 0);
    this.#numbers = {
      bytesProcessed: size.status === 'fulfilled' ? size.value.bytesProcessed : undefined,
      resources: size.status === 'fulfilled' ? size.value.resourceCount : undefined,
      exceptions: sum(false),
      notes: sum(true),
    };
    this.#postHeader();
  }

  #nextHeader(): DetailsHeader {
    this.#header = this.#deps.host.header(this.target, this.#numbers, this.#header);
    return this.#header;
  }

  /**
   * Sends the header, and again after a minute, because it contains relative times such as "will retry in 4 min".
   * @param shown The header that the page shows, if known. It is not sent again.
   */
  #postHeader(shown?: DetailsHeader): void {
    this.#cancelTick?.();
    const header = this.#nextHeader();
    if (!isDeepStrictEqual(header, shown)) this.#deps.post({ type: 'header', header });
    if (header.isGone) return;
    this.#cancelTick = this.#deps.clock.after(headerTickMs, () => {
      if (this.#deps.isShown()) this.#postHeader();
    });
  }

  #postZone(): void {
    const { timeZone } = this.#deps.zone.current;
    if (this.#pageTimeZone === undefined || this.#pageTimeZone === timeZone) return;
    this.#pageTimeZone = timeZone;
    this.#deps.post({ type: 'timeZone', timeZone });
  }

  async #withResource(
    id: string,
    act: (resource: { path: string; title: string }) => Promise<void>,
  ): Promise<void> {
    const { host } = this.#deps;
    try {
      const resource = this.#exceptions.find(id) ?? (await this.#logs.find(id));
      if (this.isDisposed) return;
      if (resource) await act(resource);
      else host.tellMissing();
    } catch (error) {
      if (!this.isDisposed) host.tell(error, () => this.#withResource(id, act));
    }
  }
}
