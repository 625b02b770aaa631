import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { nearEndRows, virtualRowOptions } from '../page/virtualRows.ts';

/** The parts that distinguish one virtual table from another. */
export interface VirtualTableParts<Row> {
  readonly root: HTMLElement;
  readonly scroller: HTMLElement;
  readonly columns: number;
  label(): string;
  /** The row of the table's head. */
  head(): TemplateResult;
  /** A row: a `tr` with `data-index`. All rows have the same height. */
  row(row: Row, index: number): TemplateResult;
  /** Identifies a row. Two rows may have the same id. */
  id(row: Row, index: number): string;
  /** The number of rows, including rows that are not loaded yet; -1 if unknown. */
  total(): number;
  /** Called when the user has scrolled close to the last loaded row. */
  nearEnd(): void;
}

/** Height of a row and of the head, in px. Must match the style sheet. */
const rowHeight = 45;
const headHeight = 29;

/** A row in the document, or a gap in place of rows that are not in the document. */
type Line = { readonly index: number; readonly key: string } | { readonly gap: number; readonly key: string };

/** A `table` element that contains only the rows near the visible part. */
export class VirtualTable<Row> {
  readonly #parts: VirtualTableParts<Row>;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #rows: readonly Row[] = [];
  /** Keys of the rows. Usually their ids, but a service that pages through changing data may send a row twice. */
  #keys: string[] = [];
  /**
   * The index of the first row with each id. Kept while rows are appended, so that only new rows have to be
   * indexed.
   */
  #indexes = new Map<string, number>();
  /**
   * Key of the focused row. The row stays in the document while it has the focus, wherever the user scrolls.
   */
  #focusedKey: string | undefined;

  constructor(parts: VirtualTableParts<Row>) {
    this.#parts = parts;
    this.#virtualizer = new Virtualizer(this.#options());
    const { root } = parts;
    root.addEventListener('focusin', ({ target }) => this.#keep(this.#keyOf(target)));
    root.addEventListener('focusout', () => this.#keep(undefined));
    root.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Call once the table is in the document. */
  mount(): void {
    this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  }

  /** The index of the first row with this id. Undefined if there is none. */
  indexOf(id: string): number | undefined {
    return this.#indexes.get(id);
  }

  /** The ids of the rows, without duplicates, as keys. */
  get ids(): ReadonlyMap<string, unknown> {
    return this.#indexes;
  }

  /**
   * Shows these rows.
   * @param rows The same array as in the previous call, if rows were only appended to it
   */
  show(rows: readonly Row[]): void {
    if (rows !== this.#rows) {
      this.#keys = [];
      this.#indexes = new Map();
    }
    this.#rows = rows;
    for (let index = this.#keys.length; index < rows.length; index++) {
      const id = this.#parts.id(rows[index] as Row, index);
      this.#keys.push(this.#indexes.has(id) ? `${id} ${index}` : id);
      if (!this.#indexes.has(id)) this.#indexes.set(id, index);
    }
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.draw();
  }

  scrollToTop(): void {
    this.#parts.scroller.scrollTop = 0;
  }

  draw(): void {
    render(this.#rows.length === 0 ? nothing : this.#template(), this.#parts.root);
    const last = this.#virtualizer.range?.endIndex;
    if (last !== undefined && last >= this.#rows.length - nearEndRows) this.#parts.nearEnd();
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    return virtualRowOptions({
      scroller: this.#parts.scroller,
      headHeight,
      count: this.#rows.length,
      height: () => rowHeight,
      key: (index) => this.#keys[index] ?? index,
      keptRow: this.#focusedKey === undefined ? undefined : this.#indexOfKey(this.#focusedKey),
      draw: () => this.draw(),
    });
  }

  #indexOfKey(key: string): number | undefined {
    const index = this.#indexes.get(key) ?? this.#keys.indexOf(key);
    return index < 0 ? undefined : index;
  }

  #keep(key: string | undefined): void {
    if (key === this.#focusedKey) return;
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
    const parts = this.#parts;
    const count = parts.total();
    return html`<table
      aria-label=${parts.label()}
      aria-rowcount=${count < 0 ? -1 : Math.max(count, this.#rows.length) + 1}
    >
      <thead>
        ${parts.head()}
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
        <td colspan=${this.#parts.columns} .style=${`height: ${line.gap}px`}></td>
      </tr>`;
    const row = this.#rows[line.index];
    return row === undefined ? nothing : this.#parts.row(row, line.index);
  }

  #rowOf(target: EventTarget | null): HTMLElement | undefined {
    return (target instanceof Element && target.closest<HTMLElement>('tbody tr')) || undefined;
  }

  #keyOf(target: EventTarget | null): string | undefined {
    return this.#keys[Number(this.#rowOf(target)?.dataset['index'])];
  }

  /**
   * Moves the focus with the arrow keys to the same control in the row above or below. With Tab, the user would have to
   * pass thousands of controls.
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
    const target = this.#parts.root.querySelector(`tr[data-index="${next}"]`);
    if (target) controls(target)[column]?.focus();
  }
}
