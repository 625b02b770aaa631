import { element, icon, textButton } from './element.ts';

/** The content of a notice: a sentence, with an optional hint and actions. */
export interface NoticeParts {
  readonly icon: string;
  readonly sentence: string;
  readonly hint?: string;
  readonly actions?: readonly { readonly label: string; readonly run: () => void }[];
}

/** Shows one notice at a time, instead of the results or next to them. Hidden while there is no notice. */
export class Notice {
  readonly root: HTMLElement;
  #said = '';

  constructor(kind: 'page' | 'banner', role: 'status' | 'alert' = 'status') {
    this.root = element('div', { class: `notice ${kind}`, attributes: { role } });
    this.root.hidden = true;
  }

  say(parts: NoticeParts | undefined): void {
    // Showing the same notice again would make screen readers repeat it, and its buttons would lose the focus.
    const saying = JSON.stringify(parts ?? null);
    if (saying === this.#said) return;
    this.#said = saying;
    this.root.hidden = parts === undefined;
    if (parts === undefined) {
      this.root.replaceChildren();
      return;
    }
    const words = [element('p', { text: parts.sentence })];
    if (parts.hint !== undefined) words.push(element('p', { class: 'hint', text: parts.hint }));
    const buttons = (parts.actions ?? []).map(({ label, run }, index) =>
      textButton(label, run, index === 0 ? 'button' : 'link'),
    );
    this.root.replaceChildren(
      icon(parts.icon),
      element('div', { class: 'words', children: words }),
      element('div', { class: 'actions', children: buttons }),
    );
  }
}
