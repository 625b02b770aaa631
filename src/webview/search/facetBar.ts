import { displayText } from '../../shared/displayText.ts';
import { fillIn } from '../../shared/fillIn.ts';
import {
  dateRanges,
  facetNames,
  hasFilters,
  noFilters,
  type FacetName,
  type SearchFilters,
} from '../../shared/searchFilters.ts';
import type { FacetView, SearchView } from '../../shared/searchProtocol.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon, textButton } from '../page/element.ts';
import { typeIcon } from './typeIcon.ts';

type Facets = Pick<SearchView, 'facets' | 'filters'>;
type Bucket = FacetView['buckets'][number];

const shownAtFirst: Readonly<Record<FacetName, number>> = { type: 10, datasource: 5, date: 5, exception: 4 };
const shownAtMost = 60;
const maxLabelLength = 24;

/**
 * Buttons for the values that the hits have: file types, Datasources, dates and exceptions, with counts where they are
 * known. The user can restrict the hits to some of the values.
 */
export class FacetBar {
  readonly root: HTMLElement;
  readonly #strings: SearchStrings;
  readonly #numbers: Intl.NumberFormat;
  readonly #choose: (filters: SearchFilters) => void;
  #drawn = '';
  readonly #expanded = new Set<FacetName>();

  constructor(strings: SearchStrings, numbers: Intl.NumberFormat, choose: (filters: SearchFilters) => void) {
    this.#strings = strings;
    this.#numbers = numbers;
    this.#choose = choose;
    this.root = element('div', { class: 'facets' });
  }

  show({ facets, filters }: Facets): void {
    const drawing = JSON.stringify([facets, filters, [...this.#expanded]]);
    // Rebuild the chips only when they differ, because rebuilt chips lose the focus.
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    const focused = this.#focusedKey();
    const groups = facetNames
      .map((name) => this.#group(name, { facets, filters }))
      .filter((group) => group !== undefined);
    if (hasFilters(filters))
      groups.push(textButton(this.#strings.clearFilters, () => this.#choose(noFilters), 'link'));
    this.root.replaceChildren(...groups);
    this.root.hidden = groups.length === 0;
    if (focused !== undefined) this.#focus(focused);
  }

  #group(name: FacetName, view: Facets): HTMLElement | undefined {
    const facet = view.facets[name];
    const chosen = view.filters[name];
    const buckets = [...facet.buckets];
    for (const key of chosen) if (!buckets.some((bucket) => bucket.key === key)) buckets.push({ key });
    // A single type or Datasource offers no choice. A single exception does, because most hits have none.
    if (buckets.length < (name === 'exception' ? 1 : 2) && chosen.length === 0) return undefined;
    const isChosen = ({ key }: Bucket): boolean => chosen.includes(key);
    // The ranges of dates keep their order.
    const ordered =
      name === 'date' ? buckets : buckets.toSorted((a, b) => Number(isChosen(b)) - Number(isChosen(a)));
    const isExpanded = this.#expanded.has(name);
    const shown = ordered.slice(0, isExpanded ? shownAtMost : Math.max(shownAtFirst[name], chosen.length));
    const chips = shown.map((bucket) => this.#chip(name, bucket, view));
    const rest = Math.min(ordered.length, shownAtMost) - shown.length;
    if (rest > 0) chips.push(this.#moreChip(name, rest, view));
    const title = this.#strings.facets[name];
    return element('div', {
      class: 'facet',
      attributes: { role: 'group', 'aria-label': title },
      children: [
        element('span', { class: 'facet-title', text: title, attributes: { 'aria-hidden': 'true' } }),
        ...chips,
      ],
    });
  }

  #chip(name: FacetName, { key, label, count }: Bucket, { facets, filters }: Facets): HTMLButtonElement {
    const { isPartial } = facets[name];
    const chosen = filters[name];
    const isChosen = chosen.includes(key);
    const whole = (name === 'date' ? this.#rangeLabel(key) : undefined) ?? label ?? key;
    const shown = displayText(whole, maxLabelLength) || '\ufffd';
    const words = this.#words(displayText(whole, 200) || '\ufffd', count, isPartial);
    const number =
      count === undefined
        ? []
        : [
            // Separates the value from the count for assistive technology that uses the chip's text.
            ' ',
            element('span', {
              class: 'count',
              text: `${this.#numbers.format(count)}${isPartial ? '+' : ''}`,
            }),
          ];
    const chip = element('button', {
      class: 'chip',
      title: words,
      attributes: { type: 'button', 'aria-pressed': String(isChosen), 'aria-label': words },
      children: [icon(iconOf(name, key)), element('bdi', { text: shown }), ...number],
      onClick: () => {
        const others = name === 'date' ? [] : chosen;
        const values = isChosen ? chosen.filter((value) => value !== key) : [...others, key];
        this.#choose({ ...filters, [name]: values });
      },
    });
    chip.dataset['key'] = `${name}:${key}`;
    return chip;
  }

  #rangeLabel(key: string): string | undefined {
    const range = dateRanges.find((known) => known === key);
    return range && this.#strings.dateRanges[range];
  }

  #words(label: string, count: number | undefined, isPartial: boolean): string {
    const { valuePartialCount, valueCount, valueCountOne } = this.#strings;
    if (count === undefined) return label;
    const template = isPartial ? valuePartialCount : count === 1 ? valueCountOne : valueCount;
    return fillIn(template, label, this.#numbers.format(count));
  }

  #moreChip(name: FacetName, rest: number, view: Facets): HTMLButtonElement {
    return element('button', {
      class: 'chip more',
      text: fillIn(this.#strings.moreValues, this.#numbers.format(rest)),
      attributes: { type: 'button' },
      onClick: () => {
        this.#expanded.add(name);
        this.show(view);
      },
    });
  }

  #focusedKey(): string | undefined {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement && this.root.contains(activeElement)
      ? activeElement.dataset['key']
      : undefined;
  }

  #focus(key: string): void {
    for (const chip of this.root.querySelectorAll<HTMLElement>('.chip')) {
      if (chip.dataset['key'] === key) chip.focus();
    }
  }
}

function iconOf(name: FacetName, key: string): string {
  switch (name) {
    case 'type':
      return typeIcon({ extension: key });
    case 'datasource':
      return 'database';
    case 'date':
      return 'calendar';
    case 'exception':
      return 'warning';
  }
}
