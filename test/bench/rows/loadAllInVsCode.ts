import { until } from '../../support/until.ts';
import { openBenchWindow } from '../benchWindow.ts';
import type { BenchWindow } from '../benchWindow.ts';
import type { HostLoad } from '../probe/protocol.ts';
import type { Figure, Row } from '../row.ts';
import { SandboxControl } from '../sandboxControl.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

/** The default page size of the extension. */
const pageSize = 200;
const maxTimesBare = 1.25;
const maxBytesAChild = 250;
const maxStallMs = 50;

interface Sample {
  readonly ms: number;
  readonly bareMs: number;
  readonly bytesAChild: number;
  readonly load: HostLoad;
  readonly bareLoad: HostLoad;
}

async function datasourceRow(window: BenchWindow): Promise<string> {
  await window.workbench.treeRow('Berth slips').first().waitFor();
  return until(
    'VS Code has requested the row',
    async () => (await window.probe.ask('rowIds', 'datasource'))[0],
  );
}

async function takeSample(window: BenchWindow, sandbox: SandboxControl, total: number): Promise<Sample> {
  const { probe } = window;
  const [datasource] = await sandbox.datasources();
  const url = `${datasource?.url ?? ''}/@getAllChildren?page_size=${pageSize}`;
  const row = await datasourceRow(window);
  const bare = async (): Promise<[number, HostLoad]> => {
    await probe.ask('startWatching');
    const { ms, children } = await probe.ask('walkBare', url, sandbox.caller.token);
    if (children !== total) throw new Error(`The baseline loaded ${children} of ${total} Resources.`);
    return [ms, await probe.ask('stopWatching')];
  };
  const [before] = await bare();
  const heapBefore = await probe.ask('heapUsed');
  await probe.ask('startWatching');
  const { startedAt, endedAt } = await probe.ask('run', 'onna.loadAll', row);
  const load = await probe.ask('stopWatching');
  const bytesAChild = ((await probe.ask('heapUsed')) - heapBefore) / total;
  const [after, bareLoad] = await bare();
  return { ms: endedAt - startedAt, bareMs: (before + after) / 2, bytesAChild, load, bareLoad };
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const total = bench.size(100_000, 20_000);
  const { connection } = await bench.sandbox('--generate', String(total));
  const sandbox = await SandboxControl.of(connection);
  const samples: Sample[] = [];
  for (let round = bench.size(3, 1); round > 0; round--) {
    const window = await openBenchWindow(bench);
    await window.signIn(connection);
    samples.push(await window.profiled('loadAll', () => takeSample(window, sandbox, total)));
    await window.close();
  }

  const ours = median(samples.map(({ ms }) => ms));
  const bare = median(samples.map(({ bareMs }) => bareMs));
  const bytes = median(samples.map(({ bytesAChild }) => bytesAChild));
  const stall = Math.max(...samples.map(({ load }) => load.maxStallMs));
  const bareStall = Math.max(...samples.map(({ bareLoad }) => bareLoad.maxStallMs));
  const of = `in VS Code: Load All of ${total.toLocaleString('en')} Resources`;
  return [
    {
      figure: of,
      ours: { value: ours, unit: 'ms' },
      against: { value: bare, unit: 'ms', of: 'undici requests for the same pages in a loop' },
      ratio: ours / bare,
      goal: `≤ ${maxTimesBare} ×`,
      pass: ours <= maxTimesBare * bare,
      note: `Pages of ${pageSize} Resources, the default of the extension. Baseline: the mean of two loops in the same extension host, one before and one after Load All. Medians of ${samples.length} samples, each in a new extension host.`,
      samples: { ours: samples.map(({ ms }) => ms), bare: samples.map(({ bareMs }) => bareMs) },
    },
    {
      figure: `${of}: heap of the extension host per Resource`,
      ours: { value: bytes, unit: 'bytes' },
      goal: `≤ ${maxBytesAChild} bytes`,
      pass: bytes <= maxBytesAChild,
      note: 'Heap growth, measured after garbage collection. Most Resources have no row, because full sections are collapsed.',
      samples: { bytes: samples.map(({ bytesAChild }) => bytesAChild) },
    },
    {
      figure: `${of}: longest stall of the extension host`,
      ours: { value: stall, unit: 'ms' },
      against: { value: bareStall, unit: 'ms', of: 'undici requests in a loop' },
      goal: `≤ ${maxStallMs} ms`,
      pass: stall <= maxStallMs,
      note: 'Maximum delay of a 5 ms timer through work of the thread that runs extensions.',
      samples: {
        stalls: samples.map(({ load }) => load.stalls),
        activeMs: samples.map(({ load }) => load.activeMs),
      },
    },
  ];
}

/** Measures Load All in an extension host, where VS Code and its window also use the CPU. */
export const loadAllInVsCode: Row = { name: 'loadAllInVsCode', measure };
