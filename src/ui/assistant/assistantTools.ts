import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { Assistant } from '../../model/assistant/assistant.ts';
import { AssistantActivity } from '../../model/assistant/assistantActivity.ts';
import { usualBudget, type TokenBudget } from '../../model/assistant/tokenBudget.ts';
import type { ToolName } from '../../model/assistant/toolNames.ts';
import { showActivity } from './activityList.ts';
import { assistantHost, type AssistantParts } from './assistantHost.ts';
import { confirmationOf, invocationMessage } from './confirmations.ts';
import { McpServer, type McpServerParts } from './mcpServer.ts';

/** Dependencies of {@link AssistantTools}. */
type AssistantToolsParts = AssistantParts & Omit<McpServerParts, 'createAssistant'>;

/**
 * The tools of VS Code's agent and of the MCP server. Loaded with the first call of a tool, or at the start if the MCP
 * server is on.
 */
export class AssistantTools extends Owner {
  readonly mcp: McpServer;
  readonly #activity: AssistantActivity;
  readonly #assistant: Assistant;
  readonly #zone: AssistantParts['services']['zone'];

  constructor(parts: AssistantToolsParts) {
    super();
    const { log, accounts, zone } = parts.services;
    this.#activity = new AssistantActivity(
      ({ tool, source, durationMs, inputLength, outputLength, outcome }) =>
        log.info(
          `${tool} (${source}): ${outcome}, ${durationMs} ms, input ${inputLength}, output ${outputLength} characters`,
        ),
    );
    const host = assistantHost(parts);
    const createAssistant = (): Assistant => new Assistant(host, this.#activity);
    this.#assistant = createAssistant();
    this.mcp = this.register(new McpServer({ ...parts, createAssistant }));
    this.#zone = zone;
    this.register(accounts.onDidChange(() => this.#assistant.forgetSignedOut()));
  }

  /** Returns the question that VS Code asks. Sends no request and changes nothing. */
  prepare(name: ToolName, input: unknown): vscode.PreparedToolInvocation {
    const fields = typeof input === 'object' && input !== null ? input : {};
    const confirmationMessages = confirmationOf(name, fields, (id) => this.#assistant.issued.find(id)?.title);
    return {
      invocationMessage: invocationMessage(name),
      ...(confirmationMessages && { confirmationMessages }),
    };
  }

  async invoke(
    name: ToolName,
    { input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<unknown>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      const budget = budgetOf(tokenizationOptions, token);
      const { text } = await this.#assistant.call(name, input, {
        source: 'agent',
        signal: abort.signal,
        budget,
      });
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } finally {
      listener.dispose();
    }
  }

  /** Lists the calls of this session. */
  async showActivity(): Promise<void> {
    await showActivity(this.#activity.calls, this.#zone.current);
  }
}

function budgetOf(
  options: vscode.LanguageModelToolTokenizationOptions | undefined,
  token: vscode.CancellationToken,
): TokenBudget {
  if (!options) return usualBudget;
  return { tokens: options.tokenBudget, count: (text) => options.countTokens(text, token) };
}
