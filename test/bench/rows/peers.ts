import { cp, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { until } from '../../support/until.ts';
import { openBenchWindow } from '../benchWindow.ts';
import type { BenchWindow } from '../benchWindow.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { lowerQuartile, median } from '../statistics.ts';
import { reportedActivation } from './activation.ts';

/** The environment variable with the path of a JSON file that describes the peers: see {@link peerSchema}. */
const peersVariable = 'ONNA_BENCH_PEERS';
/** About as many rows as a peer has in a small workspace. */
const datasources = 50;

/** Another extension, already built. */
const peerSchema = v.object({
  /** The name in *Show Running Extensions*. */
  name: v.string(),
  /** The folder with its `package.json`. */
  folder: v.string(),
  /** The files and folders of the extension that are needed at run time, such as `dist`. */
  files: v.array(v.string()),
  /** The title of its view container in the activity bar. */
  view: v.string(),
  /** A regular expression for a row of its tree. */
  row: v.string(),
  /** Settings that give the tree its rows. */
  settings: v.optional(v.record(v.string(), v.unknown()), {}),
  /** The folder to open, for a tree that shows files. */
  workspace: v.optional(v.string()),
});
type Peer = v.InferOutput<typeof peerSchema>;

/** The measurements of an extension. */
interface Samples {
  readonly activationMs: number[];
  readonly rowsMs: number[];
  /** Heap of a host with this extension and its rows, in bytes. */
  heap: number;
}

async function removeOurs(extensionsFolder: string): Promise<void> {
  const ours = (await readdir(extensionsFolder)).filter((name) => name.startsWith('onna-datasources.'));
  await Promise.all(ours.map((name) => rm(path.join(extensionsFolder, name), { recursive: true })));
}

async function install(extensionsFolder: string, { folder, files }: Peer): Promise<void> {
  const home = path.join(extensionsFolder, `peer.${path.basename(folder)}-1.0.0`);
  for (const file of ['package.json', 'package.nls.json', ...files])
    await cp(path.join(folder, file), path.join(home, file), { recursive: true });
}

/** Opens a window with some of the extensions. */
function openWith(bench: Bench, peers: readonly Peer[], withOurs: boolean): Promise<BenchWindow> {
  const workspace = peers.find((peer) => peer.workspace !== undefined)?.workspace;
  return openBenchWindow(bench, {
    settings: Object.assign({}, ...peers.map(({ settings }) => settings)) as Peer['settings'],
    ...(workspace !== undefined && { folder: workspace }),
    changeExtensions: async (folder) => {
      if (!withOurs) await removeOurs(folder);
      for (const peer of peers) await install(folder, peer);
    },
  });
}

/** The heap of a host with one extension and its rows, or without any, in bytes. */
async function heapOf(bench: Bench, peer: Peer | undefined): Promise<number> {
  const window = await openWith(bench, peer ? [peer] : [], false);
  try {
    await window.openBenchView(peer?.view ?? 'Bench Static');
    // In a new profile, a view may stay empty until the window is reloaded.
    if (peer) await window.reloadUntil(new RegExp(peer.row));
    else await window.probe.reconnected(() => window.workbench.reload());
    return await window.probe.ask('heapUsed');
  } finally {
    await window.close();
  }
}

async function takeSamples(bench: Bench, peers: readonly Peer[]): Promise<ReadonlyMap<string, Samples>> {
  const { connection } = await bench.sandbox('--generate-datasources', String(datasources));
  const ours = { name: 'Datasources for Onna', row: 'Datasource 00000' };
  const samples = new Map<string, Samples>();
  for (const { name } of [ours, ...peers]) samples.set(name, { activationMs: [], rowsMs: [], heap: 0 });
  const window = await openWith(bench, peers, true);
  const { probe, workbench } = window;
  try {
    await window.signIn(connection);
    await until('the snapshot is on disk', () => probe.ask('hasSnapshot'));
    for (let round = 0; round < bench.size(5, 2); round++) {
      for (const { name, row, view } of [{ ...ours, view: undefined }, ...peers]) {
        if (view === undefined) await workbench.openView();
        else await window.openBenchView(view);
        await workbench.treeRow(new RegExp(row)).first().waitFor();
        samples.get(name)?.rowsMs.push(await window.reloadUntil(new RegExp(row)));
      }
      await workbench.page.setViewportSize({ width: 1280, height: 2_400 });
      await workbench.runCommand('Developer: Show Running Extensions');
      for (const name of samples.keys())
        samples.get(name)?.activationMs.push(await reportedActivation(workbench, name));
      // VS Code 1.139 shows this editor in front of the window.
      await probe.ask('run', 'workbench.action.closeAllEditors');
      await workbench.page.setViewportSize({ width: 1280, height: 800 });
    }
  } finally {
    await window.close();
  }
  const alone = await openWith(bench, [], true);
  try {
    await alone.signIn(connection);
    await until('the snapshot is on disk', () => alone.probe.ask('hasSnapshot'));
    await alone.reloadUntil(new RegExp(ours.row));
    const own = samples.get(ours.name);
    if (own) own.heap = await alone.probe.ask('heapUsed');
  } finally {
    await alone.close();
  }
  for (const peer of peers) {
    const sample = samples.get(peer.name);
    if (sample) sample.heap = await heapOf(bench, peer);
  }
  return samples;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const file = process.env[peersVariable];
  if (file === undefined) return [];
  const peers = v.parse(v.array(peerSchema), JSON.parse(await readFile(file, 'utf8')));
  const samples = [...(await takeSamples(bench, peers))];
  const bare = await heapOf(bench, undefined);
  const [own, ...others] = samples.map(([name, { activationMs, rowsMs, heap }]) => ({
    ...{ name, activation: median(activationMs), rows: lowerQuartile(rowsMs), memory: heap - bare },
  }));
  if (!own) throw new Error('There are no samples.');
  const note = `Ours with ${datasources.toLocaleString('en')} Datasources from disk. Activation and rows: all extensions in the same window, which is reloaded with the view of each extension open. Memory: heap after garbage collection in a window with one extension, minus that of a window without any.`;
  return others.flatMap(({ name, activation, rows, memory }): Figure[] => [
    {
      figure: `peer ${name}: activation`,
      ours: { value: own.activation, unit: 'ms' },
      against: { value: activation, unit: 'ms', of: name },
      ...{ ratio: own.activation / activation, goal: 'ahead', pass: own.activation < activation, note },
    },
    {
      figure: `peer ${name}: reload until the rows are painted`,
      ours: { value: own.rows, unit: 'ms' },
      against: { value: rows, unit: 'ms', of: name },
      ...{ ratio: own.rows / rows, goal: 'ahead', pass: own.rows < rows, note },
    },
    {
      figure: `peer ${name}: memory of the extension host`,
      ours: { value: own.memory, unit: 'bytes' },
      against: { value: memory, unit: 'bytes', of: name },
      ...{ ratio: own.memory / memory, goal: 'ahead', pass: own.memory < memory, note },
    },
  ]);
}

/**
 * Compares with other extensions, if the environment variable `ONNA_BENCH_PEERS` names a file that describes them.
 * Otherwise, measures nothing.
 */
export const peers: Row = { name: 'peers', measure };
