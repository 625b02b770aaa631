import * as vscode from 'vscode';
import {
  commandIds,
  datasourcesView,
  mementoKeys,
  sandboxConnectionVariable,
  searchViewType,
} from './ids.ts';
import { registerAccounts } from './lazyAccounts.ts';
import { registerDocuments } from './lazyDocuments.ts';
import { LazyTree } from './lazyTree.ts';
import type { Clock } from './onna/clock.ts';
import type { Runtime } from './ui/runtime.ts';

let runtime: Promise<Runtime> | undefined;

/**
 * Registers what VS Code wants to know at once. Everything else is loaded when it is first used.
 * @param clock For tests that let a day pass; VS Code names none, and the machine's own is taken.
 */
export function activate(context: vscode.ExtensionContext, clock?: Clock): void {
  const tree = new LazyTree(load);
  const view = vscode.window.createTreeView(datasourcesView, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  context.subscriptions.push(view);

  function load(): Promise<Runtime> {
    runtime ??= import('./ui/runtime.ts').then((module) => {
      const made = new module.Runtime({ context, view, clock });
      context.subscriptions.push(made, tree.attach(made));
      return made;
    });
    return runtime;
  }

  for (const id of commandIds) {
    context.subscriptions.push(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => (await load()).run(id, args)),
    );
  }
  context.subscriptions.push(
    registerDocuments(load),
    vscode.window.registerWebviewPanelSerializer(searchViewType, {
      deserializeWebviewPanel: async (panel, state) =>
        (await (await load()).searches()).panels.deserializeWebviewPanel(panel, state),
    }),
    registerAccounts(load),
  );
  const remembered = context.globalState.get<boolean>(mementoKeys.signedIn, false);
  // After activation: the status bar and the poller are wanted even while the view is hidden.
  if (remembered || process.env[sandboxConnectionVariable]) setImmediate(() => void load());
}

/** Writes what waits to be written. */
export async function deactivate(): Promise<void> {
  await (await runtime)?.close();
}
