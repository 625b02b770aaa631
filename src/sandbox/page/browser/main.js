import { AccountSection } from './account.js';
import { Connection, SignedOut } from './connection.js';
import { DatasourcesSection } from './datasources.js';
import { byId, onPress, setText } from './elements.js';
import { LogSection } from './log.js';
import { QueueSection } from './queue.js';
import { StatusDialog } from './statusDialog.js';
import { SwitchesSection } from './switches.js';

/** @typedef {import('../overviewState.ts').OverviewState} OverviewState */

/** Interval between polls while the page is visible, in ms. */
const pollIntervalMs = 1000;

const notice = byId('notice', HTMLElement);

/** @param {string} text @param {boolean} [isError] */
function say(text, isError = false) {
  setText(notice, text);
  notice.classList.toggle('error', isError);
}

/** @param {unknown} error @returns {string} */
function wordsOf(error) {
  // fetch throws a TypeError if the sandbox is down. Its message differs by browser and does not help.
  if (error instanceof TypeError) return 'The sandbox does not answer. Is it running?';
  return error instanceof Error ? error.message : String(error);
}

/** Shows the page and polls its state while a user is signed in. */
class Session {
  #connection;
  #ended;
  #controller = new AbortController();
  #accounts = new AccountSection();
  #queue = new QueueSection();
  #log = new LogSection();
  #datasources;
  #switches;
  #cursor = '';
  #find = '';
  #lastLine = 0;
  #isUnreachable = false;
  /** Number of changes that the user has made on this page. */
  #changes = 0;
  /** Number of these changes that the sandbox has not answered yet. */
  #pendingChanges = 0;
  /** Ends the pause before the next poll. */
  #pollNow = () => {};

