import * as v from 'valibot';
import { isOnnaError } from '../../onna/errors.ts';
import { ActionTools } from './actionTool.ts';
import type { AssistantActivity, ToolRecord } from './assistantActivity.ts';
import type { AssistantDeps, ToolCall } from './assistantDeps.ts';
import { DatasourceFinder } from './datasourceFinder.ts';
import { GetDatasource } from './getDatasource.ts';
import { GetLog } from './getLog.ts';
import { IssuedResources } from './issuedResources.ts';
import { ListDatasources } from './listDatasources.ts';
import { ReadResourceTool } from './readResourceTool.ts';
import { SearchTool } from './searchTool.ts';
import { ShowTool } from './showTool.ts';
import type { TokenBudget } from './tokenBudget.ts';
import { toolInputs, type ToolInput } from './toolInputs.ts';
import type { ToolName } from './toolNames.ts';
import { ToolRefusal, renderToolText, type ToolText } from './toolText.ts';

/** The source, the cancellation and the budget of a call. */
export interface CallOptions {
  readonly source: ToolRecord['source'];
  readonly signal: AbortSignal;
  readonly budget: TokenBudget;
}

/** The result of a call: text for a model. */
export interface ToolResult {
  readonly text: string;
  /** Whether the tool was not carried out, or failed. The text then says how to continue. */
  readonly isError: boolean;
}

type Handlers = {
  readonly [Name in ToolName]: (input: ToolInput<Name>, call: ToolCall) => ToolText | Promise<ToolText>;
};

/**
 * The tools of VS Code's agent and of the MCP server. Each client has its own instance, because a client may read only
 * what its own searches returned.
 */
export class Assistant {
  readonly issued = new IssuedResources();
  readonly finder: DatasourceFinder;
  readonly #deps: AssistantDeps;
  readonly #activity: AssistantActivity;
  readonly #reader: ReadResourceTool;
  readonly #log: GetLog;
  readonly #handlers: Handlers;

  constructor(deps: AssistantDeps, activity: AssistantActivity) {
    this.#deps = deps;
    this.#activity = activity;
    const finder = new DatasourceFinder(deps.store);
    this.finder = finder;
    const list = new ListDatasources(deps, finder);
    const details = new GetDatasource(deps, finder);
    const search = new SearchTool(deps, finder, this.issued);
    this.#reader = new ReadResourceTool(deps, this.issued);
    this.#log = new GetLog(deps, finder);
    const show = new ShowTool(deps, finder, this.issued);
    const actions = new ActionTools(deps, finder);
    this.#handlers = {
      onna_list_datasources: (input) => list.run(input),
      onna_get_datasource: (input, call) => details.run(input, call),
      onna_search: (input, call) => search.run(input, call),
      onna_read_resource: (input, call) => this.#reader.run(input, call),
      onna_get_log: (input, call) => this.#log.run(input, call),
      onna_show: (input) => show.run(input),
      onna_sync: (input, call) => actions.run('onna_sync', input, call),
      onna_reprocess: (input, call) => actions.run('onna_reprocess', input, call),
    };
  }

  /** Calls a tool. Never rejects: an error becomes a result that tells the model how to continue. */
  async call(name: ToolName, input: unknown, options: CallOptions): Promise<ToolResult> {
    const startedAt = this.#deps.clock.now();
    const { text, outcome } = await this.#result(name, input, options);
    this.#activity.add({
      tool: name,
      source: options.source,
      at: startedAt,
      durationMs: this.#deps.clock.now() - startedAt,
      inputLength: JSON.stringify(input ?? {}).length,
      outputLength: text.length,
      outcome,
    });
    return { text, isError: outcome !== 'done' };
  }

  /** Forgets everything about accounts that have signed out. */
  forgetSignedOut(): void {
    this.issued.keepOnly(new Set(this.#deps.store.connections().map(({ connection }) => connection.id)));
    this.#reader.forget();
    this.#log.forget();
  }

  async #result(
    name: ToolName,
    input: unknown,
    { signal, budget }: CallOptions,
  ): Promise<{ readonly text: string; readonly outcome: ToolRecord['outcome'] }> {
    const render = (text: ToolText): Promise<string> => renderToolText(text, budget);
    try {
      await this.#deps.ready();
      const text = await this.#run(name, input, { signal, tokens: budget.tokens });
      return { text: await render(text), outcome: 'done' };
    } catch (error) {
      if (error instanceof ToolRefusal) return { text: await render(error), outcome: 'refused' };
      if (signal.aborted || isOnnaError(error, 'cancelled'))
        return { text: 'The call was cancelled.', outcome: 'cancelled' };
      const rows = [this.#deps.describeError(error)];
      return { text: await render({ lead: failureLead(error), rows }), outcome: 'failed' };
    }
  }

  #run(name: ToolName, input: unknown, call: ToolCall): ToolText | Promise<ToolText> {
    const parsed = v.safeParse(toolInputs[name], input ?? {});
    // The compiler cannot see that the handler and the schema of the same tool fit together.
    const handler = this.#handlers[name] as (input: unknown, call: ToolCall) => ToolText | Promise<ToolText>;
    if (parsed.success) return handler(parsed.output, call);
    throw new ToolRefusal(`The input of ${name} is not valid. Correct it and call the tool again.`, [
      ...new Set(parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`)),
    ]);
  }
}

/** Tells the model whether to try again. */
function failureLead(error: unknown): string {
  if (isOnnaError(error, 'rateLimited'))
    return 'The service asks for a pause. Do not call again in the next minute; tell the user instead.';
  if (isOnnaError(error, 'signedOut', 'badCredentials'))
    return 'The account is signed out. Ask the user to run “Onna: Sign In…”.';
  if (isOnnaError(error, 'noPermission'))
    return 'The user may not do or see this. Calling again does not help.';
  if (isOnnaError(error, 'notFound')) return 'The object no longer exists, or the user may not see it.';
  return 'The request failed. Tell the user the reason. Call again at most once.';
}
