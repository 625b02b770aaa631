import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** Children of a page. */
export const pageSize = 500;
/** How many Resources quick runs make up, for all rows that want many: they share the window as well. */
export const quickResources = 20_000;

/** A window that is signed in to an account with one Datasource of so many Resources. Rows that want as many share it. */
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
