import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import type { HitView } from '../../shared/searchProtocol.ts';
import type { DateFormats } from '../page/dates.ts';
import { element } from '../page/element.ts';
import { nearEndRows, virtualRowOptions } from '../page/virtualRows.ts';
import { hitRow, lineCount, rowId, type HitRowStyle } from './hitRow.ts';

/** Events of the hit list. */
export interface HitListEvents {
  open(id: string): void;
  reveal(id: string): void;
  /** The user has scrolled close to the last loaded hit. */
  nearEnd(): void;
  /** Escape was pressed. The focus returns to the search box. */
  leave(): void;
  /** Selection or scroll position changed. */
  move(): void;
}

/** Vertical padding of a row, in px. Must match `.hit` in the style sheet. */
const rowPadding = 12;

/** The hits, in a virtual list box: only the rows near its visible part are in the document. */
export class HitList {
  readonly root: HTMLElement;
  readonly #rowsRoot: HTMLElement;
  readonly #events: HitListEvents;
  #style: HitRowStyle;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #rows = new Map<number, HTMLElement>();
  #hits: readonly HitView[] = [];
  #selected = -1;
  /** Scroll position to restore once enough hits are loaded. Cleared when the user scrolls. */
  #wantedTop: number | undefined;
  /** The id of the selected hit if that hit has not arrived yet. Many hits are sent in several messages. */
  #wantedId: string | undefined;

