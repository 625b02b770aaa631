import { Owner } from '../../base/event.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { LogItem } from '../../onna/wire/logs.ts';
import type { FrontsearchRequest } from '../../onna/wire/search.ts';
import { displayText } from '../../shared/displayText.ts';
import { firstLogChoice } from '../../shared/detailsProtocol.ts';
import type { DetailsLoad, LogChoice, LogItemView } from '../../shared/detailsProtocol.ts';
import type { LogCursor, LogPart } from '../history/logReader.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { LoadTurns } from './loadTurns.ts';

/** Maximum length of shown texts. */
const maxText = 500;
/** Maximum length of a uid that can be searched for. */
const maxId = 200;

/** The log on a details page. */
export class LogSection extends Owner {
  readonly #deps: DetailsDeps;
  readonly #target: DetailsTarget;
  readonly #turns = new LoadTurns();
  #choice = firstLogChoice;
  /** The choice that the entries belong to. */
  #shownChoice = firstLogChoice;
  #load: DetailsLoad = { phase: 'idle' };
  #items: LogItem[] = [];
  #cursor: LogCursor | undefined;

  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super();
    this.#deps = deps;
    this.#target = target;
    this.register({ dispose: () => this.#turns.stop() });
  }

  get choice(): LogChoice {
    return this.#choice;
  }

  /** Takes over the choice of a page that was created again. */
  restore(choice: LogChoice): void {
    if (this.#load.phase === 'idle') this.#choice = choice;
  }

  async choose(choice: LogChoice): Promise<void> {
    this.#choice = choice;
    await this.load(true);
  }

  /** Loads the newest entries. @param again Also if they are there already. */
  async load(again: boolean): Promise<void> {
    if ((this.#load.phase === 'ready' || this.#turns.isLoading) && !again) return;
    await this.#read(undefined);
  }

  /** @param loaded The number of entries that the page has, so that a late request loads nothing twice. */
  async loadOlder(loaded: number): Promise<void> {
    if (this.#cursor === undefined || this.#turns.isLoading || loaded !== this.#items.length) return;
    await this.#read(this.#cursor);
  }

  /**
   * Finds the Resource that an entry is about: a log has only its uid. One request.
   * @returns Undefined if no entry has this id, or the Resource is gone.
   * @throws OnnaError
   */
  async find(id: string): Promise<DetailsResource | undefined> {
    const { host } = this.#deps;
    const datasource = host.datasource(this.#target);
    const item = this.#items.find(({ uid }) => uid === id);
    if (!datasource || !item) return undefined;
    const request: FrontsearchRequest = {
      advanced: { and: [{ in: [{ var: 'uuid' }, [id]] }] },
      from: 0,
      size: 1,
      includes: ['@id', '@uid', 'title'],
      highlight: false,
      hide_children: false,
    };
    const client = await this.#deps.client(this.#target.connectionId);
    const { hits } = await client.search(datasource.path, request);
    const hit = hits.find(({ uid }) => uid === undefined || uid === id);
    const path = hit && host.resourcePath(this.#target, hit.id);
    const title = displayText(hit?.title ?? item.file ?? id, maxText);
    return path === undefined ? undefined : { path, title };
  }

  /** The entries may no longer be complete. */
  expire(): void {
    if (this.#load.phase === 'ready') this.#load = { phase: 'idle' };
  }

  cancel(): void {
    this.#turns.stop();
    this.#stopped();
  }

  /** Sends all entries, if they were requested. */
  post(): void {
    if (this.#load.phase !== 'idle') this.#send(0);
  }

  /** Shows the entries from before the load again. */
  #stopped(): void {
    if (this.#load.phase !== 'loading') return;
    this.#choice = this.#items.length > 0 ? this.#shownChoice : this.#choice;
    this.#load = { phase: this.#items.length > 0 ? 'ready' : 'idle' };
    this.#send(0);
  }

  #send(from: number): void {
    if (this.isDisposed) return;
    this.#deps.post({
      type: 'log',
      load: this.#load,
      choice: this.#choice,
      from,
      items: this.#items.slice(from).map((item) => this.#view(item)),
      hasOlder: this.#cursor !== undefined,
    });
  }

  async #read(cursor: LogCursor | undefined): Promise<void> {
    const { host, logs } = this.#deps;
    const datasource = host.datasource(this.#target);
    if (!datasource) return;
    const owner = { connectionId: this.#target.connectionId, path: datasource.path };
    const choice = this.#choice;
    this.#load = { phase: 'loading' };
    this.#send(this.#items.length);
    let part: LogPart | undefined;
    try {
      part = await this.#turns.run((signal) => logs.read(owner, choice, cursor, signal));
    } catch (error) {
      if (cursor === undefined) {
        this.#items = [];
        this.#cursor = undefined;
      }
      const isForbidden = isOnnaError(error, 'noPermission');
      const notice = isForbidden ? host.describeNoAccess(choice.log) : host.describeError(error);
      this.#load = { phase: 'failed', notice };
      this.#send(this.#items.length);
      return;
    }
    if (!part) {
      if (!this.#turns.isLoading) this.#stopped();
      return;
    }
    const from = cursor === undefined ? 0 : this.#items.length;
    this.#items = cursor === undefined ? [...part.items] : this.#items.concat(part.items);
    this.#cursor = part.cursor;
    this.#shownChoice = choice;
    this.#load = { phase: 'ready' };
    this.#send(from);
  }

  #view(item: LogItem): LogItemView {
    const { at, outcome, action, file, error, message, user, uid } = item;
    const isAudit = this.#shownChoice.log === 'audit';
    const words = [error, message].filter((text) => text !== undefined && text !== '').join(' · ');
    return {
      outcome,
      action: displayText(action, maxText),
      message: displayText(words === '' ? statusText(item) : words, maxText),
      ...(at !== undefined && { at }),
      ...(file !== undefined && !isAudit && { file: displayText(file, maxText) }),
      ...(uid !== undefined && uid.length <= maxId && !isAudit && { id: uid }),
      ...(user !== undefined && { user: displayText(user, maxText) }),
    };
  }
}

function statusText({ status }: LogItem): string {
  return status ?? '';
}
