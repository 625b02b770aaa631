import { Rows, button, byId, element, setText } from './elements.js';

/** @typedef {import('../overviewState.ts').OverviewState} OverviewState */
/** @typedef {import('../overviewState.ts').DatasourceOverview} DatasourceOverview */

/**
 * @typedef {object} DatasourceActions
 * @property {(datasource: DatasourceOverview) => Promise<void>} sync
 * @property {(datasource: DatasourceOverview) => Promise<void>} setStatus
 * @property {(datasource: DatasourceOverview) => Promise<void>} turnCredentials
 */

const syncTypes = { auto: 'Mirrored', one: 'Once', arch: 'Archived' };

/** @param {HTMLTimeElement} time @param {string | null} iso */
function showDate(time, iso) {
  if (iso === null) {
    setText(time, '–');
    time.removeAttribute('datetime');
    time.removeAttribute('title');
    return;
  }
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  setText(time, isToday ? date.toLocaleTimeString('en-GB') : date.toLocaleDateString('en-CA'));
  time.dateTime = iso;
  time.title = date.toLocaleString('en-GB');
}

/** @param {number} shown @param {number} found @param {number} total @param {Readonly<Record<string, number>>} statuses */
function summary(shown, found, total, statuses) {
  const counts = Object.entries(statuses).map(([status, count]) => `${count.toLocaleString('en')} ${status}`);
  const parts = [`${total.toLocaleString('en')} in all`, ...counts];
  if (found < total) parts.push(`${found.toLocaleString('en')} found`);
  if (shown < found) parts.push(`the first ${shown.toLocaleString('en')} are shown`);
  return parts.join(', ');
}

/** The section of the page with the table of Datasources and their actions. */
export class DatasourcesSection {
  #summary = byId('datasources-summary', HTMLElement);
  #empty = byId('no-datasources', HTMLElement);
  /** @type {Rows<DatasourceOverview>} */
  #rows;
  #actions;

  /** @param {DatasourceActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#rows = new Rows(
      byId('datasource-rows', HTMLElement),
      ({ uid }) => uid,
      (datasource) => this.#row(datasource),
    );
  }

  /** @param {OverviewState} state */
  show({ datasources: { items, found, total, statuses } }) {
    setText(this.#summary, summary(items.length, found, total, statuses));
    this.#empty.hidden = items.length > 0;
    setText(this.#empty, total === 0 ? 'There is no Datasource yet.' : 'No Datasource matches.');
    this.#rows.show(items);
  }

  /** @param {DatasourceOverview} first @returns {import('./elements.js').Row<DatasourceOverview>} */
  #row(first) {
    let datasource = first;
    const title = element('bdi');
    const path = element('div', { class: 'path' });
    const type = element('td');
    const syncType = element('td');
    const dot = element('span', { attributes: { 'aria-hidden': 'true' } });
    const status = element('bdi');
    const message = element('div', { class: 'message' });
    const count = element('td', { class: 'number' });
    const [last, next] = [element('time'), element('time')];
    const credentials = element('td');
    const sync = button('Sync', () => this.#actions.sync(datasource));
    const set = button('Set status…', () => this.#actions.setStatus(datasource));
    const turn = button('', () => this.#actions.turnCredentials(datasource));
    const root = element('tr', {}, [
      element('th', { attributes: { scope: 'row' } }, [title, path]),
      ...[type, syncType, element('td', { class: 'status' }, [dot, status, message]), count],
      ...[element('td', {}, [last]), element('td', {}, [next]), credentials],
      element('td', { class: 'actions' }, [sync, set, turn]),
    ]);
    return {
      root,
      update: (current) => {
        datasource = current;
        setText(title, current.title);
        setText(path, current.path);
        path.title = current.path;
        setText(type, current.type.replace(/Datasource$/, ''));
        setText(syncType, syncTypes[current.type_sync]);
        // An unknown status gets the default style.
        dot.className = `dot dot-${current.sync_status.replace(/[^a-z]/g, '')}`;
        setText(status, current.sync_status);
        setText(message, current.sync_message ?? '');
        message.title = current.sync_message ?? '';
        setText(count, current.doc_count.toLocaleString('en'));
        showDate(last, current.last_sync);
        showDate(next, current.next_sync);
        setText(credentials, current.credential_state === 'missing' ? 'none' : current.credential_state);
        setText(turn, current.credential_state === 'expired' ? 'Refresh credentials' : 'Expire credentials');
        turn.hidden = current.credential_state === 'missing';
        for (const each of [sync, set, turn]) {
          const label = `${each.textContent} of ${current.title}`;
          if (each.getAttribute('aria-label') !== label) each.setAttribute('aria-label', label);
        }
      },
    };
  }
}
