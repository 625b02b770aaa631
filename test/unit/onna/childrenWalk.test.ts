import assert from 'node:assert/strict';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import type { OnnaClient } from '../../../src/onna/client.ts';
import { DrivenClock } from '../drivenClock.ts';
import { ScriptedServer, json } from './scriptedServer.ts';
import type { Seen } from './scriptedServer.ts';

const all = Array.from({ length: 25 }, (_, index) => `/ws/wiki/page-${String(index)}.html`);

/** Pages of `all`, the cursor being the next offset. */
function page(
  request: Seen,
  size = Number(request.query.get('page_size')),
): { items: string[]; cursor: string | null } {
  const offset = Number(request.query.get('scroll') ?? 0);
  const items = all.slice(offset, offset + size);
  return { items, cursor: offset + size < all.length ? String(offset + size) : null };
}

describe('paging through a Datasource’s children', () => {
  let server: ScriptedServer;
  let clock: DrivenClock;
  let client: () => Promise<OnnaClient>;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    clock = new DrivenClock();
    const made = server.client();
    client = () => Promise.resolve(made);
  });
  afterEach(() => server.close());

  async function walkAll(walk = new ChildrenWalk(client, clock, '/ws/wiki', 10)): Promise<string[]> {
    const paths: string[] = [];
    while (!walk.done) for (const child of (await walk.next()).added) paths.push(child.path);
    return paths;
  }

  it('ends where the cursor is missing, null or empty', async () => {
    for (const end of [null, undefined, '']) {
      server.answer = (request, response) => {
        const { items, cursor } = page(request);
        json(response, { items, cursor: cursor ?? end });
      };
      assert.deepEqual(await walkAll(), all);
    }
  });

  it('ends at an empty page even if that has a cursor', async () => {
    server.answer = (request, response) =>
      json(response, { ...page(request), cursor: String(Number(request.query.get('scroll') ?? 0) + 10) });
    assert.deepEqual(await walkAll(), all);
  });

  it('goes on while the cursor stays the same', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: all.slice(index * 10, index * 10 + 10), cursor: index < 3 ? 'same' : null });
    assert.deepEqual(await walkAll(), all);
  });

  it('does not take a short page for the last one', async () => {
    server.answer = (request, response) => json(response, page(request, 3));
    assert.deepEqual(await walkAll(), all);
  });

  it('stops after a few pages that only repeat what is known', async () => {
    server.answer = (_, response) => json(response, { items: all.slice(0, 10), cursor: 'for ever' });
    assert.deepEqual(await walkAll(), all.slice(0, 10));
    // In each manner of sending the cursor, and then a few times more.
    assert.ok(server.seen.length <= 10, String(server.seen.length));
  });

  for (const [name, status] of [
    ['404', 404],
    ['500', 500],
  ] as const) {
    it(`given a cursor that expired with ${name}, then begins again and skips what is known`, async () => {
      let expired = false;
      server.answer = (request, response) => {
        if (request.query.has('scroll') && !expired) {
          expired = true;
          json(response, { reason: 'search_context_missing' }, status);
        } else json(response, page(request));
      };
      assert.deepEqual(await walkAll(), all);
    });
  }

  it('given an empty page long after the page before, then takes the cursor for expired', async () => {
    let emptied = false;
    server.answer = (request, response) => {
      if (request.query.has('scroll') && !emptied) {
        emptied = true;
        json(response, { items: [], cursor: null });
      } else json(response, page(request));
    };
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
    const first = (await walk.next()).added.map(({ path }) => path);
    await clock.advance(120_000);
    assert.deepEqual([...first, ...(await walkAll(walk))], all);
  });

  it('can be taken up again after a step that failed', async () => {
    server.answer = (request, response, index) =>
      index === 1 ? json(response, { reason: 'x' }, 401) : json(response, page(request));
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
    const first = (await walk.next()).added.map(({ path }) => path);
    await assert.rejects(walk.next(), (error) => isOnnaError(error, 'signedOut'));
    assert.deepEqual([...first, ...(await walkAll(walk))], all);
  });

  it('finds the way to send page_size: in the query, in a GET body, or by POST', async () => {
    for (const manner of ['query', 'GET', 'POST']) {
      server.seen.length = 0;
      server.answer = (request, response) => {
        const parameters =
          manner === 'query'
            ? request.query
            : new URLSearchParams(
                request.method === manner && request.body
                  ? (JSON.parse(request.body) as Record<string, string>)
                  : {},
              );
        const size = Number(parameters.get('page_size') ?? 1_000);
        json(response, page({ ...request, query: parameters }, size));
      };
      assert.deepEqual(await walkAll(), all, manner);
    }
  });

  it('takes a second page that is the first again for a cursor that went unread, and sends it otherwise', async () => {
    server.answer = (request, response) => {
      // Reads its parameters from a GET body only, and gives ten at a time unasked.
      const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, string>);
      json(response, page({ ...request, query: new URLSearchParams(body) }, 10));
    };
    assert.deepEqual(await walkAll(), all);
  });

  it('given a service that ignores page_size but not the cursor, then asks for no page twice', async () => {
    server.answer = (request, response) => json(response, page(request, 12));
    assert.deepEqual(await walkAll(), all);
    const cursors = server.seen.map(({ query }) => query.get('scroll')).filter((cursor) => cursor !== null);
    assert.deepEqual(cursors, [...new Set(cursors)]);
  });

  it('asks for titles where the paths are generated ids', async () => {
    const ids = ['c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5', 'd4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5'];
    server.answer = (request, response) =>
      json(
        response,
        request.path.endsWith('@getAllChildren')
          ? { items: ids.map((id) => `/ws/wiki/${id}`), cursor: null }
          : {
              items: ids.map((id, index) => ({
                '@id': `http://x/api/rel0/lumenfjord/ws/wiki/${id}`,
                title: `Tides ${String(index)}`,
              })),
              cursor: null,
            },
      );
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
    assert.deepEqual(
      (await walk.next()).added.map(({ title }) => title),
      ['Tides 0', 'Tides 1'],
    );
  });

  it('shows rows without titles where titles cannot be had', async () => {
    const path = '/ws/wiki/c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5';
    server.answer = (request, response) => {
      if (request.path.endsWith('@getAllChildren')) json(response, { items: [path], cursor: null });
      else json(response, { reason: 'unknownError' }, 500);
    };
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
    assert.deepEqual(
      (await walk.next()).added.map((child) => child.path),
      [path],
    );
  });

  it('given a page on which nothing can be read, then does not take it for the end', async () => {
    server.answer = (_, response) =>
      json(response, { items: ['http://elsewhere.test/api/rel0/other/x', 7], cursor: null });
    await assert.rejects(new ChildrenWalk(client, clock, '/ws/wiki', 10).next(), (error) =>
      isOnnaError(error, 'decode'),
    );
  });
});
