import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { ExceptionView } from '../../shared/detailsProtocol.ts';
import { nearEndRows, virtualRowOptions } from '../page/virtualRows.ts';
import type { DetailsContext } from './context.ts';
import { exceptionRow } from './exceptionRow.ts';

/** Events of the table. */
export interface ExceptionTableEvents {
  /** The user has scrolled close to the last loaded row. */
  nearEnd(): void;
  /** The selection has changed. */
  select(): void;
}

/** Height of a row and of the head, in px. Must match the style sheet. */
const rowHeight = 45;
const headHeight = 29;

/** A row that is in the document, or a gap that replaces rows that are not. */
type Line = { readonly index: number; readonly key: string } | { readonly gap: number; readonly key: string };

/** A virtual table of exceptions: a `table` element that contains only the rows near the visible part. */
export class ExceptionTable {
  readonly #root: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #context: DetailsContext;
  readonly #events: ExceptionTableEvents;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #rows: readonly ExceptionView[] = [];
  /** Keys of the rows. Usually their ids, but a service that pages through changing data may send a row twice. */
  #keys: readonly string[] = [];
  #selected = new Set<string>();
  /** Number of rows, including rows that are not loaded yet; -1 if unknown. */
  #total = -1;
  /** Key of the focused row. It stays in the document while it has the focus, wherever the user scrolls. */
  #focusedKey: string | undefined;

  constructor(
    place: { readonly root: HTMLElement; readonly scroller: HTMLElement },
    context: DetailsContext,
    events: ExceptionTableEvents,
  ) {
    this.#root = place.root;
    this.#scroller = place.scroller;
    this.#context = context;
    this.#events = events;
    this.#virtualizer = new Virtualizer(this.#options());
    this.#root.addEventListener('focusin', ({ target }) => this.#keep(this.#keyOf(target)));
    this.#root.addEventListener('focusout', () => this.#keep(undefined));
    this.#root.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Call once the table is in the document. */
  mount(): void {
    this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  }

  /** The ids of the selected rows, in the order of the rows. */
  get selectedIds(): string[] {
    const ids = this.#rows.map(({ id }) => id).filter((id) => this.#selected.has(id));
    return [...new Set(ids)];
  }

  /** Shows these rows. Deselects rows that are no longer in the table. */
  show(rows: readonly ExceptionView[], total: number | undefined): void {
    this.#rows = rows;
    const ids = new Set<string>();
    this.#keys = rows.map(({ id }, index) => {
      const key = ids.has(id) ? `${id} ${index}` : id;
      ids.add(id);
      return key;
    });
    this.#selected = new Set([...this.#selected].filter((id) => ids.has(id)));
    this.#total = total ?? -1;
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.draw();
  }

  deselect(ids: Iterable<string>): void {
    for (const id of ids) this.#selected.delete(id);
  }

  scrollToTop(): void {
    this.#scroller.scrollTop = 0;
  }

  draw(): void {
    render(this.#rows.length === 0 ? nothing : this.#template(), this.#root);
    this.notifyIfNearEnd();
  }

  notifyIfNearEnd(): void {
    const last = this.#virtualizer.range?.endIndex;
    if (last !== undefined && last >= this.#rows.length - nearEndRows) this.#events.nearEnd();
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    return virtualRowOptions({
      scroller: this.#scroller,
      headHeight,
      count: this.#rows.length,
      height: () => rowHeight,
      key: (index) => this.#keys[index] ?? index,
      keptRow: this.#focusedKey === undefined ? undefined : this.#indexOf(this.#focusedKey),
      draw: () => this.draw(),
    });
  }

  #indexOf(key: string): number | undefined {
    const index = this.#keys.indexOf(key);
    return index < 0 ? undefined : index;
  }

  #keep(key: string | undefined): void {
    this.#focusedKey = key;
    this.#virtualizer.setOptions(this.#options());
  }

  #lines(): Line[] {
    const lines: Line[] = [];
    let end = headHeight;
    const addGap = (start: number, key: string): void => {
      if (start > end) lines.push({ gap: start - end, key: `gap ${key}` });
    };
    for (const item of this.#virtualizer.getVirtualItems()) {
      const key = this.#keys[item.index];
      if (key === undefined) continue;
      addGap(item.start, lines.length === 0 ? 'first' : 'between');
      lines.push({ index: item.index, key: `row ${key}` });
      ({ end } = item);
    }
    addGap(this.#virtualizer.getTotalSize(), 'last');
    return lines;
  }

  #template(): TemplateResult {
    const { strings } = this.#context;
    const columns = strings.exceptionColumns;
    const count = new Set(this.#keys.filter((key) => this.#selected.has(key))).size;
    const all = new Set(this.#rows.map(({ id }) => id)).size;
    return html`<table
      aria-label=${strings.tabs.exceptions}
      aria-rowcount=${this.#total < 0 ? -1 : Math.max(this.#total, this.#rows.length) + 1}
    >
      <thead>
        <tr aria-rowindex="1">
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
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.#lines(),
          ({ key }) => key,
          (line) => this.#line(line),
        )}
      </tbody>
    </table>`;
  }

  #line(line: Line): TemplateResult | typeof nothing {
    // The style is set through the object model, because the page's policy forbids style attributes.
    if ('gap' in line)
      return html`<tr class="gap" aria-hidden="true">
        <td colspan="6" .style=${`height: ${line.gap}px`}></td>
      </tr>`;
    const row = this.#rows[line.index];
    if (row === undefined) return nothing;
    return exceptionRow({
      row,
      index: line.index,
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
    this.#selected = new Set(isSelected ? this.#rows.map(({ id }) => id) : []);
    this.draw();
    this.#events.select();
  }

  #rowOf(target: EventTarget | null): HTMLElement | undefined {
    return (target instanceof Element && target.closest<HTMLElement>('tbody tr')) || undefined;
  }

  #keyOf(target: EventTarget | null): string | undefined {
    return this.#keys[Number(this.#rowOf(target)?.dataset['index'])];
  }

  /**
   * Moves the focus with the arrow keys to the same control of the next row. With Tab, the user would have to pass
   * thousands of controls.
   */
  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = this.#rowOf(event.target);
    if (step === undefined || row === undefined) return;
    const controls = (of: Element): HTMLElement[] => [...of.querySelectorAll<HTMLElement>('input, button')];
    const column = controls(row).findIndex((control) => control === event.target);
    const next = Number(row.dataset['index']) + step;
    if (column < 0 || this.#keys[next] === undefined) return;
    event.preventDefault();
    this.#keep(this.#keys[next]);
    this.draw();
    const target = this.#root.querySelector(`tr[data-index="${next}"]`);
    if (target) controls(target)[column]?.focus();
  }
}
