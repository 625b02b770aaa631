import { Pool } from 'undici';
import { signedInClient } from './modelClient.ts';
import type { Bench } from './session.ts';

/** Number of children per page. */
export const childrenOfPage = 100;

const path = '/api/rel0/sandbox/workspaces/generated/berth-slips/@getAllChildren';

/** Durations of single-page requests, in ms. */
export interface PageTimes {
  /** Durations for the first page. */
  readonly first: readonly number[];
  /** Durations for the last page. The cursor comes from requests for all previous pages. */
  readonly last: readonly number[];
  /** Number of pages before the last page. */
  readonly walked: number;
  readonly walkMs: number;
}

interface Page {
  readonly items: readonly string[];
  readonly cursor: string | null;
}

async function measurePages(bench: Bench, total: number): Promise<PageTimes> {
  const { connection } = await bench.sandbox('--generate', String(total));
  const ours = await signedInClient(connection);
  const pool = new Pool(connection.baseUrl, { connections: 1 });
  const ask = async (cursor?: string): Promise<Page> => {
    const query = `page_size=${childrenOfPage}${cursor === undefined ? '' : `&scroll=${cursor}`}`;
    const { body } = await pool.request({
      ...{ method: 'GET', path: `${path}?${query}`, headers: { authorization: `Bearer ${ours.token}` } },
    });
    const page = JSON.parse(await body.text()) as Page;
    if (page.items.length !== childrenOfPage) throw new Error(`A page has ${page.items.length} children.`);
    return page;
  };
  const timed = async (cursor?: string): Promise<number> => {
    const started = performance.now();
    await ask(cursor);
    return performance.now() - started;
  };
  try {
    const pages = total / childrenOfPage;
    const began = performance.now();
    let { cursor } = await ask();
    // The first request fixes the page size, so asking for larger pages afterwards has no effect.
    for (let page = 2; page < pages && cursor !== null; page++) ({ cursor } = await ask(cursor));
    const walkMs = performance.now() - began;
    if (cursor === null) throw new Error('The listing ended before its last page.');
    const first: number[] = [];
    const last: number[] = [];
    for (let round = 0; round < bench.size(500, 200); round++) {
      first.push(await timed());
      last.push(await timed(cursor));
    }
    return { first, last, walked: pages - 1, walkMs };
  } finally {
    await pool.close();
    await ours.close();
  }
}

/** Measures requests for the first and the last page of `total` generated children. Callers share one measurement. */
export function pageTimes(bench: Bench, total: number): Promise<PageTimes> {
  return bench.shared(`pages of ${total}`, () => measurePages(bench, total));
}
