import { html, nothing, render, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import {
  detailsLogs,
  firstLogChoice,
  type DetailsHostMessage,
  type DetailsLoad,
  type LogChoice,
  type LogItemView,
} from '../../shared/detailsProtocol.ts';
import { Debounce } from '../page/debounce.ts';
import { element } from '../page/element.ts';
import type { NoticeParts } from '../page/notice.ts';
import { iconButtonTemplate, selectTemplate } from '../page/templates.ts';
import type { DetailsContext } from './context.ts';
import { inputDayOf, startOfInputDay } from './localDays.ts';
import { logTable } from './logTable.ts';
import { TabPanel } from './tabPanel.ts';
import type { VirtualTable } from './virtualTable.ts';

type LogMessage = Extract<DetailsHostMessage, { type: 'log' }>;

/** Debounce of the date boxes, in ms, because each typed digit changes the date. */
const typingMs = 500;

/** The tab with the logs of the Datasource: a toolbar to choose a log, and its entries. */
export class LogsTab {
  readonly panel: TabPanel;
  readonly #context: DetailsContext;
  readonly #typing = new Debounce(typingMs);
  #choice: LogChoice = firstLogChoice;
  #load: DetailsLoad = { phase: 'idle' };
  readonly #rows = element('div');
  readonly #below = element('div');
  readonly #table: VirtualTable<LogItemView>;
  /**
   * A new list replaces the array. Older entries are appended to it in place, so that an addition costs only its own
   * entries.
   */
  #items: LogItemView[] = [];
  #hasOlder = false;
  #isOlderRequested = false;

  constructor(context: DetailsContext) {
    this.#context = context;
    this.panel = new TabPanel('logs', context);
    this.panel.content.append(this.#rows, this.#below);
    this.#table = logTable({ root: this.#rows, scroller: this.panel.scroller }, context, {
      log: () => this.#choice.log,
      total: () => (this.#hasOlder ? -1 : this.#items.length),
    });
    this.draw();
  }

  get choice(): LogChoice {
    return this.#choice;
  }

  set choice(choice: LogChoice) {
    this.#choice = choice;
    this.draw();
  }

  /** Call once the tab is in the document. */
  mount(): void {
    this.#table.mount();
  }

  /** Changes the choice of entries, and requests the chosen entries. */
  choose(choice: LogChoice): void {
    this.#typing.cancel();
    this.#choice = choice;
    this.panel.stopRestoring();
    this.#drawToolbar();
    this.#context.send({ type: 'chooseLog', choice });
    this.#context.keepSoon();
  }

  receive({ load, choice, from, items, hasOlder }: LogMessage): void {
    if (from > 0 && from !== this.#items.length) return;
    if (!this.#typing.isPending) this.#choice = choice;
    this.#load = load;
    if (from === 0) this.#items = [...items];
    else this.#items.push(...items);
    this.#hasOlder = hasOlder;
    this.#isOlderRequested = false;
    if (items.length === 0 && load.phase !== 'loading') this.panel.stopRestoring();
    this.draw();
    // The last scroll position of the user may be below the loaded entries.
    if (this.panel.isRestoring && hasOlder && load.phase === 'ready') this.#requestOlder(true);
  }

  draw(): void {
    // Errors may be rare, so older entries may contain errors even if the newest entries do not.
    const isEmpty = this.#items.length === 0 && (!this.#hasOlder || this.#load.phase !== 'ready');
    this.panel.showLoad(this.#load, isEmpty ? this.#empty() : undefined);
    this.#drawToolbar();
    this.#table.show(this.#items);
    render(isEmpty ? nothing : this.#older(), this.#below);
    this.panel.restoreScroll();
  }

  #empty(): NoticeParts {
    const { strings } = this.#context;
    return this.#choice.errorsOnly
      ? { icon: 'pass', sentence: strings.noLogErrors }
      : { icon: 'output', sentence: strings.noLogItems };
  }

  #older(): TemplateResult {
    const { strings } = this.#context;
    const isBusy = this.#isOlderRequested || this.#load.phase === 'loading';
    const button = html`<p class="older">
      <button
        type="button"
        class="text-button secondary"
        aria-disabled=${String(isBusy)}
        @click=${isBusy ? nothing : () => this.#requestOlder(false)}
      >
        ${strings.older}
      </button>
    </p>`;
    const none = html`<p class="older">${strings.noneAmongNewest}</p>`;
    return html`${this.#items.length === 0 ? none : nothing} ${this.#hasOlder ? button : nothing}`;
  }

  #requestOlder(isRestoring: boolean): void {
    this.#isOlderRequested = true;
    this.draw();
    this.#context.send({ type: 'olderLog', loaded: this.#items.length, isRestoring });
  }

  #drawToolbar(): void {
    render(this.#toolbar(), this.panel.toolbar);
  }

  #toolbar(): TemplateResult {
    const { strings, send } = this.#context;
    const { from, to } = this.#choice;
    return html`<div class="controls">
      ${selectTemplate({
        label: strings.logLabel,
        values: detailsLogs,
        texts: strings.logs,
        chosen: this.#choice.log,
        choose: (log) => this.choose({ ...this.#choice, log }),
      })}
      <label
        ><input
          type="checkbox"
          .checked=${live(this.#choice.errorsOnly)}
          @change=${({ target }: Event) =>
            this.choose({ ...this.#choice, errorsOnly: (target as HTMLInputElement).checked })}
        />${strings.errorsOnly}</label
      >
      ${this.#dateBox(strings.from, from, (value) => ({ ...this.#choice, from: this.#day(value) }))}
      ${this.#dateBox(strings.to, to === undefined ? undefined : to - 1, (value) => ({
        ...this.#choice,
        // The range includes the day that the user enters.
        to: this.#day(value, 1),
      }))}
      <span class="space"></span>
      <button type="button" class="text-button secondary" @click=${() => send({ type: 'openLogDocument' })}>
        ${strings.openLogDocument}
      </button>
      ${iconButtonTemplate('refresh', strings.refresh, () => send({ type: 'refresh', tab: 'logs' }))}
    </div>`;
  }

  #day(value: string, days = 0): number | undefined {
    return startOfInputDay(value, this.#context.formats.timeZone, days);
  }

  #dateBox(label: string, at: number | undefined, chosen: (value: string) => LogChoice): TemplateResult {
    const onChange = ({ target }: Event): void => {
      this.#choice = chosen((target as HTMLInputElement).value);
      this.#typing.run(() => this.choose(this.#choice));
    };
    return html`<label
      >${label}<input
        type="date"
        .value=${live(inputDayOf(at, this.#context.formats.timeZone))}
        @change=${onChange}
    /></label>`;
  }
}
