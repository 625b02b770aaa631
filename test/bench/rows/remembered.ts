import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectionTo } from '../../../src/model/accounts/connection.ts';
import { DatasourceStore } from '../../../src/model/datasources/datasourceStore.ts';
import { SnapshotFiles } from '../../../src/model/datasources/snapshotFiles.ts';
import { StatusWatch } from '../../../src/model/datasources/statusTransitions.ts';
import { decodeNode } from '../../../src/onna/wire/node.ts';
import type { WireNode } from '../../../src/onna/wire/node.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import { throwUncaught } from '../../support/throwUncaught.ts';
import { liveHeapBytes } from '../modelClient.ts';
import { HostWatch } from '../probe/hostWatch.ts';
import type { HostLoad } from '../probe/protocol.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const maxHeapBytes = 600;
const maxStallMs = 50;
const maxGrowth = 1.2;

const connection = connectionTo(
  { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'sandbox' },
  'admin@sandbox.test',
);
const types = ['Confluence', 'Slack', 'GDrive', 'Dropbox', 'Static'];

/** A Datasource as the service lists it: a hundred in each Workspace. */
function listedNode(index: number): WireNode {
  const number = String(index).padStart(6, '0');
  const workspace = `/workspaces/generated-${String(Math.floor(index / 100)).padStart(4, '0')}`;
  const node = decodeNode(connection, {
    '@id': `${connection.baseUrl}/api/rel0/sandbox${workspace}/datasource-${number}`,
    '@type': `${types[index % types.length]}Datasource`,
    '@uid': index.toString(16).padStart(32, '0'),
    '@timestamp': '2026-03-01T11:00:00.000001+00:00',
    ...{ title: `Datasource ${number}`, sync_status: 'synced', type_sync: 'auto' },
    ...{ creation_date: '2026-03-01T10:00:00+00:00', last_sync: '2026-03-01T11:00:00+00:00' },
    creators: [connection.user],
  });
  if (!node) throw new Error('The Datasource could not be decoded.');
  return node;
}

interface Restored {
  readonly heapBytes: readonly number[];
  readonly loads: readonly HostLoad[];
}

/**
 * Restores the saved Datasources as a window does at its start. It is a function of its own, because the variables of a
 * loop would keep the list of the previous round in memory.
 */
async function restoreOnce(
  folder: string,
  count: number,
): Promise<{ readonly heapBytes: number; readonly load: HostLoad }> {
  const before = await liveHeapBytes();
  const store = new DatasourceStore();
  const statuses = new StatusWatch(store);
  const files = new SnapshotFiles(folder, store, new FakeClock(), throwUncaught);
  const watch = new HostWatch();
  store.open(connection, await files.read(connection));
  const load = watch.stop();
  const heapBytes = ((await liveHeapBytes()) - before) / count;
  // Read after the measurement, so that the list is still in memory then.
  if (store.get(connection.id)?.datasources.size !== count) throw new Error('Not all were restored.');
  files.dispose();
  statuses.dispose();
  store.dispose();
  return { heapBytes, load };
}

/** Saves `count` Datasources. */
async function save(folder: string, count: number): Promise<void> {
  const clock = new FakeClock();
  const store = new DatasourceStore();
  store.open(connection);
  store.applyListing(
    connection.id,
    {
      ...{ everything: true, deleted: [], since: 's1', unreadable: 0, problems: new Map(), end: 'reached' },
      nodes: Array.from({ length: count }, (_, index) => listedNode(index)),
    },
    true,
    clock.now(),
  );
  const written = new SnapshotFiles(folder, store, clock, throwUncaught);
  await written.flush();
  written.dispose();
  store.dispose();
}

async function restore(folder: string, count: number, rounds: number): Promise<Restored> {
  await save(folder, count);
  const heapBytes: number[] = [];
  const loads: HostLoad[] = [];
  for (let round = 0; round < rounds; round++) {
    const once = await restoreOnce(folder, count);
    heapBytes.push(once.heapBytes);
    loads.push(once.load);
  }
  return { heapBytes, loads };
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'onna-bench-remembered-'));
  try {
    const [few, many] = [10_000, bench.size(100_000, 30_000)];
    const rounds = bench.size(5, 2);
    const small = await restore(path.join(folder, 'few'), few, rounds);
    const large = await restore(path.join(folder, 'many'), many, rounds);
    const cpu = (restored: Restored): number => median(restored.loads.map(({ threadMs }) => threadMs));
    const heap = { small: median(small.heapBytes), large: median(large.heapBytes) };
    const stall = median(large.loads.map(({ maxStallMs: ms }) => ms));
    const of = `in Node: restoring ${many.toLocaleString('en')} remembered Datasources`;
    const note = `The model in Node: reads the saved list, and fills the store and the watch of statuses. Medians of ${rounds} rounds.`;
    const growth = cpu(large) / many / (cpu(small) / few);
    return [
      {
        figure: `${of}: heap per Datasource`,
        ours: { value: heap.large, unit: 'bytes' },
        against: { value: heap.small, unit: 'bytes', of: `with ${few.toLocaleString('en')}` },
        goal: `≤ ${maxHeapBytes} bytes`,
        pass: Math.max(heap.small, heap.large) <= maxHeapBytes,
        note: `${note} Heap after garbage collection, without rows.`,
        samples: { bytes: large.heapBytes },
      },
      {
        figure: `${of}: longest stall of the event loop`,
        ours: { value: stall, unit: 'ms' },
        goal: `≤ ${maxStallMs} ms`,
        pass: stall <= maxStallMs,
        note,
        samples: { maxMs: large.loads.map(({ maxStallMs: ms }) => ms) },
      },
      {
        figure: `${of}: CPU time`,
        ours: { value: cpu(large), unit: 'ms' },
        against: {
          value: (cpu(small) / few) * many,
          unit: 'ms',
          of: `that of ${few.toLocaleString('en')}, scaled`,
        },
        ratio: growth,
        goal: `≤ ${maxGrowth} ×`,
        pass: growth <= maxGrowth,
        note: `${note} Compared with the CPU time of ${few.toLocaleString('en')}, multiplied by ${many / few}.`,
        samples: { ms: large.loads.map(({ threadMs }) => threadMs) },
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Measures restoring the remembered Datasources at the start of a window. */
export const remembered: Row = { name: 'remembered', measure };
