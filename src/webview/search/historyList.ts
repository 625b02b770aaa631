import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon, iconButton, textButton } from '../page/element.ts';

/** Events of the history list. */
interface HistoryEvents {
  run(query: string): void;
  forget(query: string): void;
  forgetAll(): void;
  /** Arrow up on the first entry, or Escape. */
  leave(): void;
}

/** Recent searches, shown instead of results while the box is empty. Each search can be run again or removed. */
export class HistoryList {
  readonly root: HTMLElement;
  readonly #strings: SearchStrings;
  readonly #events: HistoryEvents;
  #queries: readonly string[] = [];

  constructor(strings: SearchStrings, events: HistoryEvents) {
    this.#strings = strings;
    this.#events = events;
    this.root = element('section', { class: 'history', attributes: { 'aria-label': strings.historyTitle } });
    this.root.addEventListener('keydown', (event) => this.#key(event));
    this.show([]);
  }

  show(queries: readonly string[]): void {
    const focused = this.#focusedIndex();
    this.#queries = queries;
    const strings = this.#strings;
    if (queries.length === 0) {
      this.root.replaceChildren(element('p', { class: 'history-empty', text: strings.historyEmpty }));
    } else {
      this.root.replaceChildren(
        element('div', {
          class: 'history-head',
          children: [
            element('h2', { text: strings.historyTitle }),
            textButton(strings.forgetAll, () => this.#events.forgetAll(), 'link'),
          ],
        }),
        element('ul', { children: queries.map((query) => this.#row(query)) }),
      );
    }
    // If an entry had the focus, focus the entry that is now at the same position.
    if (focused !== undefined) this.focus(Math.min(focused, queries.length - 1));
  }

  /** Focuses an entry. */
  focus(index = 0): void {
    if (this.#queries.length === 0) this.#events.leave();
    else this.#rows()[index]?.focus();
  }

  #rows(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('.history-run')];
  }

  #focusedIndex(): number | undefined {
    const entry = document.activeElement?.closest('li')?.querySelector<HTMLElement>('.history-run');
    const index = entry ? this.#rows().indexOf(entry) : -1;
    return index < 0 ? undefined : index;
  }

  #row(query: string): HTMLElement {
    const run = element('button', {
      class: 'history-run',
      title: query,
      attributes: { type: 'button' },
      children: [icon('history'), element('bdi', { text: query })],
      onClick: () => this.#events.run(query),
    });
    const forget = iconButton('close', fillIn(this.#strings.forget, query), () => this.#events.forget(query));
    return element('li', { children: [run, forget] });
  }

  #key(event: KeyboardEvent): void {
    const index = this.#focusedIndex();
    if (index === undefined) return;
    const query = this.#queries[index];
    const last = this.#queries.length - 1;
    if (event.key === 'ArrowDown') this.focus(Math.min(index + 1, last));
    else if (event.key === 'ArrowUp' && index > 0) this.focus(index - 1);
    else if (event.key === 'ArrowUp' || event.key === 'Escape') this.#events.leave();
    else if (event.key === 'Home') this.focus(0);
    else if (event.key === 'End') this.focus(last);
    else if (event.key === 'Delete' && query !== undefined) this.#events.forget(query);
    else return;
    event.preventDefault();
  }
}
