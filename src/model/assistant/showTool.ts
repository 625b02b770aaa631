import type { AssistantDeps } from './assistantDeps.ts';
import type { DatasourceFinder } from './datasourceFinder.ts';
import type { IssuedResources } from './issuedResources.ts';
import type { ToolInput } from './toolInputs.ts';
import { ToolRefusal, type ToolText } from './toolText.ts';

/** Shows a Datasource, a Resource or a search page to the person. Does not change any data in the service. */
export class ShowTool {
  readonly #deps: Pick<AssistantDeps, 'show'>;
  readonly #finder: DatasourceFinder;
  readonly #issued: IssuedResources;

  constructor(deps: Pick<AssistantDeps, 'show'>, finder: DatasourceFinder, issued: IssuedResources) {
    this.#deps = deps;
    this.#finder = finder;
    this.#issued = issued;
  }

  async run({ what, datasource, resource, account }: ToolInput<'onna_show'>): Promise<ToolText> {
    if (what === 'row' && resource !== undefined) {
      await this.#deps.show({ what: 'resource', ...this.#issued.get(resource) });
      return { lead: 'The tree now selects the Resource.', rows: [] };
    }
    const target = datasource === undefined ? undefined : this.#finder.datasource(datasource);
    if (what === 'search') {
      const connectionId = target?.connectionId ?? this.#finder.account(account).connection.id;
      await this.#deps.show({ what, connectionId, datasourceId: target?.datasource.id });
      return { lead: 'The search page is open. The person can type a query there.', rows: [] };
    }
    if (!target) throw new ToolRefusal('Name a Datasource, or for “row” a hit of onna_search.');
    await this.#deps.show({ what, ...target });
    const lead = what === 'row' ? 'The tree now selects the Datasource.' : 'The details page is open.';
    return { lead, rows: [] };
  }
}
