import { detailsTabs, type DetailsTab } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { element } from '../page/element.ts';
import { panelId, tabId } from './tabPanel.ts';

/** The row of tabs. Arrow keys, Home and End move between tabs; only the chosen tab is in the Tab order. */
export class TabBar {
  readonly root: HTMLElement;
  readonly #tabs: ReadonlyMap<DetailsTab, HTMLButtonElement>;
  readonly #choose: (tab: DetailsTab) => void;

  constructor(strings: DetailsStrings, choose: (tab: DetailsTab) => void) {
    this.#choose = choose;
    this.#tabs = new Map(
      detailsTabs.map((tab) => [
        tab,
        element('button', {
          class: 'tab',
          text: strings.tabs[tab],
          attributes: { type: 'button', role: 'tab', id: tabId(tab), 'aria-controls': panelId(tab) },
          onClick: () => choose(tab),
        }),
      ]),
    );
    this.root = element('div', {
      class: 'tabs',
      attributes: { role: 'tablist', 'aria-label': strings.tabsLabel },
      children: [...this.#tabs.values()],
    });
    this.root.addEventListener('keydown', (event) => this.#key(event));
  }

  show(chosen: DetailsTab): void {
    for (const [tab, button] of this.#tabs) {
      button.setAttribute('aria-selected', String(tab === chosen));
      button.tabIndex = tab === chosen ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = detailsTabs.length - 1;
    const index = detailsTabs.findIndex((tab) => this.#tabs.get(tab) === event.target);
    if (index < 0) return;
    let next: number;
    if (event.key === 'ArrowRight') next = index === last ? 0 : index + 1;
    else if (event.key === 'ArrowLeft') next = index === 0 ? last : index - 1;
    else if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = last;
    else return;
    event.preventDefault();
    const tab = detailsTabs[next];
    if (tab === undefined) return;
    this.#choose(tab);
    this.#tabs.get(tab)?.focus();
  }
}
