import { elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import type { Range, VirtualizerOptions } from '@tanstack/virtual-core';

/** Maximum rows in the document, however tall the page is. */
export const maxRows = 110;
const overscan = 6;
/** More rows are requested when this many rows or fewer are left. */
export const nearEndRows = 40;

/** The properties of a list in which lists differ. */
export interface VirtualRows {
  readonly scroller: HTMLElement;
  readonly count: number;
  /** Height of a head that stays at the top of the scroller, above the rows. Default: no head. */
  readonly headHeight?: number;
  /** Height of a row, in px. */
  height(index: number): number;
  key(index: number): string | number;
  /** The rows to have in the document: at most {@link maxRows}. */
  rows(range: Range): number[];
  draw(): void;
}

/** Options for a list that scrolls in an element and has only the rows near its visible part in the document. */
export function virtualRowOptions(list: VirtualRows): VirtualizerOptions<HTMLElement, HTMLElement> {
  return {
    count: list.count,
    getScrollElement: () => list.scroller,
    estimateSize: (index) => list.height(index),
    getItemKey: (index) => list.key(index),
    overscan,
    paddingStart: list.headHeight ?? 0,
    scrollPaddingStart: list.headHeight ?? 0,
    rangeExtractor: (range) => list.rows(range),
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => list.draw(),
  };
}
