import { until } from '../support/until.ts';
import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** How many Datasources it has, in quick runs as well: what large accounts cost only shows in them. */
export const largeAccountSize = 10_000;

/** A window that is signed in to a large account, with all its rows known to VS Code. Rows share it. */
export function openLargeAccount(
  bench: Bench,
): Promise<{ readonly window: BenchWindow; readonly sandbox: SandboxControl }> {
  return bench.shared('large account', async () => {
    const { connection } = await bench.sandbox('--generate-datasources', String(largeAccountSize));
    const sandbox = await SandboxControl.of(connection);
    const window = await openBenchWindow(bench);
    await window.signIn(connection);
    await window.workbench.treeRow('Datasource 00000').first().waitFor();
    await until('VS Code had asked for all rows', async () => {
      const rows = await window.probe.ask('rowIds', 'datasource');
      return rows.length === largeAccountSize;
    });
    return { window, sandbox };
  });
}
