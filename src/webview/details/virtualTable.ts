import { html, nothing, render, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { nearEndRows } from '../page/virtualRows.ts';
import { VisibleRows } from './visibleRows.ts';

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

/** A row in the document, or a gap in place of rows that are not in the document. */
type Line = { readonly index: number; readonly key: string } | { readonly gap: number; readonly key: string };

/** A `table` element that contains only the rows near the visible part. */
export class VirtualTable<Row> {
  readonly #parts: VirtualTableParts<Row>;
  readonly #visible: VisibleRows;
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
  /** The key of the element of each row in the document, by the key of the row, in the order of the rows. */
  #elements = new Map<string, string>();
  /** The key of the element that has the focus. No other row takes it: the focus would move with it, unannounced. */
  #focusedElement: string | undefined;
  #created = 0;

  constructor(parts: VirtualTableParts<Row>) {
    this.#parts = parts;
    const { root, scroller } = parts;
    this.#visible = new VisibleRows(scroller, () => this.draw());
    root.addEventListener('focusin', ({ target }) => this.#setFocused(this.#keyOf(target)));
    root.addEventListener('focusout', () => this.#setFocused(undefined));
    root.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Call once the table is in the document. */
  mount(): void {
    this.#visible.mount();
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
    this.#visible.count = rows.length;
    this.draw();
  }

  scrollToTop(): void {
    this.#parts.scroller.scrollTop = 0;
  }

  draw(): void {
    const { root } = this.#parts;
    const { activeElement } = document;
    render(this.#rows.length === 0 ? nothing : this.#template(), root);
    // `repeat` moves the focused row if the user jumps past it. An element loses the focus when it moves.
    if (
      activeElement !== document.activeElement &&
      activeElement instanceof HTMLElement &&
      root.contains(activeElement)
    )
      activeElement.focus({ preventScroll: true });
    const { last } = this.#visible;
    if (last >= 0 && last >= this.#rows.length - nearEndRows) this.#parts.nearEnd();
  }

  #indexOfKey(key: string): number | undefined {
    const index = this.#indexes.get(key) ?? this.#keys.indexOf(key);
    return index < 0 ? undefined : index;
  }

  #setFocused(key: string | undefined): void {
    this.#focusedKey = key;
    this.#focusedElement = key === undefined ? undefined : this.#elements.get(key);
  }

  #lines(): Line[] {
    const focused = this.#focusedKey;
    const indexes = this.#visible.indexes(focused === undefined ? undefined : this.#indexOfKey(focused));
    const elements = this.#assignElements(indexes);
    const lines: Line[] = [];
    let end = this.#visible.start(0);
    const addGap = (start: number, key: string): void => {
      if (start > end) lines.push({ gap: start - end, key: `gap ${key}` });
    };
    indexes.forEach((index, at) => {
      addGap(this.#visible.start(index), at === 0 ? 'first' : 'between');
      lines.push({ index, key: elements[at] as string });
      end = this.#visible.start(index + 1);
    });
    addGap(this.#visible.totalHeight, 'last');
    return lines;
  }

  /**
   * Returns the keys of the elements that show these rows. A row keeps its element while it is in the document. A new row
   * takes the element of a row that leaves, because it costs much less to change an element than to create one.
   */
  #assignElements(indexes: readonly number[]): string[] {
    const before = this.#elements;
    const keys = indexes.map((index) => this.#keys[index] as string);
    const staying = new Set(keys);
    const free = [...before].flatMap(([key, element]) =>
      staying.has(key) || element === this.#focusedElement ? [] : [element],
    );
    this.#elements = new Map();
    // In the opposite order, `repeat` moves only the elements that change their row. A moved element would lose the focus.
    const added = keys.filter((key) => !before.has(key)).reverse();
    const taken = new Map(added.map((key) => [key, free.shift() ?? `row ${this.#created++}`]));
    for (const key of keys) this.#elements.set(key, before.get(key) ?? (taken.get(key) as string));
    return [...this.#elements.values()];
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
    this.#focusedKey = this.#keys[next];
    this.draw();
    const target = this.#parts.root.querySelector(`tr[data-index="${next}"]`);
    if (target) controls(target)[column]?.focus();
  }
}
