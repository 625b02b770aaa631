import { button, element, setText } from './elements.js';

/** @typedef {import('../../switches/switchDescriptions.ts').SwitchControl} SwitchControl */
/** @typedef {{ status: number, count: number, retryAfterSeconds?: number, path?: string }} Burst */

/**
 * The control of a switch.
 * @typedef {object} Control
 * @property {readonly HTMLElement[]} elements
 * @property {HTMLElement} main the element that the label belongs to
 * @property {(value: unknown) => void} show
 */

/**
 * Changes a switch. For invalid input, `value` is undefined and the control shows the current value again.
 * @typedef {(value: unknown) => Promise<void>} Flip
 */

/** @param {Flip} flip @returns {Control} */
function flag(flip) {
  const input = element('input', { attributes: { type: 'checkbox', role: 'switch' } });
  input.addEventListener('change', () => void flip(input.checked));
  return { elements: [input], main: input, show: (value) => (input.checked = value === true) };
}

/**
 * A field that submits on blur or Enter. Updates do not change the text while the user is typing.
 * @param {HTMLInputElement} input
 * @param {() => void} done
 * @returns {(text: string) => void} shows the current value
 */
function field(input, done) {
  let isDirty = false;
  input.addEventListener('input', () => (isDirty = true));
  input.addEventListener('change', () => {
    isDirty = false;
    done();
  });
  return (text) => {
    if (!isDirty && input.value !== text) input.value = text;
  };
}

/** @param {Flip} flip @param {string} unit @returns {Control} */
function number(flip, unit) {
  const input = element('input', { attributes: { type: 'number', min: '0', step: 'any' } });
  const show = field(input, () => void flip(input.value === '' ? undefined : input.valueAsNumber));
  return {
    elements: [input, element('span', { text: unit })],
    main: input,
    show: (value) => show(String(value)),
  };
}

/** @param {Flip} flip @param {string} example @returns {Control} */
function text(flip, example) {
  const input = element('input', {
    attributes: {
      type: 'text',
      placeholder: `off; e.g. ${example}`,
      autocomplete: 'off',
      spellcheck: 'false',
    },
  });
  const show = field(input, () => void flip(input.value === '' ? null : input.value));
  return { elements: [input], main: input, show: (value) => show(value === null ? '' : String(value)) };
}

/** @param {Flip} flip @param {readonly (string | number)[]} values @returns {Control} */
function choice(flip, values) {
  const select = element('select');
  select.append(...values.map((value) => element('option', { text: String(value) })));
  select.addEventListener('change', () => void flip(select.value));
  return { elements: [select], main: select, show: (value) => (select.value = String(value)) };
}

/** @param {string} label @param {HTMLElement} control */
function labelled(label, control) {
  return element('label', {}, [element('span', { text: label }), control]);
}

/** @param {Flip} flip @param {readonly number[]} statuses @returns {Control} */
function burst(flip, statuses) {
  const status = element('select');
  status.append(...statuses.map((value) => element('option', { text: String(value) })));
  status.value = '503';
  const count = element('input', { attributes: { type: 'number', min: '1', step: '1', value: '3' } });
  const retryAfter = element('input', {
    attributes: { type: 'number', min: '0', step: 'any', placeholder: 'none' },
  });
  const path = element('input', { attributes: { type: 'text', placeholder: 'any', spellcheck: 'false' } });
  const now = element('output');
  const start = button('Start', () =>
    flip({
      status: Number(status.value),
      count: count.valueAsNumber,
      ...(retryAfter.value === '' ? {} : { retryAfterSeconds: retryAfter.valueAsNumber }),
      ...(path.value === '' ? {} : { path: path.value }),
    }),
  );
  const stop = button('Stop', () => flip(null));
  const fields = element('div', { class: 'burst' }, [
    labelled('Status', status),
    labelled('Requests', count),
    labelled('Retry-After, s', retryAfter),
    labelled('Path contains', path),
    start,
    stop,
    now,
  ]);
  return {
    elements: [fields],
    main: fields,
    show: (value) => {
      const on = /** @type {Burst | null} */ (value);
      stop.hidden = on === null;
      const where = on?.path === undefined ? '' : ` to ${on.path}`;
      setText(
        now,
        on === null
          ? 'off'
          : `${on.count} more ${on.count === 1 ? 'request' : 'requests'}${where} ${on.count === 1 ? 'fails' : 'fail'} with ${on.status}`,
      );
    },
  };
}

/** @param {SwitchControl} description @param {Flip} flip @returns {Control} */
export function makeControl(description, flip) {
  switch (description.kind) {
    case 'flag':
      return flag(flip);
    case 'number':
      return number(flip, description.unit);
    case 'text':
      return text(flip, description.example);
    case 'choice':
      return choice(flip, description.values);
    case 'burst':
      return burst(flip, description.statuses);
  }
}
