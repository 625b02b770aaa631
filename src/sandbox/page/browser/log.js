import { byId, element, onPress } from './elements.js';

/** @typedef {import('../../server/eventLog.ts').LoggedEvent} LoggedEvent */

/** Maximum log lines on the page. */
const maxLines = 500;

/** The section of the page with the live log of events and requests. */
export class LogSection {
  #scroll = byId('log-scroll', HTMLElement);
  #lines = byId('log-lines', HTMLElement);

  constructor() {
    const withRequests = byId('with-requests', HTMLInputElement);
    const filter = () => this.#lines.classList.toggle('without-requests', !withRequests.checked);
    withRequests.addEventListener('change', filter);
    filter();
    onPress(byId('clear-log', HTMLButtonElement), () => this.#lines.replaceChildren());
  }

  /** @param {readonly LoggedEvent[]} events newer than those already shown */
  add(events) {
    if (events.length === 0) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < 8;
    this.#lines.append(
      ...events.map(({ at, kind, text }) => {
        const date = new Date(at);
        const time = element('time', {
          text: date.toLocaleTimeString('en-GB'),
          attributes: { datetime: date.toISOString() },
        });
        return element('li', { class: kind }, [time, element('bdi', { text })]);
      }),
    );
    while (this.#lines.childElementCount > maxLines) this.#lines.firstElementChild?.remove();
    // Scroll to the end, except if the user has scrolled back to read older lines.
    if (isAtEnd) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}
