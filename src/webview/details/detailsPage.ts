import {
  decodeDetailsHostMessage,
  type DetailsHeader,
  type DetailsOpening,
  type DetailsPageMessage,
  type DetailsTab,
  type KeptDetails,
  type LogChoice,
} from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { isTimeZone, ownTimeZone } from '../../shared/timeZone.ts';
import { element } from '../page/element.ts';
import { Keeper } from '../page/keeper.ts';
import type { Host } from '../page/vscodeApi.ts';
import type { DetailsContext } from './context.ts';
import { ExceptionsTab } from './exceptionsTab.ts';
import { formatsFor, type Formats } from './formats.ts';
import { HeaderView } from './headerView.ts';
import { HistoryTab } from './historyTab.ts';
import { LogsTab } from './logsTab.ts';
import { openingHeader } from './openingHeader.ts';
import { TabBar } from './tabBar.ts';

/** The details page's connection to the extension host. */
export type DetailsHost = Host<KeptDetails, DetailsPageMessage>;

/** The parts of the document that the page needs. */
export interface DetailsPageParts {
  readonly strings: DetailsStrings;
  /** A BCP 47 tag. */
  readonly language: string;
  readonly connectionId: string;
  readonly datasourceId: string;
  readonly opening: DetailsOpening | undefined;
}

/** The details page. Shows the data that the host sends, and sends the user's actions to the host. */
export class DetailsPage {
  readonly #host: DetailsHost;
  readonly #parts: DetailsPageParts;
  readonly #keeper = new Keeper(() => this.#keep());
  readonly #header: HeaderView;
  readonly #tabBar: TabBar;
  readonly #history: HistoryTab;
  readonly #exceptions: ExceptionsTab;
  readonly #logs: LogsTab;
  readonly #timeZone = ownTimeZone();
  #formats: Formats;
  #tab: DetailsTab = 'history';

  constructor(host: DetailsHost, parts: DetailsPageParts) {
    this.#host = host;
    this.#parts = parts;
    this.#formats = formatsFor(parts.language, this.#timeZone);
    const formats = (): Formats => this.#formats;
    const isGone = (): boolean => this.#header.header?.isGone === true;
    const context: DetailsContext = {
      strings: parts.strings,
      get formats() {
        return formats();
      },
      get isGone() {
        return isGone();
      },
      send: (message) => {
        // Save the state first, because the action may open another editor in front of this page.
        this.#keeper.flush();
        host.send(message);
      },
      keepSoon: () => this.#keeper.soon(),
    };
    this.#header = new HeaderView(context);
    this.#tabBar = new TabBar(parts.strings, (tab) => this.#open(tab));
    this.#history = new HistoryTab(context);
    this.#exceptions = new ExceptionsTab(context);
    this.#logs = new LogsTab(context);
  }

  /** Builds the page, restores saved state, and notifies the host that the page is ready. */
  start(): void {
    const panels = this.#tabs.map(({ panel }) => panel.root);
    // The script in the document has shown a header.
    document.querySelector('header')?.remove();
    document.body.prepend(this.#header.root, element('main', { children: [this.#tabBar.root, ...panels] }));
    this.#restore();
    this.#showTab(this.#tab);
    this.#exceptions.mount();
    this.#logs.mount();
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(event.data));
    this.#keeper.start();
    this.#host.send({
      type: 'ready',
      timeZone: this.#timeZone,
      tab: this.#tab,
      log: this.#logs.choice,
      exceptions: this.#exceptions.choice,
    });
  }

  #restore(): void {
    const { connectionId, datasourceId, opening } = this.#parts;
    const saved = this.#host.kept;
    const kept =
      saved?.connectionId === connectionId && saved.datasourceId === datasourceId ? saved : undefined;
    const header = openingHeader(opening, kept);
    if (header !== undefined) this.#header.show(header);
    this.#tab = kept?.tab ?? opening?.tab ?? this.#tab;
    if (kept === undefined) return;
    this.#logs.choice = kept.log;
    this.#exceptions.choice = kept.exceptions;
    this.#current.panel.scrollTop = kept.scrollTop;
  }

  #receive(data: unknown): void {
    const message = decodeDetailsHostMessage(data);
    if (message === undefined) return;
    switch (message.type) {
      case 'header':
        this.#showHeader(message.header);
        this.#keeper.soon();
        return;
      case 'history':
        this.#history.receive(message);
        return;
      case 'exceptions':
        this.#exceptions.receive(message);
        this.#keeper.soon();
        return;
      case 'outcomes':
        this.#exceptions.takeOutcomes(message);
        return;
      case 'log':
        this.#logs.receive(message);
        this.#keeper.soon();
        return;
      case 'show':
        this.#show(message.tab, message.choice);
        return;
      case 'timeZone':
        this.#showDatesIn(message.timeZone);
        return;
      default:
        return message satisfies never;
    }
  }

  #showHeader(header: DetailsHeader): void {
    const wasGone = this.#header.header?.isGone === true;
    this.#header.show(header);
    if (header.isGone === wasGone) return;
    for (const tab of this.#tabs) tab.draw();
  }

  get #tabs(): readonly [HistoryTab, ExceptionsTab, LogsTab] {
    return [this.#history, this.#exceptions, this.#logs];
  }

  get #current(): HistoryTab | ExceptionsTab | LogsTab {
    return { history: this.#history, exceptions: this.#exceptions, logs: this.#logs }[this.#tab];
  }

  /** Opens a tab and requests its content. */
  #open(tab: DetailsTab): void {
    if (tab === this.#tab) return;
    this.#showTab(tab);
    this.#host.send({ type: 'tab', tab });
  }

  /**
   * Opens a tab at the host's request, with the log that the host chose. Requests the same content as when the user
   * opens the tab.
   */
  #show(tab: DetailsTab, choice: LogChoice | undefined): void {
    if (choice !== undefined) this.#logs.choose(choice);
    this.#open(tab);
  }

  #showTab(tab: DetailsTab): void {
    this.#tab = tab;
    this.#tabBar.show(tab);
    for (const each of this.#tabs) each.panel.root.hidden = each !== this.#current;
    this.#keeper.soon();
  }

  #showDatesIn(timeZone: string): void {
    // The host may support a time zone that this browser does not.
    if (timeZone === this.#formats.timeZone || !isTimeZone(timeZone)) return;
    this.#formats = formatsFor(this.#parts.language, timeZone);
    this.#header.draw();
    for (const tab of this.#tabs) tab.draw();
  }

  #keep(): void {
    const { connectionId, datasourceId, opening } = this.#parts;
    const { header } = this.#header;
    this.#host.keep({
      version: 1,
      connectionId,
      datasourceId,
      ...(opening !== undefined && { document: opening.document }),
      ...(header !== undefined && { header }),
      tab: this.#tab,
      log: this.#logs.choice,
      exceptions: this.#exceptions.choice,
      scrollTop: this.#current.panel.scrollTop,
    });
  }
}
