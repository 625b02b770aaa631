import { open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import { ExceptionList } from '../../../src/model/history/exceptionList.ts';
import { saveFile } from '../../../src/model/resources/saveFile.ts';
import { firstExceptionChoice } from '../../../src/shared/detailsProtocol.ts';
import { exceptionsCsv } from '../../../src/ui/details/exceptionsCsv.ts';
import { signedInClient } from '../modelClient.ts';
import { HostWatch } from '../probe/hostWatch.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const datasource = '/workspaces/generated/berth-slips';

interface Hit {
  readonly '@id': string;
  readonly title: string;
  readonly path: string;
}

/** Sends the recorded requests again, and writes three values of each hit. @returns the number of rows */
async function bareLoop(
  pool: Pool,
  token: string,
  bodies: readonly string[],
  target: string,
): Promise<number> {
  let rows = 0;
  const file = await open(target, 'w');
  try {
    for (const body of bodies) {
      const response = await pool.request({
        method: 'POST',
        path: `/api/rel0/sandbox${datasource}/@frontsearch`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
      });
      const { member } = JSON.parse(await response.body.text()) as { member: readonly Hit[] };
      await file.write(member.map((hit) => `${hit.title},${hit.path},${hit['@id']}\n`).join(''));
      rows += member.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return rows;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const count = bench.size(100_000, 20_000);
  const rounds = bench.size(3, 3);
  const { connection: address } = await bench.sandbox('--generate-exceptions', String(count));
  const ours = await signedInClient(address);
  const pool = new Pool(address.baseUrl, { connections: 6 });
  const { signal } = new AbortController();
  const target = path.join(os.tmpdir(), `onna-exceptions-${process.pid}.csv`);
  const bodies: string[] = [];
  const client = Object.create(ours.client) as typeof ours.client;
  client.search = (at, request, abort) => {
    bodies.push(JSON.stringify(request));
    return ours.client.search(at, request, abort);
  };
  const list = new ExceptionList(() => Promise.resolve(client));
  const save = async (): Promise<void> => {
    bodies.length = 0;
    const pages = list.all('bench', datasource, { ...firstExceptionChoice, sort: 'file' }, signal);
    const table = exceptionsCsv(pages, () => undefined);
    await saveFile(table, target, signal, () => undefined);
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  try {
    await save();
    const lines = (await readFile(target, 'utf8')).split('\n').length - 2;
    const sent = [...bodies];
    const found = await bareLoop(pool, ours.token, sent, target);
    if (lines !== count || found !== count)
      throw new Error(`${lines} and ${found} of ${count} rows were saved`);
    const bare: number[] = [];
    const own: number[] = [];
    const stalls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await timed(() => bareLoop(pool, ours.token, sent, target)));
      const watch = new HostWatch();
      own.push(await timed(save));
      stalls.push(watch.stop().maxStallMs);
    }
    // Compute the ratio in each round, because the speed of a shared machine changes over time.
    const ratio = median(own.map((ms, index) => ms / (bare[index] ?? Number.NaN)));
    const figure = `in Node: ${count.toLocaleString('en')} exceptions to a CSV file`;
    return [
      {
        figure,
        ours: { value: median(own), unit: 'ms' },
        against: { value: median(bare), unit: 'ms', of: 'the same requests in a loop, written to a file' },
        ratio,
        goal: '≤ 2 ×',
        pass: ratio <= 2,
        note: `${sent.length} requests over HTTP to a sandbox in a separate process. ${rounds} rounds, alternating with the baseline.`,
        samples: { oursMs: own, bareMs: bare },
      },
      {
        figure: `${figure}: longest stall of the event loop`,
        ours: { value: median(stalls), unit: 'ms' },
        goal: '≤ 50 ms',
        pass: median(stalls) <= 50,
        note: 'Maximum delay of a 5 ms timer through work of the thread. Median of all rounds.',
        samples: { stallMs: stalls },
      },
    ];
  } finally {
    await rm(target, { force: true });
    await pool.close();
    await ours.close();
  }
}

/** Measures the export of exceptions in plain Node, without VS Code. */
export const exceptionsCsvRow: Row = { name: 'exceptionsCsv', measure };
