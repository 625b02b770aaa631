import assert from 'node:assert/strict';
import { Owner } from '../../src/base/event.ts';
import { DetailsConversation } from '../../src/model/details/detailsConversation.ts';
import type { DetailsResource, DetailsTarget } from '../../src/model/details/detailsHost.ts';
import { ExceptionList } from '../../src/model/history/exceptionList.ts';
import { HistoryReader, type History } from '../../src/model/history/historyReader.ts';
import { PersonalZone } from '../../src/model/settings/personalZone.ts';
import {
  firstExceptionChoice,
  firstLogChoice,
  type DetailsHostMessage,
  type DetailsLoad,
  type DetailsLog,
  type DetailsPageMessage,
  type DetailsTab,
  type ExceptionView,
  type LogChoice,
  type LogItemView,
  type RunView,
} from '../../src/shared/detailsProtocol.ts';
import { throwUncaught } from '../support/throwUncaught.ts';
import type { World } from './world.ts';
import { OnnaDetailsHost } from './words.ts';

type Message<Type extends DetailsHostMessage['type']> = Extract<DetailsHostMessage, { type: Type }>;

/** Maximum duration of a load, in ms of real time. */
const maxWaitMs = 60_000;

const messageOf = { history: 'history', exceptions: 'exceptions', logs: 'log' } as const;

/** The extension's own host of a details page. Records the kinds of the errors that it describes. */
class WatchedHost extends OnnaDetailsHost {
  readonly #world: World;
  readonly #opened: (path: string | undefined) => void;

  /**
   * @param opened called with the path of an opened Resource, or with undefined if the Resource could not be
   * opened
   */
  constructor(world: World, exceptions: ExceptionList, opened: (path: string | undefined) => void) {
    super({
      services: {
        ...{ store: world.store, clock: world.pollClock, actions: world.actions },
        log: { show: () => undefined },
      },
      tree: {
        revealDatasource: () => Promise.resolve(undefined),
        revealResource: () => Promise.resolve(false),
      },
      ...{ documents: world.documents, notifier: world.notifier, exceptions },
    });
    this.#world = world;
    this.#opened = opened;
  }

  override describeError(error: unknown): string {
    this.#world.note(error);
    return super.describeError(error);
  }

  override describeNoAccess(log: DetailsLog): string {
    this.#world.kinds.add('noPermission');
    return super.describeNoAccess(log);
  }

  override describeHistory(history: History): string | undefined {
    if (history.failure) this.#world.note(history.failure);
    for (const access of [history.audit, history.collection]) {
      if (access === 'noPermission') this.#world.kinds.add('noPermission');
      if (access === 'missing') this.#world.kinds.add('notFound');
    }
    return super.describeHistory(history);
  }

  override tell(error: unknown, again: () => Promise<void>): void {
    this.#world.note(error);
    this.#world.tell(error, again);
    this.#opened(undefined);
  }

  override open(_target: DetailsTarget, { path }: DetailsResource): Promise<void> {
    this.#opened(path);
    return Promise.resolve();
  }
}

/** A simulated details page in the window of one cell. It has the data that the real page would show. */
export class OpenDetails extends Owner {
  readonly #world: World;
  readonly #conversation: DetailsConversation;
  readonly #waiting = new Set<() => void>();
  readonly #seen: { [Type in DetailsHostMessage['type']]?: Message<Type> | undefined } = {};
  #headers = 0;
  #isOpening = false;
  /** The path of the Resource that was opened last; undefined if it could not be opened. */
  opened: string | undefined;
  rows: readonly ExceptionView[] = [];
  items: readonly LogItemView[] = [];

  constructor(world: World) {
    super();
    this.#world = world;
    const client = world.client.bind(world);
    const exceptions = new ExceptionList(client);
    const opened = (path: string | undefined): void => {
      [this.opened, this.#isOpening] = [path, false];
      this.#check();
    };
    const host = this.register(new WatchedHost(world, exceptions, opened));
    const zone = new PersonalZone({
      ...{ chosen: () => 'UTC', isLocal: true },
      ...{ remembered: () => undefined, remember: () => undefined },
    });
    this.#conversation = this.register(
      new DetailsConversation(
        {
          ...{ host, exceptions, client, zone, logs: world.logs },
          history: new HistoryReader(world.journal, world.logs),
          clock: world.pollClock,
          isShown: () => true,
          post: (message) => this.#take(message),
          onError: throwUncaught,
        },
        this.target,
      ),
    );
  }

