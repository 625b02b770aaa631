import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import { until } from '../../support/until.ts';
import { openBenchWindow } from '../benchWindow.ts';
import type { BenchWindow } from '../benchWindow.ts';
import type { StaticRow } from '../probe/protocol.ts';
import type { Figure, Row } from '../row.ts';
import { SandboxControl } from '../sandboxControl.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const serverLatencyMs = 50;
const mostTimesRoundTrip = 1.15;
const resources = 100;

interface Samples {
  readonly ours: number[];
  readonly still: number[];
  readonly bare: number[];
  /** From VS Code's question for the children to the extension's answer. */
  readonly host: number[];
}

/** Folders with a hundred small files each, and the arguments that have them collected. */
async function makeOrigins(bench: Bench, count: number): Promise<string[]> {
  const folder = await makeTemporaryFolder('onna-bench');
  bench.atEnd(() => folder.remove());
  const args: string[] = [];
  for (let source = 0; source < count; source++) {
    const origin = path.join(folder.path, `source-${source}`);
    await mkdir(origin);
    for (let file = 0; file < resources; file++) {
      await writeFile(
        path.join(origin, `ours-${source}-${String(file).padStart(3, '0')}.txt`),
        `${source} ${file}`,
      );
    }
    args.push('--origin', `Source ${source}=${origin}`);
  }
  return args;
}

function staticRows(count: number): StaticRow[] {
  return Array.from({ length: count }, (_, source) => ({
    ...{ label: `Still ${source}`, description: 'Synced just now', icon: 'folder' },
    children: Array.from({ length: resources }, (_unused, file) => ({
      ...{ label: `still-${source}-${String(file).padStart(3, '0')}.txt`, icon: 'file' },
    })),
  }));
}

/** Expands a row with the mouse, and gives how long it took until its first child was painted, in ms. */
async function expand(window: BenchWindow, label: string, child: RegExp): Promise<number> {
  const row = window.workbench.treeRow(label).first();
  const seenAt = await window.screen.rowAppears(child, () => row.locator('.monaco-tl-twistie').click());
  const ms = seenAt - (await window.screen.pressedAt());
  await window.workbench.collapse(row);
  return ms;
}

async function takeSamples(window: BenchWindow, sandbox: SandboxControl, count: number): Promise<Samples> {
  const { probe } = window;
  const samples: Samples = { ours: [], still: [], bare: [], host: [] };
  const datasources = await sandbox.datasources();
  for (let source = 0; source < count; source++) {
    const found = datasources.find(({ title }) => title === `Source ${source}`);
    const url = `${found?.url ?? ''}/@getAllChildren?page_size=200`;
    if (source === 0) await probe.ask('askBare', url, sandbox.caller.token);
    samples.bare.push(await probe.ask('askBare', url, sandbox.caller.token));
    await probe.ask('reset');
    samples.ours.push(await expand(window, `Source ${source}`, new RegExp(`ours-${source}-000`)));
    samples.host.push((await probe.ask('counts')).answersMs[0] ?? Number.NaN);
  }
  await window.openBenchView('Bench Static');
  await probe.ask('showStatic', staticRows(count));
  for (let source = 0; source < count; source++) {
    samples.still.push(await expand(window, `Still ${source}`, new RegExp(`still-${source}-000`)));
  }
  return samples;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const count = bench.size(15, 5);
  const { connection } = await bench.sandbox(...(await makeOrigins(bench, count)));
  const sandbox = await SandboxControl.of(connection);
  await until('all was collected', async () => {
    const datasources = await sandbox.datasources();
    return datasources.length === count && datasources.every(({ status }) => status === 'synced');
  });
  const window = await openBenchWindow(bench);
  await window.signIn(connection);
  await sandbox.setSwitches({ latencyMs: serverLatencyMs });
  const { ours, still, bare, host } = await takeSamples(window, sandbox, count);
  await window.close();
  const ratio = (median(ours) - median(still)) / median(bare);
  return [
    {
      figure: `expanding a Datasource of ${resources}, server ${serverLatencyMs} ms away: on screen`,
      ours: { value: median(ours), unit: 'ms', of: `in the host ${median(host).toFixed(1)}` },
      against: {
        value: median(bare),
        unit: 'ms',
        of: `a bare round trip; a static row takes ${median(still).toFixed(0)}`,
      },
      ratio,
      goal: `≤ ${mostTimesRoundTrip} ×`,
      pass: ratio <= mostTimesRoundTrip,
      note: `From the mouse button on the twistie to the first child painted. The ratio is (ours − a static row of as many children, expanded in the same window) / one bare undici request for the same page from the same extension host. Medians of ${count}; each Datasource is expanded for the first time.`,
      samples: { ours, static: still, bare, host },
    },
  ];
}

/** Opening a Datasource for the first time. */
export const expandDatasource: Row = { name: 'expand', measure };
