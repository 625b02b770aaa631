import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { askBare, walkBare } from './bareWalk.ts';
import { FlatTree, StaticTree } from './comparisonTrees.ts';
import { HostRequests, now } from './hostRequests.ts';
import { HostWatch, heapUsed } from './hostWatch.ts';
import { probePortVariable } from './protocol.ts';
import type { ProbeAnswer, ProbeMethods, ProbeQuestion, StaticRow } from './protocol.ts';
import { TreeSpy } from './treeSpy.ts';
import { throwUncaught } from '../../support/throwUncaught.ts';

const measuredExtension = 'onna-datasources.onna-datasources';

/** The file with the rows of the comparison tree. */
function keptRows(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, 'static.json');
}

function probeMethods(context: vscode.ExtensionContext, spy: TreeSpy): ProbeMethods {
  const requests = new HostRequests();
  const still = new StaticTree(async () => {
    const kept = await readFile(keptRows(context), 'utf8').catch(() => '[]');
    return JSON.parse(kept) as StaticRow[];
  });
  const flat = new FlatTree();
  context.subscriptions.push(
    // The same options as those of our view.
    vscode.window.createTreeView('onna-bench.static', {
      treeDataProvider: still,
      dragAndDropController: { dragMimeTypes: [], dropMimeTypes: ['text/uri-list', 'files'] },
      canSelectMany: true,
      showCollapseAll: true,
    }),
    vscode.window.createTreeView('onna-bench.flat', { treeDataProvider: flat }),
  );
  let watch: HostWatch | undefined;
  let profiler: Session | undefined;
  let groupingChangedAt = Number.NaN;
  context.subscriptions.push(
    // The probe starts first, so VS Code calls this listener before the listeners of our extension.
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('onna.groupBy')) groupingChangedAt = now();
    }),
  );
  return {
    reset: () => {
      spy.reset();
      requests.clear();
      return undefined;
    },
    counts: () => spy.counts(),
    requests: () => requests.list(),
    rowIds: (kind) => [...spy.rows.values()].filter((row) => row.kind === kind).map(({ id }) => id),
    run: async (command, rowId) => {
      const row = rowId === undefined ? undefined : spy.rows.get(rowId);
      if (rowId !== undefined && !row) throw new Error(`VS Code has not requested the row ${rowId}.`);
      const startedAt = now();
      await vscode.commands.executeCommand(command, ...(row ? [row] : []));
      return { startedAt, endedAt: now() };
    },
    hasSnapshot: async () => {
      const folder = path.join(context.globalStorageUri.fsPath, '..', measuredExtension, 'snapshots');
      return (await readdir(folder).catch(() => [])).some((file) => file.endsWith('.json'));
    },
    startWatching: () => {
      watch = new HostWatch();
      return undefined;
    },
    stopWatching: () => {
      if (!watch) throw new Error('startWatching was not called.');
      return watch.stop();
    },
    heapUsed,
    walkBare,
    askBare,
    rowCopies: () => spy.copies(),
    showStatic: (rows) => {
      still.show(rows);
      return undefined;
    },
    keepStatic: async () => {
      await mkdir(context.globalStorageUri.fsPath, { recursive: true });
      await writeFile(keptRows(context), JSON.stringify(still.rows));
      return undefined;
    },
    filterStatic: (rowsByText) => {
      still.filter(rowsByText);
      return undefined;
    },
    isFocused: () => vscode.window.state.focused,
    setGrouping: async (grouping) => {
      await vscode.workspace.getConfiguration('onna').update('groupBy', grouping, true);
      return groupingChangedAt;
    },
    signInBareThenShow: (rows, login) => {
      still.signInThenShow(rows, login);
      return undefined;
    },
    refreshFlat: (children) => flat.refresh(children),
    openBlankWebview: () => {
      const startedAt = now();
      const { Active } = vscode.ViewColumn;
      const panel = vscode.window.createWebviewPanel('onna-bench.blank', 'Blank', Active, {});
      panel.webview.html = '<!DOCTYPE html><html lang="en"><body><h1>Blank</h1></body></html>';
      return { startedAt };
    },
    startProfile: async () => {
      profiler = new Session();
      profiler.connect();
      await profiler.post('Profiler.enable');
      await profiler.post('Profiler.start');
      return undefined;
    },
    stopProfile: async () => {
      if (!profiler) throw new Error('startProfile was not called.');
      const { profile } = await profiler.post('Profiler.stop');
      profiler.disconnect();
      return JSON.stringify(profile);
    },
  };
}

async function answer(methods: object, { id, method, args }: ProbeQuestion): Promise<ProbeAnswer> {
  try {
    const call = (methods as Record<string, (...args: readonly unknown[]) => unknown>)[method];
    return { id, value: await call?.(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Connects to the benchmark if a benchmark has started this VS Code. */
export function activate(context: vscode.ExtensionContext): void {
  const port = Number(process.env[probePortVariable]);
  const measured = vscode.extensions.getExtension(measuredExtension);
  if (Number.isNaN(port)) return;
  const methods = probeMethods(context, new TreeSpy(measured?.extensionPath));
  const socket = connect(port, '127.0.0.1');
  context.subscriptions.push({ dispose: () => socket.destroy() });
  socket.on('error', () => undefined);
  createInterface(socket).on('line', (line) => {
    answer(methods, JSON.parse(line) as ProbeQuestion)
      .then((told) => socket.write(`${JSON.stringify(told)}\n`))
      .catch(throwUncaught);
  });
}