  constructor(label: string, style: HitRowStyle, events: HitListEvents) {
    this.#style = style;
    this.#events = events;
    this.#rowsRoot = element('div', { class: 'rows', attributes: { role: 'presentation' } });
    this.root = element('div', {
      class: 'hits',
      attributes: { role: 'listbox', tabindex: '0', 'aria-label': label },
      children: [this.#rowsRoot],
    });
    this.#virtualizer = new Virtualizer(this.#options());
    for (const gesture of ['wheel', 'pointerdown', 'keydown'] as const) {
      this.root.addEventListener(gesture, () => (this.#wantedTop = undefined), { passive: true });
    }
    this.root.addEventListener('keydown', (event) => this.#key(event));
    this.root.addEventListener('click', (event) => this.#click(event));
    this.root.addEventListener('dblclick', (event) => event.preventDefault());
    this.root.addEventListener('scroll', () => events.move(), { passive: true });
  }

  /** Call once the list is in the document. */
  mount(): void {
    this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  }

  get scrollTop(): number {
    return this.#wantedTop ?? this.root.scrollTop;
  }

  get selectedId(): string | undefined {
    return this.#hits[this.#selected]?.id ?? this.#wantedId;
  }

  /** Replaces all hits. Scrolls to the top, or keeps the user's place. */
  replace(
    hits: readonly HitView[],
    place: { keepsPlace: boolean; scrollTop?: number; selectedId?: string },
  ): void {
    const selectedId = place.selectedId ?? (place.keepsPlace ? this.selectedId : undefined);
    const top = place.scrollTop ?? (place.keepsPlace ? this.scrollTop : 0);
    this.#hits = hits;
    this.#selected = -1;
    this.#wantedId = selectedId;
    this.#findWanted(hits, 0);
    this.#clearRows();
    this.#update();
    this.#virtualizer.measure();
    this.#scrollTo(top);
  }

  /** Redraws the rows with another date format. */
  restyle(dates: DateFormats): void {
    this.#style = { ...this.#style, ...dates };
    this.#clearRows();
    this.#draw();
  }

  /** Adds hits at the end. */
  append(hits: readonly HitView[]): void {
    this.#findWanted(hits, this.#hits.length);
    this.#hits = [...this.#hits, ...hits];
    this.#update();
    if (this.#wantedTop !== undefined) this.#scrollTo(this.#wantedTop);
  }

  /** Focuses the list. Selects the first hit if none is selected. */
  focus(): void {
    this.root.focus();
    if (this.#selected < 0) this.#select(0);
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const lineHeight = Number.parseFloat(getComputedStyle(document.body).lineHeight) || 20;
    return virtualRowOptions({
      scroller: this.root,
      count: this.#hits.length,
      height: (index) => {
        const hit = this.#hits[index];
        return hit === undefined ? 0 : Math.round(lineCount(hit) * lineHeight) + rowPadding;
      },
      key: (index) => this.#hits[index]?.id ?? index,
      draw: () => this.#draw(),
    });
  }

  #findWanted(hits: readonly HitView[], from: number): void {
    if (this.#wantedId === undefined) return;
    const found = hits.findIndex(({ id }) => id === this.#wantedId);
    if (found < 0) return;
    this.#selected = from + found;
    this.#wantedId = undefined;
  }

  #clearRows(): void {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
  }

  #update(): void {
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.#draw();
  }

  #draw(): void {
    this.#rowsRoot.style.height = `${this.#virtualizer.getTotalSize()}px`;
    const items = this.#virtualizer.getVirtualItems();
    const wanted = new Set(items.map(({ index }) => index));
    for (const [index, row] of this.#rows) {
      if (wanted.has(index)) continue;
      row.remove();
      this.#rows.delete(index);
    }
    for (const { index, start, size } of items) {
      const hit = this.#hits[index];
      if (hit === undefined) continue;
      let row = this.#rows.get(index);
      if (row === undefined) {
        row = hitRow(hit, index, this.#style);
        row.setAttribute('aria-selected', String(index === this.#selected));
        this.#rows.set(index, row);
        this.#rowsRoot.append(row);
      }
      row.style.height = `${size}px`;
      row.style.transform = `translateY(${start}px)`;
    }
    this.#nameSelected();
    this.notifyIfNearEnd();
  }

  /**
   * Calls {@link HitListEvents.nearEnd} if the last loaded hit is near. Call again whenever more hits can be loaded.
   */
  notifyIfNearEnd(): void {
    const last = this.#virtualizer.getVirtualItems().at(-1)?.index;
    if (last !== undefined && last >= this.#hits.length - nearEndRows) this.#events.nearEnd();
  }

  /** Reports the selected row to assistive technology, if the row is in the document. The focus stays on the list. */
  #nameSelected(): void {
    if (this.#rows.has(this.#selected))
      this.root.setAttribute('aria-activedescendant', rowId(this.#selected));
    else this.root.removeAttribute('aria-activedescendant');
  }

  #scrollTo(top: number): void {
    this.#wantedTop = top > 0 ? top : undefined;
    this.root.scrollTop = top;
    if (this.root.scrollTop >= top - 1) this.#wantedTop = undefined;
  }

  #select(index: number): void {
    const next = Math.max(0, Math.min(index, this.#hits.length - 1));
    if (this.#hits.length === 0) return;
    this.#rows.get(this.#selected)?.setAttribute('aria-selected', 'false');
    this.#selected = next;
    this.#wantedId = undefined;
    this.#rows.get(next)?.setAttribute('aria-selected', 'true');
    this.#virtualizer.scrollToIndex(next, { align: 'auto' });
    this.#nameSelected();
    this.#events.move();
  }

  /** Selects the hit one page away. The hit is found by its position, because rows differ in height. */
  #selectPage(direction: 1 | -1): void {
    const from = Math.max(0, this.#selected);
    const place = this.#virtualizer.measurementsCache[from];
    if (place === undefined) return;
    const there = place.start + direction * (this.root.clientHeight - place.size);
    const index = this.#virtualizer.getVirtualItemForOffset(Math.max(0, there))?.index ?? from;
    this.#select(index === from ? from + direction : index);
  }

  #key(event: KeyboardEvent): void {
    const { selectedId } = this;
    const isControl = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    if (event.key === 'Enter' && selectedId !== undefined) {
      if (isControl) this.#events.reveal(selectedId);
      else this.#events.open(selectedId);
    } else if (isControl) return;
    else if (event.key === 'ArrowDown') this.#select(this.#selected + 1);
    else if (event.key === 'ArrowUp') this.#select(this.#selected - 1);
    else if (event.key === 'PageDown') this.#selectPage(1);
    else if (event.key === 'PageUp') this.#selectPage(-1);
    else if (event.key === 'Home') this.#select(0);
    else if (event.key === 'End') this.#select(this.#hits.length - 1);
    else if (event.key === 'Escape') this.#events.leave();
    else return;
    event.preventDefault();
  }

  #click(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.hit') : null;
    const hit = this.#hits[Number(row?.dataset['index'])];
    // Selecting text in a hit must not open the hit.
    if (hit === undefined || document.getSelection()?.isCollapsed === false) return;
    this.#select(this.#hits.indexOf(hit));
    if (event.ctrlKey || event.metaKey) this.#events.reveal(hit.id);
    else this.#events.open(hit.id);
  }
}
