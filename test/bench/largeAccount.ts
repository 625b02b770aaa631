import { until } from '../support/until.ts';
import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** Number of Datasources. Quick runs use the same number, because a small account hides the costs of a large one. */
export const largeAccountSize = 10_000;

/** Maximum time until VS Code has requested all rows, in ms. */
const patienceMs = 300_000;

/**
 * Opens a window, signs in to a large account, and waits until VS Code has requested all rows. Benchmarks share the
 * window.
 */
export function openLargeAccount(
  bench: Bench,
  size = largeAccountSize,
): Promise<{ readonly window: BenchWindow; readonly sandbox: SandboxControl }> {
  return bench.shared(`account of ${size}`, async () => {
    const { connection } = await bench.sandbox('--generate-datasources', String(size));
    const sandbox = await SandboxControl.of(connection);
    const window = await openBenchWindow(bench);
    await window.signIn(connection);
    await window.workbench.treeRow('Datasource 00000').first().waitFor();
    await until(
      'VS Code has requested all rows',
      async () => (await window.probe.ask('rowIds', 'datasource')).length === size,
      patienceMs,
    );
    return { window, sandbox };
  });
}
