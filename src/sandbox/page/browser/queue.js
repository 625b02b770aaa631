import { Rows, byId, element, setText } from './elements.js';

/** @typedef {import('../overviewState.ts').OverviewState} OverviewState */

/** One of the three lists of the queue. Its heading shows the total number of entries. */
class CountedList {
  #heading;
  #label;
  /** @type {Rows<{ place: number, title: string }>} */
  #rows;

  /** @param {string} id */
  constructor(id) {
    this.#heading = byId(`${id}-heading`, HTMLElement);
    this.#label = this.#heading.textContent ?? '';
    this.#rows = new Rows(
      byId(id, HTMLElement),
      // Use the position as the key, because titles are not unique.
      ({ place }) => String(place),
      () => {
        const text = element('bdi');
        return { root: element('li', {}, [text]), update: ({ title }) => setText(text, title) };
      },
    );
  }

  /**
   * @param {readonly string[]} titles
   * @param {number} count the total, which exceeds the number of titles if the list was truncated
   */
  show(titles, count) {
    setText(this.#heading, `${this.#label}: ${count.toLocaleString('en')}`);
    const more = count - titles.length;
    const shown = more > 0 ? [...titles, `and ${more.toLocaleString('en')} more`] : titles;
    this.#rows.show(shown.map((title, place) => ({ place, title })));
  }
}

/** The section of the page that shows active runs, waiting runs, and Resources waiting for processing. */
export class QueueSection {
  #running = new CountedList('running');
  #waiting = new CountedList('waiting');
  #resources = new CountedList('resources');

  /** @param {OverviewState} state */
  show({ queue }) {
    this.#running.show(
      queue.running.map(({ title }) => title),
      queue.running.length,
    );
    this.#waiting.show(
      queue.waiting.map(({ title }) => title),
      queue.waiting_count,
    );
    this.#resources.show(
      queue.resources.map(({ title, datasource }) =>
        datasource === null ? title : `${title} (${datasource})`,
      ),
      queue.resources_count,
    );
  }
}
