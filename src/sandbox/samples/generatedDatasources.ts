import { setImmediate } from 'node:timers/promises';
import type { SandboxHandle } from '../sandboxHandle.ts';

const types = ['confluence', 'slack', 'gdrive', 'dropbox', 'static'];
const perWorkspace = 100;

/**
 * Creates numbered Datasources without Resources, in numbered Workspaces. Skips existing ones. Uses one
 * transaction per Workspace, which has up to a hundred Datasources.
 * @param onProgress Called after each Workspace with the number of Datasources so far.
 * @throws The signal's reason. The next call continues where this one stopped.
 */
export async function generateDatasources(
  sandbox: SandboxHandle,
  count: number,
  onProgress: (done: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { database } = sandbox.stores;
  for (let from = 0; from < count; from += perWorkspace) {
    // Let the server answer requests between Workspaces.
    await setImmediate();
    signal?.throwIfAborted();
    const end = Math.min(count, from + perWorkspace);
    database.transaction(() => fillWorkspace(sandbox, from, end));
    onProgress(end);
  }
}

function fillWorkspace(sandbox: SandboxHandle, from: number, to: number): void {
  const title = `Generated ${String(from / perWorkspace).padStart(3, '0')}`;
  const known = sandbox.find('/workspaces', title);
  const parent = (known ?? sandbox.addWorkspace(title, title.toLowerCase().replace(' ', '-'))).path;
  for (let number = from; number < to; number++) {
    const title = `Datasource ${String(number).padStart(5, '0')}`;
    // Skip the slow lookup in a new Workspace, which has no Datasources yet.
    if (known && sandbox.find(parent, title)) continue;
    const id = title.toLowerCase().replace(' ', '-');
    const type = types[number % types.length] ?? 'static';
    sandbox.addDatasource({ parent, title, id, type, status: 'synced' });
  }
}
