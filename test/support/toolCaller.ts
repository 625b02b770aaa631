import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { installBenchExtensions } from '../bench/benchExtensions.ts';
import { until } from './until.ts';

/** The answer to a call of a tool. */
export interface CalledTool {
  /** The text of the result. Undefined if the call failed. */
  readonly text?: string;
  /** The name of the error, such as `Canceled`. */
  readonly error?: string;
}

const portVariable = 'ONNA_TOOL_CALLER';

/** Calls the tools of VS Code’s agent from another extension, as a chat participant does, without a model. */
export class ToolCaller {
  readonly #portFile: string;

  /** @param folder where the extension writes its port */
  constructor(folder: string) {
    this.#portFile = path.join(folder, 'tool-caller-port');
  }

  /** Environment variables for VS Code's server. */
  get env(): NodeJS.ProcessEnv {
    return { [portVariable]: this.#portFile };
  }

  /** Installs the extension that calls the tools. */
  async install(extensionsFolder: string): Promise<void> {
    const code = `'use strict';
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const vscode = require('vscode');
exports.activate = (context) => {
  const answer = async (body) => {
    if (body === '') return vscode.lm.tools.map(({ name }) => name);
    const { name, input, setting, value } = JSON.parse(body);
    if (setting) return vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
    try {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      return { text: content.map((part) => part.value).join('') };
    } catch (error) {
      return { error: error.name + ': ' + error.message };
    }
  };
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => (body += part)).on('end', () => {
      answer(body).then((result) => response.end(JSON.stringify(result ?? null)));
    });
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(process.env.${portVariable}, String(server.address().port)));
  context.subscriptions.push({ dispose: () => server.close() });
};`;
    await installBenchExtensions(extensionsFolder, [
      { name: 'tool-caller', manifest: { activationEvents: ['onStartupFinished'] }, code },
    ]);
  }

  /** The names of the tools that VS Code offers to its agent. */
  async tools(): Promise<readonly string[]> {
    return (await this.#post('')) as string[];
  }

  /** Calls a tool. Resolves when the tool has ended, which may be after the user has answered a question. */
  async call(name: string, input: object): Promise<CalledTool> {
    return (await this.#post(JSON.stringify({ name, input }))) as CalledTool;
  }

  /** Changes a setting of the user. The settings file of the server does not accept settings with application scope. */
  async changeSetting(setting: string, value: unknown): Promise<void> {
    await this.#post(JSON.stringify({ setting, value }));
  }

  async #post(body: string): Promise<unknown> {
    const port = await until('the tool caller runs', () =>
      readFile(this.#portFile, 'utf8').then((text) => text || undefined),
    );
    // Not fetch, because a question may stay open for a while.
    const request = http.request({ host: '127.0.0.1', port, method: 'POST' }).end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part as string;
    return JSON.parse(text);
  }
}
