import { searchSorts, type SearchSort, type SearchView } from '../../shared/searchProtocol.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon } from '../page/element.ts';

/** Lets the user choose the order of the hits. */
export class SortChoice {
  readonly root: HTMLElement;
  readonly #select: HTMLSelectElement;

  constructor(strings: SearchStrings, choose: (sort: SearchSort) => void) {
    this.#select = element('select', {
      title: strings.sortLabel,
      attributes: { 'aria-label': strings.sortLabel },
      children: searchSorts.map((sort) =>
        element('option', { text: strings.sorts[sort], attributes: { value: sort } }),
      ),
    });
    this.#select.addEventListener('change', () => {
      const sort = searchSorts.find((known) => known === this.#select.value);
      if (sort !== undefined) choose(sort);
    });
    this.root = element('div', { class: 'select', children: [this.#select, icon('chevron-down')] });
  }

  show({ sort }: Pick<SearchView, 'sort'>): void {
    this.#select.value = sort;
  }
}
