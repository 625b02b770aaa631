import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { replaceFile } from '../../base/busyFiles.ts';
import { Owner } from '../../base/event.ts';
import type { Assistant } from '../../model/assistant/assistant.ts';
import { LocalToolServer } from '../../model/assistant/localToolServer.ts';
import type { SettingId } from '../../model/settings/settingValues.ts';
import type { Services } from '../services.ts';
import { inform, showBriefly, showInformation } from '../text/messages.ts';

const enabledSetting = 'onna.mcp.enabled' satisfies SettingId;
/** The id in package.json, `mcpServerDefinitionProviders`. */
const providerId = 'onna.mcp';

/** The part of package.json that describes the tools. */
interface ToolManifest {
  readonly version: string;
  readonly contributes: {
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly modelDescription: string;
      readonly inputSchema: Record<string, unknown>;
    }[];
  };
}

/** The parts that {@link McpServer} uses. */
export interface McpServerParts {
  readonly services: Services;
  readonly context: Pick<vscode.ExtensionContext, 'extension' | 'extensionUri' | 'globalStorageUri'>;
  readonly createAssistant: () => Assistant;
}

/** Runs the MCP server of this window while the setting is on, and offers it to VS Code. */
export class McpServer extends Owner {
  readonly #parts: McpServerParts;
  readonly #folder: string;
  readonly #changes = this.register(new vscode.EventEmitter<void>());
  #server: LocalToolServer | undefined;
  /** Whether the server listens. It is not offered to VS Code before that. */
  #isReady = false;
  /** The latest start or stop of the server. The next one waits for it. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: McpServerParts) {
    super();
    this.#parts = parts;
    this.#folder = vscode.Uri.joinPath(parts.context.globalStorageUri, 'mcp').fsPath;
    this.register(
      vscode.lm.registerMcpServerDefinitionProvider(providerId, {
        onDidChangeMcpServerDefinitions: this.#changes.event,
        provideMcpServerDefinitions: () => (this.#isReady ? [this.#definition()] : []),
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(enabledSetting)) this.#update();
      }),
    );
    this.register(parts.services.accounts.onDidChange(() => this.#server?.forgetSignedOut()));
    this.#update();
  }

  /** Copies the configuration for other MCP clients. If the server is off, offers to turn it on. */
  async copyConfiguration(): Promise<void> {
    const { settings } = this.#parts.services;
    if (!settings.get(enabledSetting)) {
      const turnOn = vscode.l10n.t('Turn On');
      const choice = await showInformation(
        vscode.l10n.t(
          'The MCP server of Onna is off. Turn it on to let other programs on this computer read your Datasources.',
        ),
        turnOn,
      );
      if (choice !== turnOn) return;
      await settings.write(enabledSetting, true);
    }
    await this.#turn;
    if (!this.#isReady) {
      inform(vscode.l10n.t('The MCP server could not be started. “Onna: Show Log” shows why.'));
      return;
    }
    const configuration = {
      mcpServers: { onna: { command: 'node', args: [this.#program(), this.#folder] } },
    };
    await vscode.env.clipboard.writeText(JSON.stringify(configuration, null, 2));
    showBriefly(vscode.l10n.t('The MCP configuration was copied'));
  }

  /** Ends the server before the window closes. */
  async close(): Promise<void> {
    this.dispose();
    await this.#turn;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    super.dispose();
    this.#update();
  }

  #update(): void {
    const { services } = this.#parts;
    this.#turn = this.#turn
      .then(() => this.#follow())
      .catch((error: unknown) => services.log.error('The MCP server could not be started or stopped', error));
  }

  async #follow(): Promise<void> {
    const isWanted = !this.isDisposed && this.#parts.services.settings.get(enabledSetting);
    if (isWanted === (this.#server !== undefined)) return;
    const running = this.#server;
    this.#isReady = false;
    if (running) {
      this.#server = undefined;
      await running.close();
    } else {
      const server = this.#create();
      this.#server = server;
      try {
        await this.#parts.services.code.load(() => this.#copyProgram());
        await server.start();
      } catch (error) {
        this.#server = undefined;
        await server.close();
        throw error;
      }
      this.#isReady = true;
    }
    if (!this.isDisposed) this.#changes.fire();
  }

  #create(): LocalToolServer {
    const { services, context, createAssistant } = this.#parts;
    const { version, contributes } = context.extension.packageJSON as ToolManifest;
    return new LocalToolServer({
      clock: services.clock,
      folder: this.#folder,
      version,
      tools: contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({
        ...{ name, title: name.replace('onna_', 'Onna: ').replaceAll('_', ' ') },
        ...{ description: modelDescription, inputSchema },
      })),
      createAssistant,
      onError: (error) => services.log.error('A connection of the MCP server failed', error),
    });
  }

  #program(): string {
    return path.join(this.#folder, 'server.cjs');
  }

  /** Copies the program to a path that stays the same when the extension is updated. */
  async #copyProgram(): Promise<void> {
    const source = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'dist/mcp/server.cjs').fsPath;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const part = `${this.#program()}.${process.pid}`;
    await copyFile(source, part);
    await replaceFile(part, this.#program());
  }

  #definition(): vscode.McpStdioServerDefinition {
    // VS Code's own Node runs the program, because the user may not have Node.
    return new vscode.McpStdioServerDefinition('Onna', process.execPath, [this.#program(), this.#folder], {
      ELECTRON_RUN_AS_NODE: '1',
    });
  }
}
