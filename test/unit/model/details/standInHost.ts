import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/event.ts';
import { nodePath } from '../../../../src/onna/address.ts';
import type { AccountAddress, NodePath } from '../../../../src/onna/address.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import type { DetailsHost, DetailsNumbers } from '../../../../src/model/details/detailsHost.ts';
import { decodeDetailsHostMessage } from '../../../../src/shared/detailsProtocol.ts';
import type {
  DetailsHeader,
  DetailsHostMessage,
  ExceptionView,
  LogItemView,
} from '../../../../src/shared/detailsProtocol.ts';

type Message<Type extends DetailsHostMessage['type']> = Extract<DetailsHostMessage, { type: Type }>;

/** A details page that applies messages in the same way as the real page. */
export class FakeDetailsPage {
  readonly messages: DetailsHostMessage[] = [];
  rows: ExceptionView[] = [];
  items: LogItemView[] = [];

  readonly take = (message: DetailsHostMessage): void => {
    // VS Code sends messages as JSON.
    assert.deepEqual(decodeDetailsHostMessage(JSON.parse(JSON.stringify(message))), message);
    this.messages.push(message);
    if (message.type === 'exceptions') this.rows = [...this.rows.slice(0, message.from), ...message.rows];
    if (message.type === 'log') this.items = [...this.items.slice(0, message.from), ...message.items];
  };

  last<Type extends DetailsHostMessage['type']>(type: Type): Message<Type> | undefined {
    return this.messages.findLast((message): message is Message<Type> => message.type === type);
  }

  /** The phases of a table, in the order of the received messages. */
  phases(type: 'history' | 'exceptions' | 'log'): string[] {
    return this.messages.flatMap((message) => (message.type === type ? [message.load.phase] : []));
  }
}

/** A host with one Datasource. It records actions in `acts`, and returns short codes instead of localized texts. */
export class StandInHost implements DetailsHost {
  readonly #address: AccountAddress;
  readonly changes = new Emitter<string>();
  readonly onDidChange = this.changes.event;
  readonly acts: string[] = [];
  numbers: DetailsNumbers | undefined;
  known: Datasource | undefined;
  isRemoved = false;
  /** Processes Resources. Default: reports at once that every Resource was sent. */
  processing = (
    paths: readonly NodePath[],
    ended: (path: NodePath, error: unknown) => void,
  ): Promise<boolean> => {
    for (const path of paths) ended(path, undefined);
    return Promise.resolve(true);
  };

  constructor(address: AccountAddress, known: Datasource) {
    this.#address = address;
    this.known = known;
  }

  isGone(): boolean {
    return this.isRemoved;
  }

  datasource(): Datasource | undefined {
    return this.known;
  }

  header(_target: unknown, numbers: DetailsNumbers, last: DetailsHeader | undefined): DetailsHeader {
    this.numbers = numbers;
    const title = this.known?.title ?? last?.title ?? '';
    const status = { tone: 'ok', icon: 'check', result: this.known?.status ?? '' } as const;
    return { title, type: 'Confluence', status, facts: [], actions: [], isGone: this.known === undefined };
  }

  resourcePath(_target: unknown, reference: string): NodePath | undefined {
    return this.known && nodePath(this.#address, reference);
  }

  describeError(error: unknown): string {
    return error instanceof Error ? error.message : 'odd';
  }

  describeHistory({ audit, collection }: Parameters<DetailsHost['describeHistory']>[0]): string | undefined {
    return audit === 'read' && collection === 'read' ? undefined : `${audit}, ${collection}`;
  }

  describeLimit(shown: number): string {
    return `only ${shown}`;
  }

  describeNoAccess(log: string): string {
    return `no access to ${log}`;
  }

  describeSent(error: unknown): string {
    return error === undefined ? 'sent' : this.describeError(error);
  }

  readonly act: DetailsHost['act'] = (_target, action) => this.#note(`act ${action}`);
  readonly open: DetailsHost['open'] = (_, { path, title }) => this.#note(`open ${path} ${title}`);
  readonly reveal: DetailsHost['reveal'] = (_, { path }) => this.#note(`reveal ${path}`);
  readonly saveExceptions: DetailsHost['saveExceptions'] = (_, choice) =>
    this.#note(`save ${JSON.stringify(choice)}`);
  readonly openLogDocument: DetailsHost['openLogDocument'] = (_, { log }) => this.#note(`document ${log}`);
  readonly tellMissing: DetailsHost['tellMissing'] = () => this.#note('missing');
  readonly tell: DetailsHost['tell'] = (error) => this.#note(`tell ${this.describeError(error)}`);

  process(
    _target: unknown,
    paths: readonly NodePath[],
    ended: (path: NodePath, error: unknown) => void,
  ): Promise<boolean> {
    this.acts.push(`process ${paths.join(' ')}`);
    return this.processing(paths, ended);
  }

  showLog(): void {
    this.acts.push('log');
  }

  #note(act: string): Promise<void> {
    this.acts.push(act);
    return Promise.resolve();
  }
}
