import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';

/** A codicon, hidden from screen readers. `name` may end in `~spin`. */
export function iconTemplate(name: string): TemplateResult {
  const [symbol, modifier] = name.split('~');
  const classes = `codicon codicon-${symbol ?? ''}${modifier === undefined ? '' : ` codicon-modifier-${modifier}`}`;
  return html`<span class=${classes} aria-hidden="true"></span>`;
}

/** A button with only an icon. `label` is its tooltip and its accessible name. */
export function iconButtonTemplate(
  name: string,
  label: string,
  onClick: (event: MouseEvent) => void,
): TemplateResult {
  return html`<button type="button" class="icon-button" title=${label} aria-label=${label} @click=${onClick}>
    ${iconTemplate(name)}
  </button>`;
}

/** A select box with VS Code's look. */
export function selectTemplate<T extends string>(select: {
  readonly label: string;
  readonly values: readonly T[];
  readonly texts: Readonly<Record<T, string>>;
  readonly chosen: T;
  choose(value: T): void;
}): TemplateResult {
  const onChange = ({ target }: Event): void => {
    const value = select.values.find((known) => known === (target as HTMLSelectElement).value);
    if (value !== undefined) select.choose(value);
  };
  return html`<div class="select">
    <select aria-label=${select.label} title=${select.label} @change=${onChange}>
      ${select.values.map(
        (value) =>
          html`<option value=${value} .selected=${value === select.chosen}>${select.texts[value]}</option>`,
      )}
    </select>
    ${iconTemplate('chevron-down')}
  </div>`;
}
