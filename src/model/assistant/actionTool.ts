import { OnnaError } from '../../onna/errors.ts';
import { availableActions } from '../datasources/availableActions.ts';
import type { AssistantDeps, ToolCall } from './assistantDeps.ts';
import { statusWords } from './datasourceWords.ts';
import type { DatasourceFinder } from './datasourceFinder.ts';
import type { ToolInput } from './toolInputs.ts';
import type { ActionTool } from './toolNames.ts';
import { ToolRefusal, type ToolText } from './toolText.ts';

type Deps = Pick<AssistantDeps, 'actions' | 'store' | 'findings' | 'mayAct' | 'confirm'>;

const actionOf = { onna_sync: 'sync', onna_reprocess: 'reprocess' } as const;

/** Syncs a Datasource or processes it again, if the user allows actions and confirms this one. */
export class ActionTools {
  readonly #deps: Deps;
  readonly #finder: DatasourceFinder;

  constructor(deps: Deps, finder: DatasourceFinder) {
    this.#deps = deps;
    this.#finder = finder;
  }

  async run(tool: ActionTool, input: ToolInput<ActionTool>, { signal }: ToolCall): Promise<ToolText> {
    const { mayAct, confirm, actions, store, findings } = this.#deps;
    const target = this.#finder.datasource(input.datasource);
    const { connectionId, datasource } = target;
    this.#check(mayAct);
    if (!availableActions(datasource).has(actionOf[tool]))
      throw new ToolRefusal(
        'The status of the Datasource, or the permissions of the user, do not allow this now.',
        [statusWords(datasource, findings.get(connectionId, datasource))],
      );
    if (!(await confirm(tool, target)))
      throw new ToolRefusal('The user declined. Do not call this tool again unless the user asks for it.');
    if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
    // The setting, the account and the Datasource may have changed while the question was open.
    this.#check(mayAct);
    const current = store.find(connectionId, datasource.id);
    if (!current || !availableActions(current).has(actionOf[tool]))
      throw new ToolRefusal('The Datasource has changed in the meantime. Nothing was sent.');
    await actions[actionOf[tool]](connectionId, current, signal);
    return {
      lead:
        tool === 'onna_sync'
          ? 'The service accepted the request to sync. The sync takes a while: onna_get_datasource returns its state.'
          : 'The service accepted the request to process the unprocessed Resources again.',
      rows: [],
    };
  }

  #check(mayAct: () => boolean): void {
    if (!mayAct())
      throw new ToolRefusal(
        'The user has not allowed actions. They can turn on the setting onna.assistant.actions. Do not ask again.',
      );
  }
}
