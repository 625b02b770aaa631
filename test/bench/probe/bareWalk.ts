import { Pool } from 'undici';
import { now } from './hostRequests.ts';
import type { BareWalk } from './protocol.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly cursor: string | null;
}

const pools = new Map<string, Pool>();

/** One request, and nothing else: the floor of asking for anything. */
export async function askBare(url: string, token: string): Promise<number> {
  const { origin, pathname, search } = new URL(url);
  let pool = pools.get(origin);
  if (!pool) pools.set(origin, (pool = new Pool(origin)));
  const began = now();
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const answer = await pool.request({ path: pathname + search, method: 'GET', headers });
  if (answer.statusCode !== 200) throw new Error(`${pathname} answered ${answer.statusCode}`);
  await answer.body.text();
  return now() - began;
}

/** A loop of requests over the pages of a listing, and nothing else: the floor of loading it. */
export async function walkBare(url: string, token: string): Promise<BareWalk> {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const began = now();
  let pages = 0;
  let children = 0;
  let cursor: string | null = '';
  while (cursor !== null) {
    const scroll: string = cursor === '' ? '' : `&scroll=${encodeURIComponent(cursor)}`;
    const answer = await pool.request({ path: pathname + search + scroll, method: 'GET', headers });
    if (answer.statusCode !== 200) throw new Error(`${pathname} answered ${answer.statusCode}`);
    const page = (await answer.body.json()) as Page;
    pages++;
    children += page.items.length;
    cursor = page.cursor;
  }
  const ms = now() - began;
  await pool.close();
  return { ms, pages, children };
}
