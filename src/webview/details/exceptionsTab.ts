import { html, render, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import {
  exceptionSorts,
  firstExceptionChoice,
  type DetailsHostMessage,
  type DetailsLoad,
  type ExceptionChoice,
  type ExceptionView,
} from '../../shared/detailsProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import { Debounce } from '../page/debounce.ts';
import { element } from '../page/element.ts';
import type { NoticeParts } from '../page/notice.ts';
import { iconButtonTemplate, selectTemplate } from '../page/templates.ts';
import { isRepeated, type DetailsContext } from './context.ts';
import { ExceptionTable } from './exceptionTable.ts';
import { kindChips, type KindCount } from './kindChips.ts';
import { TabPanel } from './tabPanel.ts';

type ExceptionsMessage = Extract<DetailsHostMessage, { type: 'exceptions' }>;
type OutcomesMessage = Extract<DetailsHostMessage, { type: 'outcomes' }>;

/** Debounce of the filter box, in ms, because every change sends a request. */
const typingMs = 300;
/** Maximum number of selected rows in one message to the host. */
const idsPerMessage = 500;

/** The tab that lists Resources with an exception or a note: filters, actions and a table. */
export class ExceptionsTab {
  readonly panel: TabPanel;
  readonly #context: DetailsContext;
  readonly #table: ExceptionTable;
  readonly #typing = new Debounce(typingMs);
  /** The text is replaced only when it changes, because screen readers announce each replacement. */
  readonly #count = element('span', { class: 'total', attributes: { role: 'status' } });
  #choice: ExceptionChoice = firstExceptionChoice;
  #load: DetailsLoad = { phase: 'idle' };
  #kinds: readonly KindCount[] = [];
  /**
   * A new list replaces the array. More rows are appended to it in place, so that an addition costs only its own rows.
   */
  #rows: ExceptionView[] = [];
  #total: number | undefined;
  #hasMore = false;
  /**
   * The number of loaded rows at the last request for more rows. Scrolling draws the table at every frame.
   * Without this number, each frame would repeat the request.
   */
  #requestedAt = -1;

  constructor(context: DetailsContext) {
    this.#context = context;
    this.panel = new TabPanel('exceptions', context);
    this.#table = new ExceptionTable({ root: this.panel.content, scroller: this.panel.scroller }, context, {
      nearEnd: () => this.#requestMore(),
      select: () => this.#drawToolbar(),
    });
    this.draw();
  }

  get choice(): ExceptionChoice {
    return this.#choice;
  }

  set choice(choice: ExceptionChoice) {
    this.#choice = choice;
    this.draw();
  }

  /** Call once the tab is in the document. */
  mount(): void {
    this.#table.mount();
  }

  receive({ load, choice, kinds, total, from, rows, hasMore }: ExceptionsMessage): void {
    if (from > 0 && from !== this.#rows.length) return;
    // The user may have continued typing since the host read the choice.
    const text = this.#isTyping() ? this.#choice.text : choice.text;
    if (!this.#typing.isPending) this.#choice = { ...choice, text };
    this.#load = load;
    this.#kinds = kinds;
    this.#total = total;
    this.#hasMore = hasMore;
    if (from === 0) this.#rows = [...rows];
    else this.#rows.push(...rows);
    this.#requestedAt = -1;
    if (rows.length === 0 && load.phase !== 'loading') this.panel.stopRestoring();
    this.draw();
  }

  /** Shows the outcomes of an action on rows. Deselects rows that were sent, so that they are not sent twice. */
  takeOutcomes({ outcomes }: OutcomesMessage): void {
    for (const { id, outcome } of outcomes) {
      const index = this.#table.indexOf(id);
      const row = index === undefined ? undefined : this.#rows[index];
      if (index !== undefined && row) this.#rows[index] = { ...row, outcome };
    }
    this.#table.deselect(outcomes.flatMap(({ id, isSelected }) => (isSelected ? [] : [id])));
    this.draw();
  }

  draw(): void {
    const isEmpty = this.#rows.length === 0;
    this.panel.showLoad(this.#load, isEmpty ? this.#empty() : undefined);
    this.#table.show(this.#rows, this.#total ?? (this.#hasMore ? undefined : this.#rows.length));
    this.#drawToolbar();
    this.panel.restoreScroll();
  }

  #isTyping(): boolean {
    return document.activeElement !== null && document.activeElement === this.#filterBox();
  }

  #filterBox(): Element | null {
    return this.panel.toolbar.querySelector('.filter-box');
  }

  #empty(): NoticeParts {
    const { strings } = this.#context;
    const isFiltered = this.#choice.kind !== undefined || this.#choice.text.trim() !== '';
    if (!isFiltered) return { icon: 'pass', sentence: strings.noExceptions };
    const run = (): void => this.#choose({ text: '', sort: this.#choice.sort });
    return {
      icon: 'filter',
      sentence: strings.noMatchingExceptions,
      actions: [{ label: strings.clearFilter, run }],
    };
  }

  #countWords(): string {
    const { strings, formats } = this.#context;
    const loaded = formats.numbers.format(this.#rows.length);
    if (this.#rows.length === 0) return '';
    if (this.#total !== undefined)
      return fillIn(strings.exceptionsShown, loaded, formats.numbers.format(this.#total));
    return this.#hasMore
      ? fillIn(strings.exceptionsLoaded, loaded)
      : fillIn(strings.exceptionsShown, loaded, loaded);
  }

  #drawToolbar(): void {
    const words = this.#countWords();
    if (words !== this.#count.textContent) this.#count.textContent = words;
    render(this.#toolbar(), this.panel.toolbar);
  }

  #toolbar(): TemplateResult {
    const { strings, formats, send } = this.#context;
    const count = this.#table.selectedCount;
    const onType = ({ target }: Event): void => {
      this.#choice = { ...this.#choice, text: (target as HTMLInputElement).value };
      this.#typing.run(() => this.#choose(this.#choice));
      this.#context.keepSoon();
    };
    const process = (event: MouseEvent): void => {
      if (isRepeated(event)) return;
      const ids = this.#table.selectedIds;
      for (let from = 0; from < ids.length; from += idsPerMessage) {
        const part = ids.slice(from, from + idsPerMessage);
        send({ type: 'process', ids: part, isLast: from + idsPerMessage >= ids.length });
      }
    };
    return html`${kindChips(this.#kinds, this.#choice.kind, this.#context, (kind) => {
        const { text, sort } = this.#choice;
        this.#choose(kind === undefined ? { text, sort } : { kind, text, sort });
      })}
      <div class="controls">
        <input
          type="text"
          class="filter-box"
          aria-label=${strings.filterFiles}
          placeholder=${strings.filterFiles}
          dir="auto"
          spellcheck="false"
          .value=${live(this.#choice.text)}
          @input=${onType}
        />
        ${selectTemplate({
          label: strings.sortLabel,
          values: exceptionSorts,
          texts: strings.exceptionSorts,
          chosen: this.#choice.sort,
          choose: (sort) => this.#choose({ ...this.#choice, sort }),
        })}
        ${this.#count}
        <span class="space"></span>
        <button type="button" class="text-button" ?disabled=${count === 0} @click=${process}>
          ${fillIn(strings.sendSelected, formats.numbers.format(count))}
        </button>
        <button
          type="button"
          class="text-button secondary"
          ?disabled=${this.#rows.length === 0}
          @click=${() => send({ type: 'saveExceptions' })}
        >
          ${strings.saveCsv}
        </button>
        ${iconButtonTemplate('refresh', strings.refresh, () => send({ type: 'refresh', tab: 'exceptions' }))}
      </div>`;
  }

  #choose(choice: ExceptionChoice): void {
    this.#typing.cancel();
    this.#choice = choice;
    this.panel.stopRestoring();
    this.#table.scrollToTop();
    this.#drawToolbar();
    this.#context.send({ type: 'chooseExceptions', choice });
    this.#context.keepSoon();
  }

  #requestMore(): void {
    const loaded = this.#rows.length;
    if (!this.#hasMore || this.#load.phase !== 'ready' || this.#requestedAt === loaded) return;
    this.#requestedAt = loaded;
    this.#context.send({ type: 'moreExceptions', loaded, isRestoring: this.panel.isRestoring });
  }
}
