import type { LoggedRequest } from '../../src/sandbox/server/requestLog.ts';
import { until } from '../support/until.ts';
import { openBenchWindow } from './benchWindow.ts';
import type { BenchWindow } from './benchWindow.ts';
import type { Instant, StaticRow } from './probe/protocol.ts';
import { SandboxControl } from './sandboxControl.ts';
import type { Bench } from './session.ts';

/** How far away the server is, in ms; and how many Datasources are listed. */
export const serverLatencyMs = 50;
const datasources = 30;
/** For so long after its rows are there a window is watched for further requests, in ms. */
const aftermathMs = 2_000;

/** A start, as seen on screen and from the server. */
export interface Start {
  /** From the key that begins it to the rows; of a remembered start: undefined, as a reload has other costs. */
  readonly ms: number | undefined;
  readonly rowsAt: Instant;
  /** What the server was asked, in order. */
  readonly requests: readonly LoggedRequest[];
  /** The same with nothing but the requests, and rows that are simply there. */
  readonly floorMs: number | undefined;
}

/** The same rows as the extension's, without anything behind them. */
function staticRows(connection: { user: string; account: string }): StaticRow[] {
  const rows = Array.from({ length: datasources }, (_, index) => ({
    ...{ label: `Static ${String(index).padStart(5, '0')}`, description: 'Synced just now', icon: 'cloud' },
    ...{ isDecorated: true, children: [] },
  }));
  const group: StaticRow = { label: 'Generated 000', description: String(datasources), icon: 'briefcase' };
  const account: StaticRow = { label: connection.account, description: connection.user, icon: 'account' };
  return [{ ...account, expanded: true, children: [{ ...group, expanded: true, children: rows }] }];
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
  await probe.ask('signInBareThenShow', staticRows(connection), connection);
  await workbench.quickInput.filter({ hasText: 'Sign In Bare' }).waitFor();
  await workbench.typeInQuickInput(connection.password, false);
  const floorAt = await screen.rowAppears(/Static 00000/, enter);
  return { ms, rowsAt, requests, floorMs: floorAt - (await screen.pressedAt()) };
}

async function startRemembered(window: BenchWindow, sandbox: SandboxControl): Promise<Start> {
  const { screen, workbench, probe } = window;
  await until('what is known was kept', () => probe.ask('hasSnapshot'));
  await workbench.openView();
  await sandbox.clearRequests();
  // VS Code's own command: it keeps which view is open, and ends the extension host in order.
  const rowsAt = await screen.rowAppearsAnew(/Datasource 00000/, () =>
    workbench.runCommand('Developer: Reload Window'),
  );
  await until('the server was asked', async () => (await sandbox.requests()).length > 0);
  await workbench.page.waitForTimeout(aftermathMs);
  return { ms: undefined, rowsAt, requests: await sandbox.requests(), floorMs: undefined };
}

/** Windows that start signed out, sign in, and start again remembered. Rows share them. */
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
