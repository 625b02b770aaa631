import { nodePath } from '../../onna/address.ts';
import type { SearchHit } from '../../onna/wire/search.ts';
import { calendarIn } from '../../shared/calendar.ts';
import { nameInId } from '../search/presentHit.ts';
import { parseHighlight } from '../search/highlight.ts';
import { compileQuery } from '../search/query/compile.ts';
import { searchRequest, searchWindow } from '../search/searchRequest.ts';
import type { AssistantDeps, ToolCall } from './assistantDeps.ts';
import { timeWords } from './datasourceWords.ts';
import { datasourceHandle, maxTitle, type DatasourceFinder } from './datasourceFinder.ts';
import type { IssuedResources } from './issuedResources.ts';
import { maxHits, type ToolInput } from './toolInputs.ts';
import { ToolRefusal, type ToolText } from './toolText.ts';
import { cellText, visibleLine } from './visibleText.ts';

/** Maximum length of a snippet, in UTF-16 units. */
const maxSnippet = 400;
const maxSnippetsPerHit = 2;

type Deps = Pick<AssistantDeps, 'store' | 'client' | 'clock' | 'timeZone' | 'describeProblem' | 'linkToText'>;

/** The query as it is confirmed and sent. */
export function shownQuery({ query }: Pick<ToolInput<'onna_search'>, 'query'>): string {
  return visibleLine(query, query.length);
}

/** Searches an account or one Datasource. */
export class SearchTool {
  readonly #deps: Deps;
  readonly #finder: DatasourceFinder;
  readonly #issued: IssuedResources;

  constructor(deps: Deps, finder: DatasourceFinder, issued: IssuedResources) {
    this.#deps = deps;
    this.#finder = finder;
    this.#issued = issued;
  }

  /** Sends one request. */
  async run(input: ToolInput<'onna_search'>, { signal }: ToolCall): Promise<ToolText> {
    const { offset = 0, limit = maxHits, sort = 'relevance' } = input;
    if (offset + limit > searchWindow)
      throw new ToolRefusal(`A search returns at most its first ${searchWindow} hits. Use a narrower query.`);
    const target = input.datasource === undefined ? undefined : this.#finder.datasource(input.datasource);
    const connectionId = target?.connectionId ?? this.#finder.account(input.account).connection.id;
    const terms = this.#compile(shownQuery(input), connectionId);
    const client = await this.#deps.client(connectionId);
    const request = searchRequest({ terms, sort }, { from: offset, size: limit, counts: [] });
    const { hits, total } = await client.search(target?.datasource.path ?? '', request, signal);
    const rows = hits.map((hit) => this.#row(connectionId, hit));
    return {
      lead:
        rows.length === 0
          ? 'No hits.'
          : `Hits ${offset + 1} to ${offset + rows.length} of ${total ?? 'an unknown number'}. Columns: id, title, Datasource, type, changed, link, text around the matches.`,
      rows,
      end: (shown) =>
        shown > 0 && (total === undefined ? shown === limit : offset + shown < total)
          ? `For more, call again with offset ${offset + shown}. onna_read_resource returns the text of a hit.`
          : '',
    };
  }

  #compile(query: string, connectionId: string) {
    const snapshot = this.#deps.store.get(connectionId);
    const compiled = compileQuery(query, {
      datasources: [...(snapshot?.datasources.values() ?? [])].map(({ id, title, type }) => ({
        uid: id,
        title,
        type,
      })),
      calendar: calendarIn(this.#deps.timeZone(), this.#deps.clock.now()),
    });
    if (compiled.kind === 'terms') return compiled.terms;
    const problems = compiled.diagnostics.map((diagnostic) => this.#deps.describeProblem(diagnostic));
    throw new ToolRefusal('The query can’t be used. Correct it and call the tool again.', problems);
  }

  #row(connectionId: string, hit: SearchHit): string {
    const snapshot = this.#deps.store.get(connectionId);
    const path =
      snapshot &&
      nodePath(snapshot.connection, hit.id, (possible) =>
        [...snapshot.datasources.values()].some((one) => `${possible}/`.startsWith(`${one.path}/`)),
      );
    const title = visibleLine(hit.title ?? '', maxTitle) || visibleLine(nameInId(hit.id), maxTitle);
    const resource = path === undefined ? undefined : { connectionId, path, title };
    const { datasource, extension, modified } = hit;
    return [
      resource ? this.#issued.issue(resource) : 'no id: can’t be read',
      cellText(title, maxTitle),
      cellText(datasource?.title ?? '–', maxTitle) +
        (datasource?.uid !== undefined && snapshot?.datasources.has(datasource.uid)
          ? ` (${datasourceHandle(connectionId, datasource.uid)})`
          : ''),
      cellText(extension ?? '–', maxTitle),
      timeWords(modified),
      resource ? this.#deps.linkToText(resource) : '–',
      ...snippetsOf(hit),
    ].join(' | ');
  }
}

function snippetsOf({ highlights }: SearchHit): readonly string[] {
  return highlights
    .filter(({ field }) => !field.startsWith('title'))
    .flatMap(({ fragments }) => fragments)
    .slice(0, maxSnippetsPerHit)
    .map((fragment) => cellText(parseHighlight(fragment).join(''), maxSnippet));
}
