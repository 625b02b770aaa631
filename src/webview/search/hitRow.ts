import type { HitView } from '../../shared/searchProtocol.ts';
import type { DateFormats } from '../page/dates.ts';
import { element, icon, iconButton } from '../page/element.ts';
import { typeIcon } from './typeIcon.ts';

/** The element id of a hit's row. */
export function rowId(index: number): string {
  return `hit-${index}`;
}

/** Settings shared by all rows of a page. */
export interface HitRowStyle extends Pick<DateFormats, 'dates' | 'fullDates'> {
  readonly revealLabel: string;
  reveal(id: string): void;
}

function when(modified: number, { dates, fullDates }: HitRowStyle): HTMLElement | undefined {
  const date = new Date(modified);
  if (Number.isNaN(date.getTime())) return undefined;
  return element('time', {
    text: dates.format(date),
    title: fullDates.format(date),
    attributes: { datetime: date.toISOString() },
  });
}

function snippetLine(runs: readonly string[]): HTMLElement {
  return element('div', {
    class: 'snippet',
    attributes: { dir: 'auto' },
    children: runs.map((run, index) => (index % 2 === 0 ? run : element('mark', { text: run }))),
  });
}

/** The row of a hit. The row is always {@link lineCount} lines high. */
export function hitRow(hit: HitView, index: number, style: HitRowStyle): HTMLElement {
  const place: HTMLElement[] = [];
  if (hit.typeName !== undefined) place.push(element('bdi', { class: 'type', text: hit.typeName }));
  if (hit.datasource !== undefined) place.push(element('bdi', { class: 'datasource', text: hit.datasource }));
  if (hit.place !== undefined) place.push(element('bdi', { class: 'path', text: hit.place }));
  const date = hit.modified === undefined ? undefined : when(hit.modified, style);
  const revealButton = iconButton('list-tree', style.revealLabel, (event) => {
    event.stopPropagation();
    style.reveal(hit.id);
  });
  // The keyboard uses Ctrl+Enter instead: an option of a list box must not contain focusable controls.
  revealButton.tabIndex = -1;
  const row = element('div', {
    class: 'hit',
    // "-1" means that the size is unknown: the total is only an estimate.
    attributes: {
      id: rowId(index),
      role: 'option',
      'aria-posinset': String(index + 1),
      'aria-setsize': '-1',
    },
    children: [
      element('div', {
        class: 'title',
        children: [icon(typeIcon(hit)), element('bdi', { text: hit.title, title: hit.title }), revealButton],
      }),
      element('div', { class: 'place', title: hit.path ?? '', children: date ? [...place, date] : place }),
      ...hit.snippets.map(snippetLine),
    ],
  });
  row.dataset['index'] = String(index);
  row.dataset['vscodeContext'] = JSON.stringify({ webviewSection: 'hit', onnaHit: hit.id });
  return row;
}

/** Height of a hit's row, in lines. */
export function lineCount({ snippets }: HitView): number {
  return 2 + snippets.length;
}
