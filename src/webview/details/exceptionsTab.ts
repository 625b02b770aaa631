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
  #rows: readonly ExceptionView[] = [];
  #total: number | undefined;
  #hasMore = false;
  /**
   * The number of rows when more were last requested. The table is drawn at every frame of a scroll, and without this
   * number each frame would repeat the request.
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
    this.#rows = from === 0 ? rows : [...this.#rows, ...rows];
    this.#requestedAt = -1;
    this.draw();
  }

  /** Shows the outcomes of an action on rows. Deselects these rows, so that they are not sent twice. */
  takeOutcomes({ outcomes }: OutcomesMessage): void {
    const byId = new Map(outcomes.map(({ id, outcome }) => [id, outcome]));
    this.#rows = this.#rows.map((row) => {
      const outcome = byId.get(row.id);
      return outcome === undefined ? row : { ...row, outcome };
    });
    this.#table.deselect(byId.keys());
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
    const ids = this.#table.selectedIds;
    const onType = ({ target }: Event): void => {
      this.#choice = { ...this.#choice, text: (target as HTMLInputElement).value };
      this.#typing.run(() => this.#choose(this.#choice));
      this.#context.keepSoon();
    };
    const process = (event: MouseEvent): void => {
      if (!isRepeated(event)) send({ type: 'process', ids });
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
        <button type="button" class="text-button" ?disabled=${ids.length === 0} @click=${process}>
          ${fillIn(strings.sendSelected, formats.numbers.format(ids.length))}
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
    this.#table.scrollToTop();
    this.#drawToolbar();
    this.#context.send({ type: 'chooseExceptions', choice });
    this.#context.keepSoon();
  }

  #requestMore(): void {
    const loaded = this.#rows.length;
    if (!this.#hasMore || this.#load.phase !== 'ready' || this.#requestedAt === loaded) return;
    this.#requestedAt = loaded;
    this.#context.send({ type: 'moreExceptions', loaded });
  }
}
