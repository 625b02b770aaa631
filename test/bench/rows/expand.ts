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
import { lowerQuartile } from '../statistics.ts';
import { formatNumber } from '../table.ts';

const serverLatencyMs = 50;
const maxRoundTripRatio = 1.15;
const resources = 100;

interface Samples {
  /** Time until the children are on screen, in ms. */
  readonly ours: number[];
  /** The same time for an extension that only sends a bare request. */
  readonly floor: number[];
  /** The bare request alone. */
  readonly roundTrip: number[];
  /** From VS Code's request for the children to the extension's result. */
  readonly host: number[];
}

/** Maximum time for the sandbox to collect everything, in ms. */
const collectedMs = 180_000;

/** Folders with a hundred small files each, and the sandbox arguments to collect them. */
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

/** The same rows from an extension that only sends the request and has its rows ready. */
function comparisonRow(source: number, asksFirst: StaticRow['asksFirst']): StaticRow {
  return {
    ...{ label: `Bare ${source}`, description: 'Synced just now', icon: 'folder' },
    ...(asksFirst && { asksFirst }),
    children: Array.from({ length: resources }, (_, file) => ({
      ...{ label: `bare-${source}-${String(file).padStart(3, '0')}.txt`, isFile: true },
    })),
  };
}

/** Expands a row with the mouse. @returns the time until its first child was painted, in ms. */
async function expand(window: BenchWindow, label: string, child: RegExp): Promise<number> {
  const row = window.workbench.treeRow(label).first();
  const seenAt = await window.screen.rowAppears(child, () => row.locator('.monaco-tl-twistie').click());
  const ms = seenAt - (await window.screen.pressedAt());
  await window.workbench.collapse(row);
  return ms;
}

/** Alternates ours with its baselines, so that other load on the machine slows all of them alike. */
async function takeSamples(window: BenchWindow, sandbox: SandboxControl, count: number): Promise<Samples> {
  const { probe, workbench } = window;
  const samples: Samples = { ours: [], floor: [], roundTrip: [], host: [] };
  const { token } = sandbox.caller;
  const datasources = await sandbox.datasources();
  const urlOf = (source: number): string => {
    const found = datasources.find(({ title }) => title === `Source ${source}`);
    return `${found?.url ?? ''}/@getAllChildren?page_size=200`;
  };
  const rows = Array.from({ length: count }, (_, source) => source);
  // As deep in the tree as ours, because VS Code draws a guide for each level of each row.
  const bare = rows.map((source) => comparisonRow(source, { url: urlOf(source), token }));
  const group: StaticRow = { label: 'Bare group', icon: 'briefcase', expanded: true, children: bare };
  await probe.ask('showStatic', [
    { label: 'Bare account', icon: 'account', expanded: true, children: [group] },
  ]);
  for (const source of rows) {
    await workbench.openView();
    const roundTrip = await probe.ask('askBare', urlOf(source), token);
    await probe.ask('reset');
    const ours = await expand(window, `Source ${source}`, new RegExp(`ours-${source}-000`));
    const host = (await probe.ask('counts')).answersMs[0] ?? Number.NaN;
    await window.openBenchView('Bench Static');
    const floor = await expand(window, `Bare ${source}`, new RegExp(`bare-${source}-000`));
    // The first measurement of each kind is a warm-up: it loads code and opens connections.
    if (source === 0) continue;
    samples.roundTrip.push(roundTrip);
    samples.ours.push(ours);
    samples.host.push(host);
    samples.floor.push(floor);
  }
  return samples;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const count = bench.size(21, 3);
  const { connection } = await bench.sandbox(...(await makeOrigins(bench, count)));
  const sandbox = await SandboxControl.of(connection);
  await until(
    'everything is collected',
    async () => {
      const datasources = await sandbox.datasources();
      return datasources.length === count && datasources.every(({ status }) => status === 'synced');
    },
    collectedMs,
  );
  const window = await openBenchWindow(bench);
  await window.signIn(connection);
  await sandbox.setSwitches({ latencyMs: serverLatencyMs });
  const samples = await takeSamples(window, sandbox, count);
  await window.close();
  const [ours, floor] = [lowerQuartile(samples.ours), lowerQuartile(samples.floor)];
  const [roundTrip, host] = [lowerQuartile(samples.roundTrip), lowerQuartile(samples.host)];
  const ratio = 1 + (ours - floor) / roundTrip;
  return [
    {
      figure: `expanding a Datasource of ${resources}, server ${serverLatencyMs} ms away: on screen`,
      ours: { value: ours, unit: 'ms' },
      against: {
        value: floor,
        unit: 'ms',
        of: `a bare round trip of ${formatNumber(roundTrip)} and VS Code`,
      },
      ratio,
      goal: `≤ ${maxRoundTripRatio} × a round trip`,
      pass: ratio <= maxRoundTripRatio,
      note: `From the click on the arrow to the first painted child. Baseline: an extension in the same window that sends one bare undici request for the same page, then shows prepared rows of the same kind and depth. The ratio is 1 + (ours − baseline) / round trip, which leaves out VS Code's own drawing. Lower quartiles of ${count - 1} samples, measured alternately. Each Datasource is expanded for the first time.`,
      samples: { ...samples },
    },
    {
      figure: 'the same in the extension host: from VS Code’s request for the children to our result',
      ours: { value: host, unit: 'ms' },
      against: { value: roundTrip, unit: 'ms', of: 'a bare round trip' },
      ratio: host / roundTrip,
      goal: `≤ ${maxRoundTripRatio} ×`,
      pass: host / roundTrip <= maxRoundTripRatio,
      note: 'From the same samples.',
    },
  ];
}

/** Expanding a Datasource for the first time. */
export const expandDatasource: Row = { name: 'expand', measure };
