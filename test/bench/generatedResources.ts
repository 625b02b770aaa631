import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** Number of Resources per page. */
export const pageSize = 500;
/** Number of generated Resources in quick runs. Benchmarks with equal numbers share one sandbox and one window. */
export const quickResources = 20_000;

/** Opens a window and signs in to an account with one Datasource of `total` Resources. Benchmarks share the window. */
export function openGeneratedResources(
  bench: Bench,
  total: number,
): Promise<{ readonly window: BenchWindow; readonly sandbox: SandboxControl }> {
  return bench.shared(`window with ${total}`, async () => {
    const { connection } = await bench.sandbox('--generate', String(total));
    const sandbox = await SandboxControl.of(connection);
    const window = await openBenchWindow(bench, { settings: { 'onna.pageSize': pageSize } });
    await window.signIn(connection);
    return { window, sandbox };
  });
}
