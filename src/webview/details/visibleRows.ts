import { indexesOf, overscan } from '../page/virtualRows.ts';

/** Height of a row and of the head, in px. Must match the style sheet. */
const rowHeight = 45;
const headHeight = 29;

/** The rows of a scrolled table that are in the document, if all rows have the same height. */
export class VisibleRows {
  readonly #scroller: HTMLElement;
  readonly #changed: () => void;
  // Kept, because reading them after the document has changed would compute its layout.
  #scrollTop = 0;
  #height = 0;
  #count = 0;

  /** @param changed Called when other rows have become visible */
  constructor(scroller: HTMLElement, changed: () => void) {
    this.#scroller = scroller;
    this.#changed = changed;
  }

  /** Follows the position and the size of the scroller. Call once it is in the document. */
  mount(): void {
    this.#scroller.addEventListener('scroll', () => this.#update(), { passive: true });
    new ResizeObserver(() => this.#update()).observe(this.#scroller);
    this.#update();
  }

  /** The number of rows. */
  set count(count: number) {
    this.#count = count;
  }

  /** The index of the last visible row. -1 if none is visible. */
  get last(): number {
    if (this.#height === 0) return -1;
    return Math.min(this.#count, Math.ceil((this.#scrollTop + this.#height - headHeight) / rowHeight)) - 1;
  }

  /**
   * The indexes of the rows in the document, in ascending order.
   * @param keptRow The index of a row that stays in the document even if it is not visible
   */
  indexes(keptRow: number | undefined): number[] {
    const { last } = this;
    if (last < 0) return [];
    const first = Math.min(last, Math.max(0, Math.floor((this.#scrollTop - headHeight) / rowHeight)));
    return indexesOf({ startIndex: first, endIndex: last, overscan, count: this.#count }, keptRow);
  }

  /** The height of the table down to the start of this row, in px. */
  start(index: number): number {
    return headHeight + index * rowHeight;
  }

  /** The height of the whole table, in px. */
  get totalHeight(): number {
    return this.start(this.#count);
  }

  #update(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    if (scrollTop === this.#scrollTop && clientHeight === this.#height) return;
    this.#scrollTop = scrollTop;
    this.#height = clientHeight;
    this.#changed();
  }
}
