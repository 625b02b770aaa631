import type { NodePath } from '../../onna/address.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { LogItem } from '../../onna/wire/logs.ts';
import type { FrontsearchRequest } from '../../onna/wire/search.ts';
import { displayText } from '../../shared/displayText.ts';
import { firstLogChoice, type LogChoice, type LogItemView } from '../../shared/detailsProtocol.ts';
import type { LogCursor } from '../history/logReader.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { PagedSection, type SectionPage } from './pagedSection.ts';

/** Maximum length of a shown text, in characters. */
const maxText = 500;
/** Maximum length of a uid that can be searched for, in characters. */
const maxId = 200;

/** Maximum number of entries that are kept. A date range leads to older ones. */
export const maxLogEntries = 50_000;

/** The log on a details page. */
export class LogSection extends PagedSection<LogChoice, LogItem, LogCursor> {
  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super(deps, target, firstLogChoice, maxLogEntries);
  }

  /**
   * Finds the Resource of a log entry with one search request, because the log contains only the Resource's uid.
   * @returns Undefined if no entry has this id, or the Resource is gone.
   * @throws OnnaError
   */
  async find(id: string): Promise<DetailsResource | undefined> {
    const { host } = this.deps;
    const datasource = host.datasource(this.target);
    const item = this.rows.find(({ uid }) => uid === id);
    if (!datasource || !item) return undefined;
    const request: FrontsearchRequest = {
      advanced: { and: [{ in: [{ var: 'uuid' }, [id]] }] },
      from: 0,
      size: 1,
      includes: ['@id', '@uid', 'title'],
      highlight: false,
      hide_children: false,
    };
    const client = await this.deps.client(this.target.connectionId);
    const { hits } = await client.search(datasource.path, request);
    const hit = hits.find(({ uid }) => uid === undefined || uid === id);
    const path = hit && host.resourcePath(this.target, hit.id);
    const title = displayText(hit?.title ?? item.file ?? id, maxText);
    return path === undefined ? undefined : { path, title };
  }

  protected async request(
    path: NodePath,
    choice: LogChoice,
    place: LogCursor | undefined,
    signal: AbortSignal,
  ): Promise<SectionPage<LogItem, LogCursor>> {
    const owner = { connectionId: this.target.connectionId, path };
    const { items, cursor } = await this.deps.logs.read(owner, choice, place, signal);
    return { rows: items, next: cursor };
  }

  protected take(): void {
    // A log page contains only entries, so there is nothing else to store.
  }

  protected describe(error: unknown, { log }: LogChoice): string {
    const { host } = this.deps;
    return isOnnaError(error, 'noPermission') ? host.describeNoAccess(log) : host.describeError(error);
  }

  protected send(from: number, rows: readonly LogItem[]): void {
    this.deps.post({
      type: 'log',
      load: this.state,
      choice: this.chosen,
      from,
      items: rows.map((item) => this.#view(item)),
      hasOlder: this.hasMore,
    });
  }

  #view(item: LogItem): LogItemView {
    const { at, outcome, action, file, error, message, user, uid } = item;
    const isAudit = this.shownChoice.log === 'audit';
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
