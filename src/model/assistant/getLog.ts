import { randomBytes } from 'node:crypto';
import type { LogItem } from '../../onna/wire/logs.ts';
import type { LogCursor, LogOwner, LogSelection } from '../history/logReader.ts';
import type { AssistantDeps, KnownDatasource, ToolCall } from './assistantDeps.ts';
import { timeWords } from './datasourceWords.ts';
import { maxTitle, type DatasourceFinder } from './datasourceFinder.ts';
import { maxLogItems, type ToolInput } from './toolInputs.ts';
import { ToolRefusal, type ToolText } from './toolText.ts';
import { cellText } from './visibleText.ts';

const maxMessage = 500;
/** Maximum number of parts of the log that one call reads. */
const maxParts = 5;
/** Maximum number of logs that can be continued. The oldest are forgotten first. */
const maxOpen = 20;

type Deps = Pick<AssistantDeps, 'logs' | 'linkToLog'>;

/** A log that was read in part. */
interface OpenLog {
  readonly target: KnownDatasource;
  readonly selection: LogSelection;
  /** The entries that were read but not returned. */
  readonly rest: readonly LogItem[];
  /** The place of the next entries. Undefined if the log has no older entries. */
  readonly cursor: LogCursor | undefined;
  /** Whether no part of the log was read yet. */
  readonly isNew: boolean;
}

/** Returns the newest entries of a Datasource's log, or continues with older entries. */
export class GetLog {
  readonly #deps: Deps;
  readonly #finder: DatasourceFinder;
  readonly #open = new Map<string, OpenLog>();

  constructor(deps: Deps, finder: DatasourceFinder) {
    this.#deps = deps;
    this.#finder = finder;
  }

  /** Sends one request, or a few if the log has few errors. */
  async run(input: ToolInput<'onna_get_log'>, { signal }: ToolCall): Promise<ToolText> {
    const { limit = maxLogItems } = input;
    const log = this.#start(input);
    const { target, selection } = log;
    const owner: LogOwner = { connectionId: target.connectionId, path: target.datasource.path };
    let { cursor } = log;
    let items = log.rest;
    for (let part = 0; part < maxParts && items.length < limit; part++) {
      if (cursor === undefined && !(log.isNew && part === 0)) break;
      const read = await this.#deps.logs.read(owner, selection, cursor, signal);
      items = [...items, ...read.items];
      ({ cursor } = read);
    }
    const shown = items.slice(0, limit);
    const kind = selection.errorsOnly ? 'errors' : 'entries';
    const handle = `log-${randomBytes(6).toString('hex')}`;
    const link = `The log as a document: ${this.#deps.linkToLog(target, selection.log)}`;
    return {
      lead:
        shown.length === 0
          ? `The ${selection.log} log has no ${log.isNew ? '' : 'older '}${kind}${cursor ? ' in the part that was read' : ''}.`
          : `The ${log.isNew ? 'newest' : 'older'} ${kind} of the ${selection.log} log. Columns: time, outcome, event, file, text.`,
      // The link is the first row, so that other rows are left out before it.
      rows: [link, ...shown.map(row)],
      end: (rows) => {
        const rest = items.slice(Math.max(0, rows - 1));
        if (rest.length === 0 && cursor === undefined) return 'There are no older entries.';
        this.#keep(handle, { target, selection, rest, cursor, isNew: false });
        return `For older entries, call again with cursor ${handle}.`;
      },
    };
  }

  #start(input: ToolInput<'onna_get_log'>): OpenLog {
    const { log = 'collection', errorsOnly = true, from, to, cursor } = input;
    const target = this.#finder.datasource(input.datasource);
    if (cursor === undefined) {
      const selection = { log, errorsOnly, from: timeOf(from), to: timeOf(to) };
      return { target, selection, rest: [], cursor: undefined, isNew: true };
    }
    const open = this.#open.get(cursor.trim().toLowerCase());
    const isSame =
      open?.target.connectionId === target.connectionId && open.target.datasource.id === target.datasource.id;
    if (open && isSame) return open;
    throw new ToolRefusal('This cursor is unknown. Call the tool again without it.');
  }

  #keep(handle: string, log: OpenLog): void {
    this.#open.delete(handle);
    this.#open.set(handle, log);
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
  }

  /** Forgets all entries. Call when an account has signed out. */
  forget(): void {
    this.#open.clear();
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function row({ at, outcome, action, file, place, error, message, user }: LogItem): string {
  const cell = (text: string | undefined): string => cellText(text ?? '–', maxTitle);
  const words = [error, message].flatMap((text) => (text === undefined ? [] : [cellText(text, maxMessage)]));
  return [
    timeWords(at),
    outcome,
    cell(action),
    cell(file ?? place),
    words.join('; ') || '–',
    ...(user === undefined ? [] : [`user ${cell(user)}`]),
  ].join(' | ');
}
