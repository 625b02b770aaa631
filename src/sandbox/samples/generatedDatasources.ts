import { setImmediate } from 'node:timers/promises';
import type { SandboxHandle } from '../sandboxHandle.ts';

const types = ['confluence', 'slack', 'gdrive', 'dropbox', 'static'];
const perWorkspace = 100;

/**
 * Makes numbered Datasources without Resources, in numbered Workspaces. Existing ones are kept. Each Workspace is made
 * in one transaction with its hundred Datasources.
 * @throws The signal's reason; the next call continues from there
 */
export async function generateDatasources(
  sandbox: SandboxHandle,
  count: number,
  signal?: AbortSignal,
): Promise<void> {
  const { database } = sandbox.stores;
  for (let from = 0; from < count; from += perWorkspace) {
    // Lets the server answer requests between batches.
    await setImmediate();
    signal?.throwIfAborted();
    database.transaction(() => fillWorkspace(sandbox, from, Math.min(count, from + perWorkspace)));
  }
}

function fillWorkspace(sandbox: SandboxHandle, from: number, to: number): void {
  const title = `Generated ${String(from / perWorkspace).padStart(3, '0')}`;
  const known = sandbox.find('/workspaces', title);
  const parent = (known ?? sandbox.addWorkspace(title, title.toLowerCase().replace(' ', '-'))).path;
  for (let number = from; number < to; number++) {
    const title = `Datasource ${String(number).padStart(5, '0')}`;
    // Skips the slow lookup in a new Workspace, which has no Datasources yet.
    if (known && sandbox.find(parent, title)) continue;
    const id = title.toLowerCase().replace(' ', '-');
    const type = types[number % types.length] ?? 'static';
    sandbox.addDatasource({ parent, title, id, type, status: 'synced' });
  }
}
