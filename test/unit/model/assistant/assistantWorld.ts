import { Assistant } from '../../../../src/model/assistant/assistant.ts';
import { AssistantActivity, type ToolRecord } from '../../../../src/model/assistant/assistantActivity.ts';
import type { AssistantDeps, Shown } from '../../../../src/model/assistant/assistantDeps.ts';
import { usualBudget, type TokenBudget } from '../../../../src/model/assistant/tokenBudget.ts';
import type { ToolResult } from '../../../../src/model/assistant/assistant.ts';
import type { ActionTool, ToolName } from '../../../../src/model/assistant/toolNames.ts';
import { Actions } from '../../../../src/model/datasources/actions.ts';
import { ExceptionList } from '../../../../src/model/history/exceptionList.ts';
import { HistoryReader } from '../../../../src/model/history/historyReader.ts';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { Fixture } from '../../sandbox/support/fixture.ts';
import { ManageWorld } from '../manage/manageWorld.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

/** The tools of the assistant with a real client and a sandbox. */
export class AssistantWorld {
  readonly account: SandboxAccount;
  readonly known: ManageWorld;
  readonly assistant: Assistant;
  /** Creates the tools for another client of the same window. */
  readonly newAssistant: () => Assistant;
  readonly records: ToolRecord[] = [];
  /** The objects that the tools have shown to the person. */
  readonly shown: Shown[] = [];
  /** The questions that the person was asked. */
  readonly questions: ActionTool[] = [];
  /** The number of times that a tool used the client. */
  clientUses = 0;
  /** The error of every request. Undefined: the requests reach the sandbox. */
  failure: OnnaError | undefined;
  mayAct = false;
  /** The person's answer to each question. */
  answer: () => boolean = () => true;

  private constructor(fixture: Fixture, account: SandboxAccount, findings: AssistantDeps['findings']) {
    this.account = account;
    this.known = new ManageWorld(fixture.sandbox, fixture.sandbox.user, account.client);
    const { store } = this.known;
    const client = (): Promise<SandboxAccount['client']> => {
      this.clientUses += 1;
      return this.failure ? Promise.reject(this.failure) : Promise.resolve(account.client);
    };
    const logs = new LogReader(client);
    const deps: AssistantDeps = {
      ...{ store, logs, findings, client, clock: fixture.clock },
      history: new HistoryReader({ read: () => Promise.resolve([]) }, logs),
      exceptions: new ExceptionList(client),
      actions: new Actions({ store, client, clock: fixture.clock, acted: () => undefined }),
      ready: () => Promise.resolve(),
      timeZone: () => 'UTC',
      describeError: (error) => {
        if (!(error instanceof OnnaError)) return String(error);
        const { failure } = error;
        return 'message' in failure && failure.message ? failure.message : JSON.stringify(failure);
      },
      describeProblem: ({ problem, subject }) => `${problem}: ${subject}`,
      linkToText: ({ path }) => `onna:${encodeURI(path)}`,
      linkToLog: ({ datasource }, log) => `onna:${encodeURI(datasource.path)}?${log}`,
      mayAct: () => this.mayAct,
      confirm: (action) => {
        this.questions.push(action);
        return Promise.resolve(this.answer());
      },
      show: (target) => {
        this.shown.push(target);
        return Promise.resolve();
      },
    };
    const activity = new AssistantActivity((record) => this.records.push(record));
    this.newAssistant = () => new Assistant(deps, activity);
    this.assistant = this.newAssistant();
  }

  static async open(
    fixture: Fixture,
    findings: AssistantDeps['findings'] = { get: () => ({ reason: undefined, exceptions: undefined }) },
  ): Promise<AssistantWorld> {
    const world = new AssistantWorld(fixture, await SandboxAccount.signedIn(fixture.sandbox), findings);
    await world.known.poll();
    return world;
  }

  /** Calls a tool as VS Code's agent does. */
  call(name: ToolName, input: unknown = {}, budget: TokenBudget = usualBudget): Promise<ToolResult> {
    const { signal } = new AbortController();
    return this.assistant.call(name, input, { source: 'agent', signal, budget });
  }

  /** The ids in the result of a tool. */
  async ids(name: ToolName, input: unknown = {}): Promise<readonly string[]> {
    const { text } = await this.call(name, input);
    return [...text.matchAll(/^((?:ds|hit)-[0-9a-f]{12}) \|/gm)].map(([, id = '']) => id);
  }

  close(): Promise<void> {
    return this.account.close();
  }
}

/** The block of a result that contains text from the service, and the text outside the block. */
export function splitResult(text: string): { readonly block: string; readonly outside: string } {
  const found = /^<(onna-data-[0-9a-f]{16})>\n([\s\S]*)\n<\/\1>$/m.exec(text);
  return { block: found?.[2] ?? '', outside: found ? text.replace(found[0], '') : text };
}
