/** The parts of a new element. */
interface ElementParts {
  readonly class?: string;
  /** Set as text, never parsed as markup. */
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly (Node | string)[];
  readonly onClick?: (event: MouseEvent) => void;
}

/** Creates an HTML element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  parts: ElementParts = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  if (parts.title !== undefined) made.title = parts.title;
  for (const [attribute, value] of Object.entries(parts.attributes ?? {}))
    made.setAttribute(attribute, value);
  if (parts.children !== undefined) made.append(...parts.children);
  if (parts.onClick !== undefined) (made as HTMLElement).addEventListener('click', parts.onClick);
  return made;
}

/** Creates a codicon that is hidden from screen readers. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

/** Creates a button with only an icon. `label` is its tooltip and its accessible name. */
export function iconButton(
  name: string,
  label: string,
  onClick: (event: MouseEvent) => void,
): HTMLButtonElement {
  return element('button', {
    class: 'icon-button',
    title: label,
    attributes: { type: 'button', 'aria-label': label },
    children: [icon(name)],
    onClick,
  });
}

/** Creates a button with a text label. */
export function textButton(
  label: string,
  onClick: () => void,
  kind: 'button' | 'link' = 'button',
): HTMLButtonElement {
  return element('button', { class: `text-${kind}`, text: label, attributes: { type: 'button' }, onClick });
}
