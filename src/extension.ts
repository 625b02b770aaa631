import * as vscode from 'vscode';
import {
  datasourcesView,
  detailsViewType,
  mementoKeys,
  sandboxConnectionVariable,
  searchViewType,
  type CommandId,
  type Manifest,
} from './ids.ts';
import { registerAccounts } from './lazy/accounts.ts';
import { registerDocuments } from './lazy/documents.ts';
import { dropTarget } from './lazy/dropTarget.ts';
import { forwarded } from './lazy/forwarded.ts';
import { registerFiles } from './lazy/files.ts';
import { LazyRuntime } from './lazy/runtime.ts';
import { LazyTree } from './lazy/tree.ts';
import type { Clock } from './base/clock.ts';
import type { Runtime } from './ui/runtime.ts';

type PageSerializer = vscode.WebviewPanelSerializer;

let runtime: LazyRuntime | undefined;

/**
 * Registers the entry points that VS Code needs at activation. Everything else is loaded on first use.
 * @param clock Tests pass their own clock to skip time. VS Code passes none, so the system clock is used.
 */
export function activate(context: vscode.ExtensionContext, clock?: Clock): void {
  const lazy = new LazyRuntime(make);
  const { load } = lazy;
  const tree = new LazyTree(load);
  const view = vscode.window.createTreeView(datasourcesView, {
    treeDataProvider: tree,
    dragAndDropController: dropTarget(load),
    canSelectMany: true,
    showCollapseAll: true,
  });
  context.subscriptions.push(lazy, view);
  runtime = lazy;

  async function make(): Promise<Runtime> {
    const { Runtime } = await import('./ui/runtime.ts');
    const started: { dispose(): void }[] = [];
    try {
      const made = new Runtime({ context, view, clock, begin: (part) => started.push(part) });
      context.subscriptions.push(made, tree.attach(made));
      return made;
    } catch (error) {
      // Without this cleanup, the next attempt would add a second status bar item.
      for (const part of started) part.dispose();
      throw error;
    }
  }

  async function run(id: CommandId, args: readonly unknown[]): Promise<void> {
    // LazyRuntime already reports a failed load, so VS Code should not report a failed command as well.
    const loaded = await load().catch(() => undefined);
    if (loaded) await loaded.run(id, args);
    else if (id === 'onna.showLog') lazy.showLog();
  }

  // Read from the manifest, because a second list of the commands would make this file much larger.
  for (const { command } of (context.extension.packageJSON as Manifest).contributes.commands)
    context.subscriptions.push(vscode.commands.registerCommand(command, (...args) => run(command, args)));
  const pages = forwarded<PageSerializer, 'deserializeWebviewPanel'>(load, 'deserializeWebviewPanel');
  for (const viewType of [searchViewType, detailsViewType])
    context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(viewType, pages));
  const uris = vscode.window.registerUriHandler(forwarded<vscode.UriHandler, 'handleUri'>(load, 'handleUri'));
  context.subscriptions.push(uris, registerDocuments(load), registerFiles(load), registerAccounts(load));
  // Load right after activation, because the status bar and the poller are needed even while the view is hidden.
  if (context.globalState.get<boolean>(mementoKeys.signedIn) || process.env[sandboxConnectionVariable])
    setImmediate(() => lazy.loadInBackground());
}

/** Flushes pending writes. */
export async function deactivate(): Promise<void> {
  await runtime?.close();
}