  get target(): DetailsTarget {
    return { connectionId: this.#world.connection.id, datasourceId: 'uid-wiki' };
  }

  get runs(): readonly RunView[] {
    return this.#seen.history?.runs ?? [];
  }

  load(tab: DetailsTab): DetailsLoad {
    return this.#seen[messageOf[tab]]?.load ?? { phase: 'idle' };
  }

  /** Whether the user was told that they may not read a log. */
  get isForbidden(): boolean {
    return this.#world.kinds.has('noPermission');
  }

  get hasOlder(): boolean {
    return this.#seen.log?.hasOlder === true;
  }

  /** Returns the last notification of this window. */
  lastMessage(): string | undefined {
    return this.#world.lastMessage();
  }

  /** Returns the value of a fact in the header; undefined if the value is unknown. */
  fact(label: string): string | undefined {
    const facts = this.#seen.header?.header.facts ?? [];
    const fact = facts.find((one) => one.label === label);
    assert.ok(fact, `the header has no fact ${label}`);
    return fact.value;
  }

  /** Opens the page with this tab, and waits until everything has loaded. */
  async open(tab: DetailsTab): Promise<void> {
    const headers = this.#headers;
    const ready = { type: 'ready', timeZone: 'UTC', tab, log: firstLogChoice } as const;
    await this.#act(tab, { ...ready, exceptions: firstExceptionChoice });
    // The page receives one header immediately, and another one when the numbers have arrived.
    await this.#until(() => this.#headers >= headers + 2);
  }

  /** Shows a tab, and waits until the tab has loaded. */
  async show(tab: DetailsTab): Promise<void> {
    if (this.load(tab).phase === 'ready') this.#send({ type: 'tab', tab });
    else await this.#act(tab, { type: 'tab', tab });
  }

  async refresh(tab: DetailsTab): Promise<void> {
    const headers = this.#headers;
    await this.#act(tab, { type: 'refresh', tab });
    await this.#until(() => this.#headers > headers);
  }

  chooseLog(choice: LogChoice): Promise<void> {
    return this.#act('logs', { type: 'chooseLog', choice });
  }

  async olderLog(): Promise<void> {
    if (!this.hasOlder) return;
    await this.#act('logs', { type: 'olderLog', loaded: this.items.length, isRestoring: false });
  }

  async moreExceptions(): Promise<void> {
    if (this.#seen.exceptions?.hasMore !== true) return;
    await this.#act('exceptions', { type: 'moreExceptions', loaded: this.rows.length, isRestoring: false });
  }

  /** Opens the Resource of a log entry. */
  async openResource(id: string): Promise<void> {
    this.#isOpening = true;
    this.#send({ type: 'open', id });
    await this.#until(() => !this.#isOpening);
  }

  /** Makes the header change twice: after a minute has passed, and after a poll. */
  async passTime(): Promise<void> {
    const { pollClock } = this.#world;
    await pollClock.advance(61_000);
    this.#world.see({ title: 'wiki, renamed' });
    await pollClock.advance(61_000);
  }

  async #act(tab: DetailsTab, message: DetailsPageMessage): Promise<void> {
    this.#seen[messageOf[tab]] = undefined;
    this.#send(message);
    await this.#until(() => ['ready', 'failed'].includes(this.load(tab).phase));
  }

  #send(message: DetailsPageMessage): void {
    this.#conversation.receive(message);
  }

  #take(message: DetailsHostMessage): void {
    Object.assign(this.#seen, { [message.type]: message });
    if (message.type === 'header') this.#headers++;
    if (message.type === 'exceptions') this.rows = [...this.rows.slice(0, message.from), ...message.rows];
    if (message.type === 'log') this.items = [...this.items.slice(0, message.from), ...message.items];
    this.#check();
  }

  #check(): void {
    for (const check of [...this.#waiting]) check();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the page received no end of the load')), maxWaitMs);
      const check = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
