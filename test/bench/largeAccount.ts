import { until } from '../support/until.ts';
import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** Number of Datasources, even in quick runs, because only a large account shows the costs of large accounts. */
export const largeAccountSize = 10_000;

/** A window signed in to a large account, after VS Code has requested all rows. Benchmark rows share it. */
export function openLargeAccount(
  bench: Bench,
): Promise<{ readonly window: BenchWindow; readonly sandbox: SandboxControl }> {
  return bench.shared('large account', async () => {
    const { connection } = await bench.sandbox('--generate-datasources', String(largeAccountSize));
    const sandbox = await SandboxControl.of(connection);
    const window = await openBenchWindow(bench);
    await window.signIn(connection);
    await window.workbench.treeRow('Datasource 00000').first().waitFor();
    await until('VS Code has requested all rows', async () => {
      const rows = await window.probe.ask('rowIds', 'datasource');
      return rows.length === largeAccountSize;
    });
    return { window, sandbox };
  });
}
