import { displayText } from '../../shared/displayText.ts';
import type { SearchView } from '../../shared/searchProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon } from '../page/element.ts';
import { typeIcon } from './typeIcon.ts';

const shownAtFirst = 10;
const shownAtMost = 60;
const maxLabelLength = 24;

/** Buttons for the file types of the hits, with counts. The user can restrict the hits to some of the types. */
export class TypeChips {
  readonly root: HTMLElement;
  readonly #strings: SearchStrings;
  readonly #numbers: Intl.NumberFormat;
  readonly #choose: (types: string[]) => void;
  #drawn = '';
  #showsAll = false;

  constructor(strings: SearchStrings, numbers: Intl.NumberFormat, choose: (types: string[]) => void) {
    this.#strings = strings;
    this.#numbers = numbers;
    this.#choose = choose;
    this.root = element('div', {
      class: 'type-chips',
      attributes: { role: 'group', 'aria-label': strings.typesLabel },
    });
  }

  show({ facet, types }: Pick<SearchView, 'facet' | 'types'>): void {
    const drawing = JSON.stringify([facet, types, this.#showsAll]);
    // Rebuild the chips only when they differ, because rebuilt chips lose the focus.
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    const focused = this.#focusedKey();
    const buckets = [...facet.buckets];
    for (const type of types)
      if (!buckets.some(({ key }) => key === type)) buckets.push({ key: type, count: 0 });
    const ordered = buckets.toSorted((a, b) => Number(types.includes(b.key)) - Number(types.includes(a.key)));
    const shown = ordered.slice(0, this.#showsAll ? shownAtMost : Math.max(shownAtFirst, types.length));
    const chips = shown.map((bucket) => this.#chip(bucket, types, facet.isPartial));
    const rest = Math.min(ordered.length, shownAtMost) - shown.length;
    if (rest > 0) chips.push(this.#moreChip(rest, { facet, types: [...types] }));
    this.root.replaceChildren(...chips);
    // A single type offers no choice.
    this.root.hidden = buckets.length < 2 && types.length === 0;
    if (focused !== undefined) this.#focus(focused);
  }

  #chip(
    bucket: { key: string; count: number },
    types: readonly string[],
    isPartial: boolean,
  ): HTMLButtonElement {
    const { key, count } = bucket;
    const isChosen = types.includes(key);
    const label = displayText(key, maxLabelLength);
    const number = `${this.#numbers.format(count)}${isPartial ? '+' : ''}`;
    const { typePartialCount, typeCount, typeCountOne } = this.#strings;
    const template = isPartial ? typePartialCount : count === 1 ? typeCountOne : typeCount;
    const words = fillIn(template, label, this.#numbers.format(count));
    const chip = element('button', {
      class: 'chip',
      title: words,
      attributes: { type: 'button', 'aria-pressed': String(isChosen), 'aria-label': words },
      children: [
        icon(typeIcon({ extension: key })),
        element('bdi', { text: label }),
        // Separates the type from the count for assistive technology that uses the chip's text.
        ' ',
        element('span', { class: 'count', text: number }),
      ],
      onClick: () => this.#choose(isChosen ? types.filter((type) => type !== key) : [...types, key]),
    });
    chip.dataset['key'] = key;
    return chip;
  }

  #moreChip(rest: number, view: Pick<SearchView, 'facet' | 'types'>): HTMLButtonElement {
    return element('button', {
      class: 'chip more',
      text: fillIn(this.#strings.moreTypes, this.#numbers.format(rest)),
      attributes: { type: 'button' },
      onClick: () => {
        this.#showsAll = true;
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
