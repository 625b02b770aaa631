/**
 * Returns the element of index.html with this id.
 * @template {Element} E
 * @param {string} id
 * @param {{ new (): E }} type
 * @returns {E}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no #${id}`);
}

/**
 * Creates an element. `text` is never parsed as markup, because it may come from untrusted files.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ text?: string, class?: string, attributes?: Record<string, string> }} [options]
 * @param {readonly Node[]} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, { text, class: className, attributes = {} } = {}, children = []) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Creates a button that ignores clicks while its action is running.
 * @param {string} label
 * @param {() => Promise<void> | void} action
 * @returns {HTMLButtonElement}
 */
export function button(label, action) {
  const made = element('button', { text: label, attributes: { type: 'button' } });
  onPress(made, action);
  return made;
}

/**
 * @param {HTMLButtonElement} pressed
 * @param {() => Promise<void> | void} action
 */
export function onPress(pressed, action) {
  let isBusy = false;
  pressed.addEventListener('click', () => {
    if (isBusy) return;
    isBusy = true;
    // Do not set `disabled`: the button would lose the keyboard focus.
    pressed.setAttribute('aria-busy', 'true');
    void Promise.resolve(action()).finally(() => {
      isBusy = false;
      pressed.removeAttribute('aria-busy');
    });
  });
}

/**
 * Sets a text only if it has changed. Setting the same text again would make screen readers repeat it and would clear
 * the user's selection.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * @template Item
 * @typedef {object} Row
 * @property {HTMLElement} root
 * @property {(item: Item) => void} update
 */

/**
 * Renders a list or table body with one child element per item. Reuses the elements of items that are still listed, so
 * that they keep the focus.
 * @template Item
 */
export class Rows {
  #parent;
  #keyOf;
  #make;
  /** @type {Map<string, Row<Item>>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} parent
   * @param {(item: Item) => string} keyOf
   * @param {(item: Item) => Row<Item>} make
   */
  constructor(parent, keyOf, make) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  /** @param {readonly Item[]} items */
  show(items) {
    const previous = this.#rows;
    this.#rows = new Map();
    /** @type {Element | null} */
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const key = this.#keyOf(item);
      const row = previous.get(key) ?? this.#make(item);
      row.update(item);
      this.#rows.set(key, row);
      if (row.root === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(row.root, place);
    }
    const kept = new Set([...this.#rows.values()].map(({ root }) => root));
    for (const child of [...this.#parent.children]) {
      if (child instanceof HTMLElement && !kept.has(child)) child.remove();
    }
  }
}
