import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';

/** Maximum number of rows in the document, not counting the kept row, even in a very tall window. */
const maxRows = 110;
/** Number of rows in the document above and below the visible rows. */
export const overscan = 6;
/** More rows are requested when at most this number of loaded rows is left to scroll. */
export const nearEndRows = 40;

/** The properties that distinguish one virtual list from another. */
export interface VirtualRows {
  readonly scroller: HTMLElement;
  readonly count: number;
  /** Height of a row, in px. */
  height(index: number): number;
  key(index: number): string | number;
  draw(): void;
}

/**
 * The indexes of the rows that are in the document, in ascending order.
 * @param keptRow The index of a row that stays in the document even if it is not visible
 */
export function indexesOf(range: Range, keptRow?: number): number[] {
  const near = defaultRangeExtractor(range);
  // If there are too many rows, those before the visible rows are dropped first.
  const indexes =
    near.length <= maxRows ? near : near.filter((index) => index >= range.startIndex).slice(0, maxRows);
  if (keptRow === undefined || keptRow >= range.count || indexes.includes(keptRow)) return indexes;
  return [...indexes, keptRow].sort((left, right) => left - right);
}

/**
 * Options for a list that scrolls inside an element. Only the rows near its visible part are in the document.
 */
export function virtualRowOptions(list: VirtualRows): VirtualizerOptions<HTMLElement, HTMLElement> {
  return {
    count: list.count,
    getScrollElement: () => list.scroller,
    estimateSize: (index) => list.height(index),
    getItemKey: (index) => list.key(index),
    overscan,
    rangeExtractor: (range) => indexesOf(range),
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => list.draw(),
  };
}
