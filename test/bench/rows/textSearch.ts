import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startSandboxProcess } from '../../support/sandbox.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import { signedInClient } from '../modelClient.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { lowerQuartile, median } from '../statistics.ts';

const maxTimesBare = 1.5;
const hits = 50;
const rounds = 5;

/** Words of the generated texts, from frequent to rare, and their expressions for FTS5. */
const queries: readonly (readonly [query: string, expression: string])[] = [
  ['berth', '"berth"'],
  ['timber', '"timber"'],
  ['"wind turbine blades"', '"wind turbine blades"'],
  ['corvina grain', '"corvina" AND "grain"'],
  ['"low water"', '"low water"'],
];

type Samples = ReadonlyMap<string, readonly number[]>;

/** Sends each query several times. @returns the durations by query, in ms */
async function oursTimes(folder: string, total: number): Promise<Samples> {
  const sandbox = await startSandboxProcess(['--generate', String(total), '--data', folder]);
  try {
    const ours = await signedInClient(sandbox.connection);
    const times = new Map<string, number[]>();
    for (const [query] of queries) {
      const durations: number[] = [];
      for (let round = 0; round < rounds; round++) {
        // A change of the index, after which the sandbox counts the hits of each query again.
        await ours.client.content.create('/workspaces', { '@type': 'Workspace', title: `${query} ${round}` });
        const wanted = { text_contains: [{ var: 'extracted_text' }, query] };
        const started = performance.now();
        await ours.client.frontsearch('', { advanced: { and: [wanted] }, from: 0, size: hits });
        durations.push(performance.now() - started);
      }
      times.set(query, durations);
    }
    await ours.close();
    return times;
  } finally {
    await sandbox.process.stop();
  }
}

/** Runs each query on the stopped sandbox's database, which a running sandbox locks. @returns the durations, in ms */
function bareTimes(folder: string): Samples {
  const database = new DatabaseSync(path.join(folder, 'sandbox.sqlite'), { readOnly: true });
  const count = database.prepare('SELECT count(*) AS n FROM text_index WHERE text_index MATCH ?');
  const page = database.prepare(
    'SELECT rowid FROM text_index WHERE text_index MATCH ? ORDER BY rank LIMIT ?',
  );
  const times = queries.map(([query, expression]): [string, number[]] => {
    const scoped = `{extracted_text} : (${expression})`;
    const durations = Array.from({ length: rounds }, () => {
      const started = performance.now();
      count.get(scoped);
      page.all(scoped, hits);
      return performance.now() - started;
    });
    return [query, durations];
  });
  database.close();
  return new Map(times);
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const total = bench.size(1_000_000, 20_000);
  const folder = await makeTemporaryFolder('onna-search');
  try {
    const ours = await oursTimes(folder.path, total);
    const bare = bareTimes(folder.path);
    const best = (samples: Samples, query: string): number => lowerQuartile(samples.get(query) ?? []);
    const ratios = queries.map(([query]) => best(ours, query) / best(bare, query));
    const worst = Math.max(...ratios);
    return [
      {
        figure: `sandbox: text_contains over ${total.toLocaleString('en')} Resources, slowest of ${queries.length} queries`,
        ours: { value: median(queries.map(([query]) => best(ours, query))), unit: 'ms' },
        against: {
          value: median(queries.map(([query]) => best(bare, query))),
          unit: 'ms',
          of: 'the count and the first page of the same FTS5 query',
        },
        ratio: worst,
        goal: `≤ ${maxTimesBare} ×`,
        pass: worst <= maxTimesBare,
        note: `Ratios: ${queries.map(([query], index) => `${query} ${(ratios[index] ?? Number.NaN).toFixed(2)}`).join(', ')}. The times are medians of the queries.`,
        samples: Object.fromEntries(
          queries.flatMap(([query]) => [
            [`${query}, ours`, ours.get(query) ?? []],
            [`${query}, bare`, bare.get(query) ?? []],
          ]),
        ),
      },
    ];
  } finally {
    await folder.remove();
  }
}

/** Compares a text search of the sandbox with the bare query of SQLite's full-text index. */
export const textSearch: Row = { name: 'textSearch', measure };
