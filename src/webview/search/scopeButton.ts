import type { SearchView } from '../../shared/searchProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { element, icon } from '../page/element.ts';

/** A button that shows the scope of the search and lets the user pick another scope. */
export class ScopeButton {
  readonly root: HTMLButtonElement;
  readonly #strings: SearchStrings;
  readonly #icon = icon('database');
  readonly #name = element('bdi');

  constructor(strings: SearchStrings, pick: () => void) {
    this.#strings = strings;
    this.root = element('button', {
      class: 'scope',
      attributes: { type: 'button' },
      children: [this.#icon, this.#name, icon('chevron-down')],
      onClick: pick,
    });
  }

  show({ scope }: Pick<SearchView, 'scope'>): void {
    const label = fillIn(this.#strings.scopeButton, scope.label);
    this.#name.textContent = scope.label;
    this.#icon.className = `codicon codicon-${scope.kind === 'account' ? 'organization' : 'database'}`;
    this.root.title = label;
    this.root.setAttribute('aria-label', label);
  }
}
