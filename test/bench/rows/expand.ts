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
  /** Time from the click until the first Resource is painted, in ms. */
  readonly ours: number[];
  /** Time from the click until the first row of the baseline extension is painted, in ms. */
  readonly floor: number[];
  /** Duration of one undici request for the same page, in ms. */
  readonly roundTrip: number[];
  /** Duration of `getChildren` in our extension, in ms. */
  readonly host: number[];
}

/** Maximum time for the sandbox to collect all Datasources, in ms. */
const collectedMs = 180_000;

/** Creates `count` folders with 100 small files each. @returns the sandbox arguments that collect the folders */
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

/**
 * Returns the rows of our extension with other names and URIs, as rows of the baseline. The Datasources get the children of
 * the first one, and send a request before they return them.
 */
function comparisonRows(
  rows: readonly StaticRow[],
  children: readonly StaticRow[],
  asksFirst: (source: number) => StaticRow['asksFirst'],
): StaticRow[] {
  return rows.map((row) => {
    const source = /^Source (\d+)$/.exec(row.label)?.[1];
    if (source === undefined) return { ...row, children: comparisonRows(row.children, children, asksFirst) };
    const asks = asksFirst(Number(source));
    return {
      ...bare(row, source),
      ...(asks && { asksFirst: asks }),
      children: children.map((child) => bare(child, source)),
    };
  });
}

/** Gives a copy of a row another name and URI, so that VS Code knows neither. */
function bare(row: StaticRow, source: string): StaticRow {
  return {
    ...row,
    label: row.label.replace('Source', 'Bare').replace(/^ours-0-/, `bare-${source}-`),
    ...(row.uri !== undefined && { uri: `${row.uri}-bare-${source}` }),
  };
}

function descendants(rows: readonly StaticRow[]): readonly StaticRow[] {
  return rows.flatMap((row) => [row, ...descendants(row.children)]);
}

/** Expands a row with the mouse. @returns the time until the first child is painted, in ms */
async function expand(window: BenchWindow, label: string, child: RegExp): Promise<number> {
  const row = window.workbench.treeRow(label).first();
  const seenAt = await window.screen.rowAppears(child, () => row.locator('.monaco-tl-twistie').click());
  const ms = seenAt - (await window.screen.pressedAt());
  await window.workbench.collapse(row);
  return ms;
}

/** Alternates between our extension and the baselines, so that other load on the machine affects all of them. */
async function takeSamples(window: BenchWindow, sandbox: SandboxControl, count: number): Promise<Samples> {
  const { probe, workbench } = window;
  const samples: Samples = { ours: [], floor: [], roundTrip: [], host: [] };
  const { token } = sandbox.caller;
  const datasources = await sandbox.datasources();
  const urlOf = (source: number): string => {
    const found = datasources.find(({ title }) => title === `Source ${source}`);
    return `${found?.url ?? ''}/@getAllChildren?page_size=200`;
  };
  for (let source = 0; source < count; source++) {
    await workbench.openView();
    const roundTrip = await probe.ask('askBare', urlOf(source), token);
    await probe.ask('reset');
    const ours = await expand(window, `Source ${source}`, new RegExp(`ours-${source}-000`));
    const host = (await probe.ask('counts')).answersMs[0] ?? Number.NaN;
    if (source === 0) {
      const copies = await probe.ask('rowCopies');
      const children = descendants(copies).find(({ label }) => label === 'Source 0')?.children ?? [];
      if (children.length !== resources) throw new Error(`The copies have ${children.length} Resources.`);
      const rows = comparisonRows(copies, children, (of) => ({ url: urlOf(of), token }));
      await probe.ask('showStatic', rows);
    }
    await window.openBenchView('Bench Static');
    const floor = await expand(window, `Bare ${source}`, new RegExp(`bare-${source}-000`));
    // The first round is a warm-up, because it loads code and opens connections.
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
    'all Datasources are collected',
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
      figure: `expanding a Datasource of ${resources} Resources, latency ${serverLatencyMs} ms: first Resource on screen`,
      ours: { value: ours, unit: 'ms' },
      against: {
        value: floor,
        unit: 'ms',
        of: `one request of ${formatNumber(roundTrip)} ms and the painting`,
      },
      ratio,
      goal: `≤ ${maxRoundTripRatio} × a round trip`,
      pass: ratio <= maxRoundTripRatio,
      note: `From the click on the arrow until the first Resource is painted. Baseline: an extension in the same window that sends one undici request for the same page and then shows copies of our rows, with the same icons, decorations, buttons and depth, and with other names and URIs. The ratio is 1 + (ours − baseline) / round trip, which excludes the painting in VS Code. Lower quartiles of ${count - 1} samples, alternating with the baseline. Each Datasource is expanded for the first time.`,
      samples: { ...samples },
    },
    {
      figure: `expanding a Datasource of ${resources} Resources: duration of getChildren in the extension host`,
      ours: { value: host, unit: 'ms' },
      against: { value: roundTrip, unit: 'ms', of: 'one undici request' },
      ratio: host / roundTrip,
      goal: `≤ ${maxRoundTripRatio} ×`,
      pass: host / roundTrip <= maxRoundTripRatio,
      note: 'Lower quartiles, measured while the Datasources were expanded.',
    },
  ];
}

/** Measures the first expansion of a Datasource. */
export const expandDatasource: Row = { name: 'expand', measure };
