import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** Children per page. */
export const pageSize = 500;
/** Resources that quick runs generate, for all rows that need many. These rows share the window too. */
export const quickResources = 20_000;

/** A window signed in to an account with one Datasource of `total` Resources. Rows with the same number share it. */
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
