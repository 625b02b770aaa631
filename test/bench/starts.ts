import type { LoggedRequest } from '../../src/sandbox/server/requestLog.ts';
import { until } from '../support/until.ts';
import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import type { Instant, StaticRow } from './probe/protocol.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** The latency that the sandbox adds to each response, in ms. */
export const serverLatencyMs = 50;
const datasources = 30;
/** Time after the rows are painted during which requests still count, in ms. */
const aftermathMs = 2_000;

/** The measurements of one start of the extension. */
export interface Start {
  /** Time from Enter until the rows are painted, in ms; undefined for a start with a signed-in account. */
  readonly ms: number | undefined;
  readonly rowsAt: Instant;
  /** The requests that the sandbox received, in order. */
  readonly requests: readonly LoggedRequest[];
  /** Time from Enter until the rows of the baseline are painted, in ms. */
  readonly floorMs: number | undefined;
}

/** Returns the rows of the extension with other names and URIs, so that VS Code knows none of them. */
function staticRows(rows: readonly StaticRow[]): StaticRow[] {
  return rows.map((row) => ({
    ...row,
    label: row.label.replace('Datasource', 'Static'),
    ...(row.uri !== undefined && { uri: `${row.uri}-static` }),
    children: staticRows(row.children),
  }));
}

async function startSignedOut(window: BenchWindow, sandbox: SandboxControl): Promise<Start> {
  const { screen, workbench, probe } = window;
  const { connection } = sandbox;
  await workbench.openView();
  await window.fillInSignIn(connection);
  await sandbox.clearRequests();
  const enter = (): Promise<void> => workbench.page.keyboard.press('Enter');
  const rowsAt = await screen.rowAppears(/Datasource 00000/, enter);
  const ms = rowsAt - (await screen.pressedAt());
  const requests = await sandbox.requests();
  await window.openBenchView('Bench Static');
  await probe.ask('signInBareThenShow', staticRows(await probe.ask('rowCopies')), connection);
  await workbench.quickInput.filter({ hasText: 'Sign In Bare' }).waitFor();
  await workbench.typeInQuickInput(connection.password, false);
  const floorAt = await screen.rowAppears(/Static 00000/, enter);
  return { ms, rowsAt, requests, floorMs: floorAt - (await screen.pressedAt()) };
}

async function startRemembered(window: BenchWindow, sandbox: SandboxControl): Promise<Start> {
  const { screen, workbench, probe } = window;
  await until('the snapshot is on disk', () => probe.ask('hasSnapshot'));
  await workbench.openView();
  await sandbox.clearRequests();
  // Unlike a reload of the page, the command saves the open view and stops the extension host cleanly.
  const rowsAt = await screen.rowAppearsAnew(/Datasource 00000/, () =>
    workbench.runCommand('Developer: Reload Window'),
  );
  await until('the sandbox has received a request', async () => (await sandbox.requests()).length > 0);
  await workbench.page.waitForTimeout(aftermathMs);
  return { ms: undefined, rowsAt, requests: await sandbox.requests(), floorMs: undefined };
}

/** Opens windows, signs in, and reloads each window. Benchmarks share the measurements. */
export function measureStarts(
  bench: Bench,
): Promise<{ readonly signedOut: readonly Start[]; readonly remembered: readonly Start[] }> {
  return bench.shared('starts', async () => {
    const { connection } = await bench.sandbox('--generate-datasources', String(datasources));
    const sandbox = await SandboxControl.of(connection);
    await sandbox.setSwitches({ latencyMs: serverLatencyMs });
    const signedOut: Start[] = [];
    const remembered: Start[] = [];
    for (let count = bench.size(7, 1); count > 0; count--) {
      const window = await openBenchWindow(bench);
      signedOut.push(await startSignedOut(window, sandbox));
      remembered.push(await startRemembered(window, sandbox));
      await window.close();
    }
    return { signedOut, remembered };
  });
}
