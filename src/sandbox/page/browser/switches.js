import { button, byId, element, onPress, setText } from './elements.js';
import { makeControl } from './switchControls.js';

/** @typedef {import('../overviewState.ts').OverviewState} OverviewState */
/** @typedef {import('../../switches/switchDescriptions.ts').SwitchDescription} SwitchDescription */
/** @typedef {import('../../switches/switchBoard.ts').Switches} Switches */

/**
 * @typedef {object} SwitchActions
 * @property {(login: string | undefined, change: Record<string, unknown>) => Promise<boolean>} flip true on success
 * @property {(login: string | undefined, name: string | undefined) => Promise<void>} reset
 */

const everybody = '';

/** The section of the page with all switches, either for everybody or for one user. */
export class SwitchesSection {
  #for = byId('switches-for', HTMLSelectElement);
  #explanation = byId('switches-explanation', HTMLElement);
  #list = byId('switch-list', HTMLElement);
  #actions;
  /** @type {{ name: string, root: HTMLElement, reset: HTMLButtonElement, show: (value: unknown) => void }[]} */
  #switches = [];
  /** @type {Switches | undefined} */
  #defaults;
  /** @type {OverviewState | undefined} */
  #state;

  /** @param {SwitchActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#for.addEventListener('change', () => this.#refresh());
    onPress(byId('reset-switches', HTMLButtonElement), () => actions.reset(this.#login, undefined));
  }

  /** @param {Readonly<Record<string, SwitchDescription>>} descriptions @param {Switches} defaults */
  describe(descriptions, defaults) {
    this.#defaults = defaults;
    this.#switches = Object.entries(descriptions).map(([name, description]) => this.#make(name, description));
    this.#list.replaceChildren(...this.#switches.map(({ root }) => root));
  }

  /** @param {OverviewState} state */
  show(state) {
    this.#state = state;
    const logins = [everybody, ...state.account.users.map(({ login }) => login)];
    const { value } = this.#for;
    if (logins.join('\n') !== [...this.#for.options].map((option) => option.value).join('\n')) {
      this.#for.replaceChildren(
        ...logins.map((login) =>
          element('option', {
            text: login === everybody ? 'everybody' : login,
            attributes: { value: login },
          }),
        ),
      );
      this.#for.value = logins.includes(value) ? value : everybody;
    }
    this.#refresh();
  }

  /** @returns {string | undefined} */
  get #login() {
    return this.#for.value === everybody ? undefined : this.#for.value;
  }

  #refresh() {
    if (!this.#state || !this.#defaults) return;
    const { common, own } = this.#state.switches;
    const login = this.#login;
    setText(
      this.#explanation,
      login === undefined
        ? 'These switches apply to every connection. You can change them at any time.'
        : 'These switches apply to the connections of this user. A switch that is not set here has its value for everybody.',
    );
    const set = login === undefined ? undefined : Object.hasOwn(own, login) ? own[login] : {};
    /** @type {Record<string, unknown>} */
    const shown = { ...common, ...set };
    for (const { name, root, reset, show } of this.#switches) {
      show(shown[name]);
      const isSet = set
        ? Object.hasOwn(set, name)
        : JSON.stringify(common[/** @type {keyof Switches} */ (name)]) !==
          JSON.stringify(this.#defaults[/** @type {keyof Switches} */ (name)]);
      root.classList.toggle('is-set', isSet);
      // Disable the button instead of removing it, so that the layout does not jump. Do not disable it while it has the
      // focus.
      reset.toggleAttribute('disabled', !isSet && document.activeElement !== reset);
    }
  }

  /** @param {string} name @param {SwitchDescription} description */
  #make(name, { label, explanation, control }) {
    const flip = async (/** @type {unknown} */ value) => {
      const isDone = value !== undefined && (await this.#actions.flip(this.#login, { [name]: value }));
      // Show the current value again after a refused change.
      if (!isDone) this.#refresh();
    };
    const { elements, main, show } = makeControl(control, flip);
    const [id, explanationId] = [`switch-${name}`, `switch-${name}-explanation`];
    main.id = id;
    main.setAttribute('aria-describedby', explanationId);
    const isGroup = control.kind === 'burst';
    const title = isGroup
      ? element('span', { text: label, class: 'label', attributes: { id: `${id}-label` } })
      : element('label', { text: label, class: 'label', attributes: { for: id } });
    if (isGroup) {
      main.setAttribute('role', 'group');
      main.setAttribute('aria-labelledby', `${id}-label`);
    }
    const reset = button('Reset', () => this.#actions.reset(this.#login, name));
    reset.setAttribute('aria-label', `Reset ${label}`);
    const root = element('div', { class: `switch switch-${control.kind}` }, [
      title,
      element('div', { class: 'control' }, elements),
      reset,
      element('p', { class: 'explanation', text: explanation, attributes: { id: explanationId } }),
    ]);
    return { name, root, reset, show };
  }
}
