import * as vscode from 'vscode';
import type { LazyPart } from '../../base/lazyPart.ts';
import { toolNames } from '../../model/assistant/toolNames.ts';
import type { SettingId } from '../../model/settings/settingValues.ts';
import type { Services } from '../services.ts';
import type { AssistantTools } from './assistantTools.ts';

const mcpSetting = 'onna.mcp.enabled' satisfies SettingId;

/**
 * Registers the tools for VS Code's agent, and starts the MCP server if the user has turned it on. The code of both is
 * loaded when it is first needed. package.json offers the tools only while an account is signed in.
 */
export function registerAssistant(
  tools: LazyPart<AssistantTools>,
  { settings, log }: Pick<Services, 'settings' | 'log'>,
): vscode.Disposable {
  const loadMcpServer = (): void => {
    if (!settings.get(mcpSetting)) return;
    tools.get().catch((error: unknown) => log.error('The MCP server could not be loaded', error));
  };
  loadMcpServer();
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(mcpSetting)) loadMcpServer();
    }),
    ...toolNames.map((name) =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }) => (await tools.get()).prepare(name, input),
        invoke: async (options, token) => (await tools.get()).invoke(name, options, token),
      }),
    ),
  );
}