  /**
   * Create a session only after the overview has been added to the page.
   * @param {Connection} connection
   * @param {(why: string) => void} ended
   */
  constructor(connection, ended) {
    this.#connection = connection;
    this.#ended = ended;
    const dialog = new StatusDialog();
    const of = (/** @type {{ title: string }} */ { title }) => ` of ${title}`;
    this.#datasources = new DatasourcesSection({
      sync: async (datasource) => {
        await this.#do(`Sync${of(datasource)}: requested.`, () =>
          connection.post('sync', { path: datasource.path }),
        );
      },
      setStatus: async (datasource) => {
        const chosen = await dialog.ask(datasource);
        if (!chosen) return;
        await this.#do(`Status${of(datasource)}: ${chosen.sync_status}.`, () =>
          connection.post('status', { path: datasource.path, ...chosen }),
        );
      },
      turnCredentials: async (datasource) => {
        const isExpired = datasource.credential_state === 'expired';
        await this.#do(`Credentials${of(datasource)}: ${isExpired ? 'refreshed' : 'expired'}.`, () =>
          connection.post(isExpired ? 'refreshCredentials' : 'expireCredentials', { path: datasource.path }),
        );
      },
    });
    this.#switches = new SwitchesSection({
      flip: (login, change) =>
        this.#do('Switch changed.', () => connection.post(`switches${query({ login })}`, change)),
      reset: async (login, name) => {
        const path = `switches${query({ login, name })}`;
        await this.#do('Switches reset.', () => connection.call(path, { method: 'DELETE' }));
      },
    });
  }

  /**
   * Loads the first state, then polls until {@link close}.
   * @returns {Promise<void>} resolves when the page can be shown
   */
  async open() {
    const described = await this.#connection.call('switchDescriptions');
    const { descriptions, defaults } = /** @type {any} */ (described);
    this.#switches.describe(descriptions, defaults);
    await this.#refresh();
    const { signal } = this.#controller;
    document.addEventListener('visibilitychange', () => this.#pollNow(), { signal });
    const find = byId('find', HTMLInputElement);
    const search = () => {
      this.#find = find.value;
      this.#cursor = '';
      this.#pollNow();
    };
    find.addEventListener('input', search, { signal });
    onPress(byId('expire-tokens', HTMLButtonElement), async () => {
      await this.#do('All users are signed out.', () => this.#connection.post('expireTokens', {}));
    });
    void this.#keepPolling();
  }

  close() {
    this.#controller.abort();
    this.#pollNow();
  }

  async #keepPolling() {
    const { signal } = this.#controller;
    while (!signal.aborted) {
      const paused = Promise.withResolvers();
      this.#pollNow = () => paused.resolve(undefined);
      const timer = document.hidden ? undefined : setTimeout(this.#pollNow, pollIntervalMs);
      await paused.promise;
      clearTimeout(timer);
      if (signal.aborted || document.hidden) continue;
      try {
        await this.#refresh();
        if (this.#isUnreachable) say('The sandbox answers again.');
        this.#isUnreachable = false;
      } catch (error) {
        this.#failed(error, true);
      }
    }
  }

  async #refresh() {
    const { signal } = this.#controller;
    const find = this.#find;
    const changes = this.#changes;
    const [state, log] = await Promise.all([
      this.#connection.call(`state${query({ cursor: this.#cursor || undefined, find: find || undefined })}`, {
        signal,
      }),
      this.#connection.call(`log?after=${this.#lastLine}`, { signal }),
    ]);
    if (signal.aborted) return;
    const { items, last } = /** @type {any} */ (log);
    this.#log.add(items);
    this.#lastLine = last;
    // Drop the state if the search text changed during the request. Also drop a state that may be older than a change of
    // the user: it would show the previous value again for a moment.
    const isOld = find !== this.#find || changes !== this.#changes || this.#pendingChanges > 0;
    if (state === undefined || isOld) return;
    const overview = /** @type {OverviewState} */ (state);
    this.#cursor = overview.cursor;
    this.#datasources.show(overview);
    this.#queue.show(overview);
    this.#accounts.show(overview);
    this.#switches.show(overview);
  }

  /** @param {string} done @param {() => Promise<unknown>} action @returns {Promise<boolean>} whether it succeeded */
  async #do(done, action) {
    this.#changes++;
    this.#pendingChanges++;
    try {
      await action().finally(() => this.#pendingChanges--);
      say(done);
      this.#pollNow();
      return true;
    } catch (error) {
      this.#failed(error, false);
      return false;
    }
  }

  /** @param {unknown} error @param {boolean} isPoll */
  #failed(error, isPoll) {
    if (this.#controller.signal.aborted) return;
    if (error instanceof SignedOut) {
      this.#ended(error.message);
      return;
    }
    if (isPoll) this.#isUnreachable = true;
    say(wordsOf(error), true);
  }
}

/** @param {Record<string, string | undefined>} values @returns {string} */
function query(values) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(/** @type {[string, string][]} */ (known)).toString();
  return text === '' ? '' : `?${text}`;
}

function start() {
  const main = byId('main', HTMLElement);
  const form = byId('sign-in', HTMLFormElement);
  const signOut = byId('sign-out', HTMLButtonElement);
  const template = byId('overview-template', HTMLTemplateElement);
  const place = byId('place', HTMLElement);
  const user = byId('user', HTMLInputElement);
  const password = byId('password', HTMLInputElement);
  /** @type {Session | undefined} */
  let session;
  let isSigningIn = false;

  /** Removes all data from the page and shows the sign-in form. */
  const end = (/** @type {string} */ why, isError = true) => {
    session?.close();
    session = undefined;
    document.getElementById('overview')?.remove();
    setText(place, location.host);
    signOut.hidden = true;
    form.hidden = false;
    say(why, isError);
    (user.value === '' ? user : password).focus();
  };

  const signIn = async () => {
    try {
      const connection = await Connection.signIn(user.value, password.value);
      password.value = '';
      form.hidden = true;
      main.append(template.content.cloneNode(true));
      session = new Session(connection, (why) => end(why));
      await session.open();
      byId('overview', HTMLElement).hidden = false;
      signOut.hidden = false;
      say('Signed in.');
      byId('datasources-heading', HTMLElement).focus();
    } catch (error) {
      end(wordsOf(error));
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isSigningIn) return;
    isSigningIn = true;
    void signIn().finally(() => (isSigningIn = false));
  });
  onPress(signOut, () => end('Signed out.', false));
  setText(place, location.host);
}

start();
