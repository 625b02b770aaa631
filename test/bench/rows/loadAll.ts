import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { ResourceList } from '../../../src/model/resources/resourceList.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { liveHeapBytes, signedInClient } from '../modelClient.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const pageSize = 500;
const path = '/workspaces/generated/berth-slips';

/** Requests and parses all pages in a loop, as a baseline. @returns the number of Resources */
async function bareLoop(pool: Pool, token: string): Promise<number> {
  let children = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `page_size=${pageSize}${cursor === '' ? '' : `&scroll=${cursor}`}`;
    const { body } = await pool.request({
      method: 'GET',
      path: `/api/rel0/sandbox${path}/@getAllChildren?${query}`,
      headers: { authorization: `Bearer ${token}` },
    });
    const page = JSON.parse(await body.text()) as { items: string[]; cursor: string | null };
    children += page.items.length;
    cursor = page.cursor;
  }
  return children;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const count = bench.size(100_000, 20_000);
  const rounds = bench.size(7, 3);
  const { connection: address } = await bench.sandbox('--generate', String(count));
  const ours = await signedInClient(address);
  const pool = new Pool(address.baseUrl, { connections: 6 });
  const load = async (): Promise<ResourceList> => {
    const client = (): Promise<typeof ours.client> => Promise.resolve(ours.client);
    const list = new ResourceList(pageSize, () => new ChildrenWalk(client, systemClock, path, pageSize));
    await list.loadAll(new AbortController().signal, () => undefined);
    if (list.children.length !== count)
      throw new Error(`${list.children.length} of ${count} Resources were loaded`);
    return list;
  };
  try {
    await bareLoop(pool, ours.token);
    await load();
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    const bare: number[] = [];
    const own: number[] = [];
    const stalls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await timed(() => bareLoop(pool, ours.token)));
      const delays = monitorEventLoopDelay({ resolution: 5 });
      delays.enable();
      own.push(await timed(load));
      delays.disable();
      stalls.push(delays.max / 1e6);
    }
    // Compute the ratio in each round, because the speed of a shared machine changes over time.
    const ratio = median(own.map((ms, index) => ms / (bare[index] ?? Number.NaN)));
    const before = await liveHeapBytes();
    const list = await load();
    const bytes = ((await liveHeapBytes()) - before) / list.children.length;
    const note = `Pages of ${pageSize} Resources over HTTP from a sandbox in a separate process. The ResourceList of the model in Node. ${rounds} rounds, alternating with the baseline.`;
    return [
      {
        figure: `in Node: Load All of ${count.toLocaleString('en')} Resources`,
        ours: { value: median(own), unit: 'ms' },
        against: { value: median(bare), unit: 'ms', of: 'undici requests in a loop' },
        ratio,
        goal: '≤ 1.25 ×',
        pass: ratio <= 1.25,
        note,
        samples: { oursMs: own, bareMs: bare },
      },
      {
        figure: `in Node: Load All of ${count.toLocaleString('en')} Resources: heap per Resource without a row`,
        ours: { value: bytes, unit: 'bytes' },
        goal: '≤ 250 bytes',
        pass: bytes <= 250,
        note: 'Difference of the heap with and without the list, measured after garbage collection.',
      },
      {
        figure: `in Node: Load All of ${count.toLocaleString('en')} Resources: longest stall of the event loop`,
        ours: { value: median(stalls), unit: 'ms' },
        goal: '≤ 50 ms',
        pass: median(stalls) <= 50,
        note: 'Median of the longest delays of all rounds.',
        samples: { stallMs: stalls },
      },
    ];
  } finally {
    await pool.close();
    await ours.close();
  }
}

/** Measures Load All in plain Node, without VS Code. */
export const loadAll: Row = { name: 'loadAll', measure };
