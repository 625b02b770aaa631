import { Pool } from 'undici';
import { now } from './hostRequests.ts';
import type { BareLogin, BareWalk } from './protocol.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly cursor: string | null;
}

const pools = new Map<string, Pool>();

/**
 * Sends one undici request as a baseline, with POST if there is a body.
 * @returns ms until the whole response arrived
 */
export async function askBare(url: string, token: string, body?: object): Promise<number> {
  const { origin, pathname, search } = new URL(url);
  let pool = pools.get(origin);
  if (!pool) pools.set(origin, (pool = new Pool(origin)));
  const began = now();
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const answer = await pool.request({
    path: pathname + search,
    ...(body
      ? {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }
      : { method: 'GET', headers }),
  });
  if (answer.statusCode !== 200) throw new Error(`${pathname} responded with ${answer.statusCode}`);
  await answer.body.text();
  return now() - began;
}

/** Loads all pages of a listing with undici requests in a loop, as a baseline. */
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
    if (answer.statusCode !== 200) throw new Error(`${pathname} responded with ${answer.statusCode}`);
    const page = (await answer.body.json()) as Page;
    pages++;
    children += page.items.length;
    cursor = page.cursor;
  }
  const ms = now() - began;
  await pool.close();
  return { ms, pages, children };
}

/** Sends the three requests of a sign-in one after another: for a code, a token and the list of Datasources. */
export async function signInBare(login: BareLogin, password: string): Promise<void> {
  const { baseUrl, container, account, user } = login;
  const root = `/api/${container}/${account}`;
  const pool = new Pool(baseUrl);
  const code = await pool.request({
    ...{ path: `${root}/@oauthgetcode?client_id=canonical&scope=${account}`, method: 'GET' },
  });
  const { auth_code: authCode } = (await code.body.json()) as { auth_code: string };
  const token = await pool.request({
    ...{
      path: '/auth/oauth/get_auth_token',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    },
    body: JSON.stringify({
      ...{ grant_type: 'user', client_id: 'canonical', scopes: [account], code: authCode },
      ...{ username: user, password },
    }),
  });
  const authorization = `Bearer ${await token.body.text()}`;
  const list = await pool.request({
    ...{ path: `${root}/@data?types=_datasources_%2CWorkspace`, method: 'GET', headers: { authorization } },
  });
  if (list.statusCode !== 200) throw new Error(`The list of Datasources has status ${list.statusCode}.`);
  await list.body.text();
  await pool.close();
}
