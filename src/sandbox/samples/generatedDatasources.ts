import { setImmediate } from 'node:timers/promises';
import type { SandboxHandle } from '../sandboxHandle.ts';

const types = ['confluence', 'slack', 'gdrive', 'dropbox', 'static'];
const perWorkspace = 100;

/**
 * Makes Datasources without Resources, numbered, in numbered Workspaces. Those that are there already stay.
 * Each Workspace is made with its hundred Datasources in one transaction.
 * @throws The signal's reason; the next call goes on from there
 */
export async function generateDatasources(
  sandbox: SandboxHandle,
  count: number,
  signal?: AbortSignal,
): Promise<void> {
  const { database } = sandbox.stores;
  for (let from = 0; from < count; from += perWorkspace) {
    // Answers go on in between.
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
    // A new Workspace has none: to look for each among those made so far is what would take the time.
    if (known && sandbox.find(parent, title)) continue;
    const id = title.toLowerCase().replace(' ', '-');
    const type = types[number % types.length] ?? 'static';
    sandbox.addDatasource({ parent, title, id, type, status: 'synced' });
  }
}
