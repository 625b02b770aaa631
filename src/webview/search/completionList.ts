import { fillIn } from '../../shared/fillIn.ts';
import type { Completion, CompletionKind } from '../../shared/searchCompletion.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon } from '../page/element.ts';

/** The completions of the part of the query from `start` to `end`. */
export interface Offer {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

const icons: Readonly<Record<CompletionKind, string>> = {
  field: 'symbol-field',
  value: 'symbol-enum-member',
  datasource: 'database',
  word: 'symbol-text',
};

const listId = 'query-completions';

/**
 * The list of completions below the search box: the listbox of a combobox (WAI-ARIA). The focus stays in the box. No
 * completion is highlighted at first, so that Enter still runs the search.
 */
export class CompletionList {
  readonly root: HTMLElement;
  /** Tells screen readers how many completions there are. */
  readonly status: HTMLElement;
  readonly #strings: SearchStrings;
  readonly #input: HTMLInputElement;
  readonly #accept: (item: Completion, offer: Offer) => void;
  #offer: Offer | undefined;
  #active = -1;

  /** @param accept Called when the user accepts a completion. */
  constructor(
    strings: SearchStrings,
    input: HTMLInputElement,
    accept: (item: Completion, offer: Offer) => void,
  ) {
    this.#strings = strings;
    this.#input = input;
    this.#accept = accept;
    this.root = element('ul', {
      class: 'completions',
      attributes: { id: listId, role: 'listbox', 'aria-label': strings.completions },
    });
    this.root.hidden = true;
    this.status = element('div', { class: 'visually-hidden', attributes: { role: 'status' } });
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-haspopup', 'listbox');
    input.setAttribute('aria-controls', listId);
    input.setAttribute('aria-expanded', 'false');
  }

  get isOpen(): boolean {
    return this.#offer !== undefined;
  }

  /** Shows completions, or closes the list if there are none. Keeps the highlighted completion. */
  show(offer: Offer): void {
    if (offer.items.length === 0) {
      this.close();
      return;
    }
    const before = this.#offer?.items[this.#active];
    this.#offer = offer;
    this.root.replaceChildren(...offer.items.map((item, index) => this.#option(item, index)));
    this.root.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
    this.#highlight(
      before === undefined
        ? -1
        : offer.items.findIndex(({ kind, text }) => kind === before.kind && text === before.text),
    );
    const { length } = offer.items;
    const words =
      length === 1 ? this.#strings.oneCompletion : fillIn(this.#strings.completionCount, String(length));
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  close(): void {
    if (this.#offer === undefined) return;
    this.#offer = undefined;
    this.#active = -1;
    this.root.hidden = true;
    this.root.replaceChildren();
    this.status.textContent = '';
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  /** Handles a key press in the box while the list is open. @returns Whether the list handled the key. */
  press(key: string): boolean {
    const offer = this.#offer;
    if (offer === undefined) return false;
    const { length } = offer.items;
    switch (key) {
      case 'ArrowDown':
        this.#highlight(this.#active + 1 < length ? this.#active + 1 : -1);
        return true;
      case 'ArrowUp':
        this.#highlight(this.#active < 0 ? length - 1 : this.#active - 1);
        return true;
      case 'Escape':
        this.close();
        return true;
      case 'Enter':
      case 'Tab': {
        const item = offer.items[this.#active];
        this.close();
        if (item === undefined) return false;
        this.#accept(item, offer);
        return true;
      }
      default:
        return false;
    }
  }

  #highlight(index: number): void {
    this.#active = index;
    const options = [...this.root.children];
    for (const [at, option] of options.entries()) option.setAttribute('aria-selected', String(at === index));
    const option = options[index];
    if (option === undefined) {
      this.#input.removeAttribute('aria-activedescendant');
      return;
    }
    this.#input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  #option(item: Completion, index: number): HTMLElement {
    const kind = this.#strings.completionKinds[item.kind];
    const option = element('li', {
      class: 'completion',
      title: item.label,
      attributes: { id: `completion-${index}`, role: 'option', 'aria-selected': 'false' },
      children: [
        icon(icons[item.kind]),
        element('bdi', { text: item.label }),
        // Separates the text from the kind for assistive technology.
        ' ',
        element('span', { class: 'completion-kind', text: kind }),
      ],
      onClick: () => {
        const offer = this.#offer;
        this.close();
        if (offer) this.#accept(item, offer);
      },
    });
    // Keeps the focus in the box.
    option.addEventListener('mousedown', (event) => event.preventDefault());
    return option;
  }
}
