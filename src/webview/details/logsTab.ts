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
import type { NoticeParts } from '../page/notice.ts';
import { iconButtonTemplate, selectTemplate } from '../page/templates.ts';
import type { DetailsContext } from './context.ts';
import { inputDayOf, startOfInputDay } from './localDays.ts';
import { logTable } from './logTable.ts';
import { TabPanel } from './tabPanel.ts';

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
  #items: readonly LogItemView[] = [];
  #hasOlder = false;
  #isOlderRequested = false;

  constructor(context: DetailsContext) {
    this.#context = context;
    this.panel = new TabPanel('logs', context);
    this.draw();
  }

  get choice(): LogChoice {
    return this.#choice;
  }

  set choice(choice: LogChoice) {
    this.#choice = choice;
    this.draw();
  }

  /** Changes the choice of entries, and requests the chosen entries. */
  choose(choice: LogChoice): void {
    this.#typing.cancel();
    this.#choice = choice;
    this.#drawToolbar();
    this.#context.send({ type: 'chooseLog', choice });
    this.#context.keepSoon();
  }

  receive({ load, choice, from, items, hasOlder }: LogMessage): void {
    if (from > 0 && from !== this.#items.length) return;
    if (!this.#typing.isPending) this.#choice = choice;
    this.#load = load;
    this.#items = from === 0 ? items : [...this.#items, ...items];
    this.#hasOlder = hasOlder;
    this.#isOlderRequested = false;
    this.draw();
  }

  draw(): void {
    // Errors may be rare, so older entries may contain some even if the newest do not.
    const isEmpty = this.#items.length === 0 && (!this.#hasOlder || this.#load.phase !== 'ready');
    this.panel.showLoad(this.#load, isEmpty ? this.#empty() : undefined);
    this.#drawToolbar();
    render(isEmpty ? nothing : this.#content(), this.panel.content);
    this.panel.restoreScroll();
  }

  #empty(): NoticeParts {
    const { strings } = this.#context;
    return this.#choice.errorsOnly
      ? { icon: 'pass', sentence: strings.noLogErrors }
      : { icon: 'output', sentence: strings.noLogItems };
  }

  #content(): TemplateResult {
    const { strings, send } = this.#context;
    const older = (): void => {
      this.#isOlderRequested = true;
      this.draw();
      send({ type: 'olderLog', loaded: this.#items.length });
    };
    const isBusy = this.#isOlderRequested || this.#load.phase === 'loading';
    const button = html`<p class="older">
      <button
        type="button"
        class="text-button secondary"
        aria-disabled=${String(isBusy)}
        @click=${isBusy ? nothing : older}
      >
        ${strings.older}
      </button>
    </p>`;
    const table =
      this.#items.length === 0
        ? html`<p class="older">${strings.noneAmongNewest}</p>`
        : logTable(this.#items, this.#choice.log, this.#context);
    return html`${table} ${this.#hasOlder ? button : nothing}`;
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
