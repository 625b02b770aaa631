import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { ExceptionView } from '../../shared/detailsProtocol.ts';
import type { DetailsContext } from './context.ts';
import { exceptionRow } from './exceptionRow.ts';
import { VirtualTable } from './virtualTable.ts';

/** Events of the table. */
export interface ExceptionTableEvents {
  /** Called when the user has scrolled close to the last loaded row. */
  nearEnd(): void;
  /** The selection has changed. */
  select(): void;
}

/** The virtual table of exceptions. Its rows can be selected. */
export class ExceptionTable {
  readonly #context: DetailsContext;
  readonly #events: ExceptionTableEvents;
  readonly #table: VirtualTable<ExceptionView>;
  #rows: readonly ExceptionView[] = [];
  #selected = new Set<string>();
  #total = -1;

  constructor(
    place: { readonly root: HTMLElement; readonly scroller: HTMLElement },
    context: DetailsContext,
    events: ExceptionTableEvents,
  ) {
    this.#context = context;
    this.#events = events;
    this.#table = new VirtualTable<ExceptionView>({
      ...place,
      columns: 6,
      label: () => context.strings.tabs.exceptions,
      head: () => this.#head(),
      row: (row, index) => this.#row(row, index),
      id: ({ id }) => id,
      total: () => this.#total,
      nearEnd: () => events.nearEnd(),
    });
  }

  /** Call once the table is in the document. */
  mount(): void {
    this.#table.mount();
  }

  get selectedCount(): number {
    return this.#selected.size;
  }

  /** The ids of the selected rows, in the order of the rows. */
  get selectedIds(): string[] {
    return [...this.#table.ids.keys()].filter((id) => this.#selected.has(id));
  }

  /** The index of the row with this id. Undefined if there is none. */
  indexOf(id: string): number | undefined {
    return this.#table.indexOf(id);
  }

  /**
   * Shows these rows. Deselects rows that are no longer in the table.
   * @param rows The same array as in the previous call, if rows were only appended to it
   */
  show(rows: readonly ExceptionView[], total: number | undefined): void {
    this.#total = total ?? -1;
    const isReplaced = rows !== this.#rows;
    this.#rows = rows;
    const selected = this.#selected;
    if (isReplaced) this.#selected = new Set();
    this.#table.show(rows);
    if (!isReplaced || selected.size === 0) return;
    this.#selected = new Set([...selected].filter((id) => this.#table.ids.has(id)));
    this.draw();
  }

  deselect(ids: Iterable<string>): void {
    for (const id of ids) this.#selected.delete(id);
  }

  scrollToTop(): void {
    this.#table.scrollToTop();
  }

  draw(): void {
    this.#table.draw();
  }

  #head(): TemplateResult {
    const { strings } = this.#context;
    const columns = strings.exceptionColumns;
    const count = this.#selected.size;
    const all = this.#table.ids.size;
    return html`<tr aria-rowindex="1">
      <td class="select-cell">
        <input
          type="checkbox"
          aria-label=${strings.selectAll}
          title=${strings.selectAll}
          ?disabled=${this.#context.isGone}
          .checked=${live(count === all)}
          .indeterminate=${live(count > 0 && count < all)}
          @change=${() => this.#selectAll(count < all)}
        />
      </td>
      <th scope="col">${columns.file}</th>
      <th scope="col" class="kind">${columns.kind}</th>
      <th scope="col" class="when">${columns.when}</th>
      <th scope="col" class="result">${columns.outcome}</th>
      <th scope="col" class="row-actions">${columns.actions}</th>
    </tr>`;
  }

  #row(row: ExceptionView, index: number): TemplateResult {
    return exceptionRow({
      row,
      index,
      isSelected: this.#selected.has(row.id),
      context: this.#context,
      select: (isSelected) => this.#select(row.id, isSelected),
    });
  }

  #select(id: string, isSelected: boolean): void {
    if (isSelected) this.#selected.add(id);
    else this.#selected.delete(id);
    this.draw();
    this.#events.select();
  }

  #selectAll(isSelected: boolean): void {
    this.#selected = new Set(isSelected ? this.#table.ids.keys() : []);
    this.draw();
    this.#events.select();
  }
}
