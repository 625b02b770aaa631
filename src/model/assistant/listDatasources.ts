import { attentionReason } from '../datasources/attention.ts';
import { DatasourceFilter } from '../datasources/datasourceFilter.ts';
import { typeLabel, type Datasource } from '../datasources/datasource.ts';
import type { AssistantDeps, KnownDatasource } from './assistantDeps.ts';
import { statusWords } from './datasourceWords.ts';
import { maxTitle, workspaceTitle, type DatasourceFinder } from './datasourceFinder.ts';
import { maxListed, type ToolInput } from './toolInputs.ts';
import type { ToolText } from './toolText.ts';
import { visibleLine } from './visibleText.ts';

/** Lists Datasources from the store. Sends no request. */
export class ListDatasources {
  readonly #deps: Pick<AssistantDeps, 'store' | 'findings'>;
  readonly #finder: DatasourceFinder;
  readonly #filter = new DatasourceFilter();

  constructor(deps: Pick<AssistantDeps, 'store' | 'findings'>, finder: DatasourceFinder) {
    this.#deps = deps;
    this.#finder = finder;
  }

  run(input: ToolInput<'onna_list_datasources'>): ToolText {
    const { offset = 0, limit = maxListed } = input;
    const found = this.#finder.all().filter(this.#matches(input));
    const shown = found.slice(offset, offset + limit);
    const accounts = this.#deps.store.connections();
    const isOld = accounts.some(({ failure }) => failure !== undefined);
    return {
      lead: [
        found.length === 0
          ? 'No Datasource matches.'
          : `Datasources ${offset + 1} to ${offset + shown.length} of ${found.length} that match. Columns: id, title, type, Workspace, status.`,
        ...(accounts.length === 0 ? ['No account is signed in. Ask the user to run “Onna: Sign In…”.'] : []),
        ...(isOld ? ['The last request to the service failed, so this list may be outdated.'] : []),
      ].join(' '),
      rows: shown.map((target) => this.#row(target)),
      end: (rows) =>
        offset + rows < found.length && rows > 0 ? `For more, call again with offset ${offset + rows}.` : '',
    };
  }

  #row(target: KnownDatasource): string {
    const { connectionId, datasource } = target;
    return `${this.#finder.candidate(target)} | ${statusWords(datasource, this.#deps.findings.get(connectionId, datasource))}`;
  }

  #matches(input: ToolInput<'onna_list_datasources'>): (target: KnownDatasource) => boolean {
    const { text = '', status, type, workspace } = input;
    const { findings, store } = this.#deps;
    const same = (value: string, wanted: string | undefined): boolean =>
      wanted === undefined || value.toLowerCase() === visibleLine(wanted, maxTitle).toLowerCase();
    return (target) => {
      const { connectionId, datasource } = target;
      const snapshot = store.get(connectionId);
      const user = snapshot?.connection.user;
      return (
        hasStatus(datasource, user, status) &&
        (same(typeLabel(datasource.type), type) || same(datasource.type, type)) &&
        (workspace === undefined ||
          (snapshot !== undefined && same(workspaceTitle(snapshot, target), workspace))) &&
        this.#filter.matches(text, datasource, {
          hasExceptions: () => (findings.get(connectionId, datasource).exceptions ?? 0) > 0,
          needsAttention: () => attentionReason(datasource, user) !== undefined,
        })
      );
    };
  }
}

function hasStatus(
  datasource: Datasource,
  user: string | undefined,
  wanted: ToolInput<'onna_list_datasources'>['status'],
): boolean {
  if (wanted === undefined) return true;
  if (wanted === 'attention')
    return attentionReason(datasource, user) !== undefined || datasource.status === 'failed';
  return datasource.status === wanted;
}
