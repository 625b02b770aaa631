import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { ContextKey, focusDatasources } from '../contributions.ts';
import { sandboxConnectionVariable } from '../../ids.ts';
import { Owner } from '../../base/event.ts';
import { isProcessAlive } from '../../base/processes.ts';
import type { Accounts } from '../../model/accounts/accounts.ts';
import { isLoopback } from '../../onna/address.ts';
import { inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';

/** Timeout for starting the sandbox, in ms. The sandbox first creates its sample files. */
const startTimeoutMs = 60_000;

/** On Windows, a virus scanner may have a file open for a moment. */
const removal = { recursive: true, force: true, maxRetries: 5 } as const;

/**
 * Deletes the data of sandboxes whose extension host ended before the sandbox. The name of a folder begins with the id
 * of the extension host.
 */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const host = /^(\d+)-[\da-f]{8}-/.exec(name)?.[1];
    if (host !== undefined && !isProcessAlive(Number(host)))
      await rm(path.join(folder, name), removal).catch(() => undefined);
  }
}

const connectionSchema = v.object({
  baseUrl: v.string(),
  container: v.string(),
  account: v.string(),
  user: v.string(),
  password: v.string(),
});
type SandboxConnection = v.InferOutput<typeof connectionSchema>;

/** Runs a local Onna in a separate process, with its own output channel. */
export class SandboxProcess extends Owner {
  readonly #isRunning = new ContextKey('onna.sandboxRunning');
  readonly #context: vscode.ExtensionContext;
  readonly #accounts: Accounts;
  readonly #notifier: Notifier;
  #channel: vscode.LogOutputChannel | undefined;
  #child: ChildProcess | undefined;

  constructor(context: vscode.ExtensionContext, accounts: Accounts, notifier: Notifier) {
    super();
    this.#context = context;
    this.#accounts = accounts;
    this.#notifier = notifier;
    this.register({ dispose: () => this.#kill() });
    this.register({ dispose: () => this.#channel?.dispose() });
  }

  /** Starts a sandbox with sample Datasources and signs in to it. */
  async start(): Promise<void> {
    if (this.#child) {
      inform(vscode.l10n.t('The sandbox is running already.'));
      return;
    }
    const title = vscode.l10n.t('Starting a local Onna with sample Datasources');
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (_, token) => {
          const connection = await this.#launch(token);
          if (!connection || token.isCancellationRequested) {
            this.#kill();
            return;
          }
          await this.#forgetEarlierSandboxes(connection);
          await this.#accounts.addByPassword(connection, connection.user, connection.password);
          await this.#isRunning.set(true);
          await focusDatasources();
        },
      );
    } catch (error) {
      this.#kill();
      await this.#notifier.error(vscode.l10n.t('The sandbox could not be started.'), error);
    }
  }

  /** Stops the sandbox and signs out of it. */
  async stop(): Promise<void> {
    this.#kill();
    const local = this.#accounts
      .connections()
      .filter(
        (connection) => connection.account === 'sandbox' && isLoopback(new URL(connection.baseUrl).hostname),
      );
    for (const connection of local) await this.#accounts.remove(connection.id);
  }

  /** If a sandbox started this VS Code (`npm start`), signs in to it. Accepts loopback addresses only. */
  async adopt(): Promise<void> {
    const file = process.env[sandboxConnectionVariable];
    if (file === undefined || file === '') return;
    let connection: SandboxConnection;
    try {
      connection = v.parse(connectionSchema, JSON.parse(await readFile(file, 'utf8')));
    } catch {
      // The sandbox has ended and deleted its file, so VS Code starts without it.
      return;
    }
    if (!isLoopback(new URL(connection.baseUrl).hostname)) return;
    await this.#forgetEarlierSandboxes(connection);
    const isNew = !this.#accounts.connections().some(({ baseUrl }) => baseUrl === connection.baseUrl);
    try {
      await this.#accounts.addByPassword(connection, connection.user, connection.password);
      // Show the view on the first start only. After a window reload, keep the view that the user chose.
      if (isNew) await focusDatasources();
    } catch (error) {
      // Do not await this call. Otherwise the view would wait until the user closes the notification.
      this.#notifier.report(vscode.l10n.t('The sandbox could not be reached.'), error, () => this.adopt());
    }
  }

  /**
   * Removes the accounts of earlier sandboxes. They no longer work, because each start of the sandbox uses a
   * new port and password.
   */
  async #forgetEarlierSandboxes(current: SandboxConnection): Promise<void> {
    for (const connection of await this.#accounts.load()) {
      const isEarlier =
        connection.account === current.account &&
        connection.user === current.user &&
        connection.baseUrl !== current.baseUrl &&
        isLoopback(new URL(connection.baseUrl).hostname);
      if (isEarlier) await this.#accounts.remove(connection.id);
    }
  }

  #kill(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  async #launch(token: vscode.CancellationToken): Promise<SandboxConnection | undefined> {
    const program = path.join(this.#context.extensionPath, 'dist', 'sandbox', 'sandbox.cjs');
    const folder = path.join(this.#context.globalStorageUri.fsPath, 'sandbox');
    await removeAbandoned(folder);
    const data = path.join(folder, `${process.pid}-${randomUUID()}`);
    await mkdir(data, { recursive: true });
    this.#channel ??= vscode.window.createOutputChannel(vscode.l10n.t('Onna Sandbox'), { log: true });
    const channel = this.#channel;
    // In the extension host, `execPath` is VS Code itself. This variable makes VS Code run as plain Node.
    const child = fork(program, ['--port', '0', '--samples', '--json', '--data', data], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      silent: true,
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => channel.info(chunk.toString('utf8').trimEnd()));
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      rm(data, removal).catch((error: unknown) => channel.warn(String(error)));
      this.#isRunning.set(false).catch((error: unknown) => channel.warn(String(error)));
    });
    return this.#firstMessage(child, token);
  }

  #firstMessage(
    child: ChildProcess,
    token: vscode.CancellationToken,
  ): Promise<SandboxConnection | undefined> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new Error(vscode.l10n.t('The sandbox did not answer in time. See the “Onna Sandbox” log.'))),
        startTimeoutMs,
      );
      const cancel = token.onCancellationRequested(() => resolve(undefined));
      const settle = (): void => {
        clearTimeout(timer);
        cancel.dispose();
      };
      child.once('message', (message) => {
        settle();
        const parsed = v.safeParse(connectionSchema, message);
        if (parsed.success) resolve(parsed.output);
        else
          reject(
            new Error(vscode.l10n.t('The sandbox did not report its address. See the “Onna Sandbox” log.')),
          );
      });
      child.once('exit', (code) => {
        settle();
        reject(
          new Error(
            vscode.l10n.t('The sandbox exited with code {0}. See the “Onna Sandbox” log.', code ?? '-'),
          ),
        );
      });
      child.once('error', (error) => {
        settle();
        reject(error);
      });
    });
  }
}
