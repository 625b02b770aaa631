import { setImmediate } from 'node:timers/promises';
import type { SandboxHandle } from '../sandboxHandle.ts';

const types = ['confluence', 'slack', 'gdrive', 'dropbox', 'static'];
const perWorkspace = 100;

/** Makes Datasources without Resources, numbered, in numbered Workspaces. Those that are there already stay. */
export async function generateDatasources(
  sandbox: SandboxHandle,
  count: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let parent = '';
  for (let number = 0; number < count; number++) {
    if (number % perWorkspace === 0) {
      // Answers go on in between.
      await setImmediate();
      signal?.throwIfAborted();
      const title = `Generated ${String(number / perWorkspace).padStart(3, '0')}`;
      const known = sandbox.find('/workspaces', title);
      parent = (known ?? sandbox.addWorkspace(title, title.toLowerCase().replace(' ', '-'))).path;
    }
    const title = `Datasource ${String(number).padStart(5, '0')}`;
    if (sandbox.find(parent, title)) continue;
    const id = title.toLowerCase().replace(' ', '-');
    sandbox.addDatasource({
      parent,
      title,
      id,
      type: types[number % types.length] ?? 'static',
      status: 'synced',
    });
  }
}
