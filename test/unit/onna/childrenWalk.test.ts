import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import type { OnnaClient } from '../../../src/onna/client.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import { ScriptedServer, json } from './scriptedServer.ts';
import type { Seen } from './scriptedServer.ts';
import { until } from '../../support/until.ts';

const all = Array.from({ length: 25 }, (_, index) => `/ws/wiki/page-${String(index)}.html`);

/** Returns the requested page of `all`. The cursor is the offset of the next page, or null on the last page. */
function page(
  request: Seen,
  size = Number(request.query.get('page_size')),
): { items: string[]; cursor: string | null } {
  const offset = Number(request.query.get('scroll') ?? 0);
  const items = all.slice(offset, offset + size);
  return { items, cursor: offset + size < all.length ? String(offset + size) : null };
}

describe('ChildrenWalk', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let client: () => Promise<OnnaClient>;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    clock = new FakeClock();
    const made = server.client();
    client = () => Promise.resolve(made);
  });
  afterEach(() => server.close());

  async function walkAll(walk = new ChildrenWalk(client, clock, '/ws/wiki', 10)): Promise<string[]> {
    const paths: string[] = [];
    while (!walk.done) for (const child of (await walk.next()).added) paths.push(child.path);
    return paths;
  }

  it('ends when the cursor is missing, null or empty', async () => {
    for (const end of [null, undefined, '']) {
      server.answer = (request, response) => {
        const { items, cursor } = page(request);
        json(response, { items, cursor: cursor ?? end });
      };
      assert.deepEqual(await walkAll(), all);
    }
  });

  it('ends at an empty page, even if the page has a cursor', async () => {
    server.answer = (request, response) =>
      json(response, { ...page(request), cursor: String(Number(request.query.get('scroll') ?? 0) + 10) });
    assert.deepEqual(await walkAll(), all);
  });

  it('continues if the cursor stays the same but the rows differ', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: all.slice(index * 10, index * 10 + 10), cursor: index < 3 ? 'same' : null });
    assert.deepEqual(await walkAll(), all);
  });

  it('continues after a page with fewer rows than requested', async () => {
    server.answer = (request, response) => json(response, page(request, 3));
    assert.deepEqual(await walkAll(), all);
  });

  it('stops after a few pages that contain only known rows', async () => {
    server.answer = (_, response) => json(response, { items: all.slice(0, 10), cursor: 'for ever' });
    assert.deepEqual(await walkAll(), all.slice(0, 10));
    // The walk sends one request in each parameter style, reads a few repeated pages, and requests the count.
    assert.ok(server.seen.length <= 11, String(server.seen.length));
  });

  for (const [name, status] of [
    ['404', 404],
    ['500', 500],
  ] as const) {
    it(`restarts, and skips known rows, if the service returns ${name} for an expired cursor`, async () => {
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

  it('treats the cursor as expired when an empty page arrives long after the previous page', async () => {
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

  it('can continue after a page failed to load', async () => {
    server.answer = (request, response, index) =>
      index === 1 ? json(response, { reason: 'x' }, 401) : json(response, page(request));
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
    const first = (await walk.next()).added.map(({ path }) => path);
    await assert.rejects(walk.next(), (error) => isOnnaError(error, 'signedOut'));
    assert.deepEqual([...first, ...(await walkAll(walk))], all);
  });

  it('requests the next page before the caller asks for it, if the caller reads on', async () => {
    server.answer = (request, response) => json(response, page(request));
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 4);
    const paths: string[] = [];
    // The walk reads ahead once it has seen that the service reads the cursor.
    for (let step = 0; step < 3; step++)
      for (const child of (await walk.next(undefined, true)).added) paths.push(child.path);
    await until('the fourth page is requested', () => server.seen.length === 4);
    assert.deepEqual([...paths, ...(await walkAll(walk))], all);
    const cursors = server.seen.map(({ query }) => query.get('scroll'));
    assert.deepEqual(cursors, [...new Set(cursors)], 'no page was requested twice');
  });

  it('sends the request for the next page before it stores the rows of this page', async () => {
    server.answer = (request, response) => json(response, page(request));
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 4);
    let sent = 0;
    const count = (): void => {
      sent++;
    };
    subscribe('undici:client:sendHeaders', count);
    try {
      // The walk reads ahead once it has seen that the service reads the cursor.
      for (let step = 0; step < 3; step++) await walk.next(undefined, true);
      assert.equal(sent, 4);
    } finally {
      unsubscribe('undici:client:sendHeaders', count);
    }
  });

  it('restarts without an error if a page that was requested early has been cancelled', async () => {
    let isHeld = true;
    server.answer = (request, response, index) => {
      if (index !== 3 || !isHeld) json(response, page(request));
    };
    const walk = new ChildrenWalk(client, clock, '/ws/wiki', 4);
    const abort = new AbortController();
    const paths: string[] = [];
    for (let step = 0; step < 3; step++)
      for (const child of (await walk.next(abort.signal, true)).added) paths.push(child.path);
    await until('the fourth page is requested', () => server.seen.length === 4);
    abort.abort();
    isHeld = false;
    assert.deepEqual([...paths, ...(await walkAll(walk))], all);
  });

  it('detects whether the service reads page_size from the query, from a GET body or from a POST body', async () => {
    for (const style of ['query', 'GET', 'POST']) {
      server.seen.length = 0;
      server.answer = (request, response) => {
        const parameters =
          style === 'query'
            ? request.query
            : new URLSearchParams(
                request.method === style && request.body
                  ? (JSON.parse(request.body) as Record<string, string>)
                  : {},
              );
        const size = Number(parameters.get('page_size') ?? 1_000);
        json(response, page({ ...request, query: parameters }, size));
      };
      assert.deepEqual(await walkAll(), all, style);
    }
  });

  it('sends the cursor in the request body if the second page repeats the first one', async () => {
    server.answer = (request, response) => {
      // This service reads parameters only from the request body, and always returns ten rows.
      const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, string>);
      json(response, page({ ...request, query: new URLSearchParams(body) }, 10));
    };
    assert.deepEqual(await walkAll(), all);
  });

  it('requests no page twice when the service ignores page_size but honors the cursor', async () => {
    server.answer = (request, response) => json(response, page(request, 12));
    assert.deepEqual(await walkAll(), all);
    const cursors = server.seen.map(({ query }) => query.get('scroll')).filter((cursor) => cursor !== null);
    assert.deepEqual(cursors, [...new Set(cursors)]);
  });

  it('requests titles if the last path segments are generated ids', async () => {
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

  it('returns rows without titles if the request for titles fails', async () => {
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

  it('fails with a decode error if no item of a page is readable', async () => {
    server.answer = (_, response) =>
      json(response, { items: ['http://elsewhere.test/api/rel0/other/x', 7], cursor: null });
    await assert.rejects(new ChildrenWalk(client, clock, '/ws/wiki', 10).next(), (error) =>
      isOnnaError(error, 'decode'),
    );
  });

  describe('with a service that returns 404 for unsupported methods', () => {
    const noRoute = { reason: 'object and/or route not found' };

    for (const served of ['GET with a body', 'POST']) {
      it(`detects that the service accepts only ${served}`, async () => {
        server.answer = (request, response) => {
          const style = request.method === 'POST' ? 'POST' : request.body === '' ? '' : 'GET with a body';
          if (style !== served) {
            json(response, noRoute, 404);
            return;
          }
          const query = new URLSearchParams(JSON.parse(request.body) as Record<string, string>);
          json(response, page({ ...request, query }));
        };
        assert.deepEqual(await walkAll(), all);
      });
    }

    it('fails with the error `notFound` if all three request styles, or the style that worked before, return 404', async () => {
      let isGone = true;
      server.answer = (request, response) =>
        isGone ? json(response, noRoute, 404) : json(response, page(request));
      const walk = (): Promise<unknown> => new ChildrenWalk(client, clock, '/ws/wiki', 10).next();
      await assert.rejects(walk(), (error) => isOnnaError(error, 'notFound'));
      assert.equal(server.seen.length, 3);
      isGone = false;
      await walk();
      isGone = true;
      server.seen.length = 0;
      await assert.rejects(walk(), (error) => isOnnaError(error, 'notFound'));
      assert.equal(server.seen.length, 1);
    });

    it('reports the 412 error of a GET request rather than the 404 error of a POST request', async () => {
      server.answer = (request, response) => json(response, noRoute, request.method === 'POST' ? 404 : 412);
      await assert.rejects(new ChildrenWalk(client, clock, '/ws/wiki', 10).next(), (error) =>
        isOnnaError(error, 'invalid'),
      );
    });

    it('stops requesting titles for all lists once the service has returned 404 for such a request', async () => {
      const id = 'c4d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5';
      server.answer = (request, response) => {
        if (request.path.endsWith('Data')) {
          json(response, noRoute, 404);
          return;
        }
        json(response, { items: [`/ws/wiki/${id}`, '/ws/wiki/txt'], cursor: null });
      };
      assert.equal((await walkAll()).length, 2);
      server.seen.length = 0;
      assert.equal((await walkAll()).length, 2);
      assert.ok(!server.seen.some(({ path }) => path.endsWith('Data')));
    });
  });

  describe('if some path segments are not readable names', () => {
    const names = Array.from({ length: 60 }, (_, index) =>
      index === 44 ? 'Gr-n.txt' : `page ${index}.html`,
    );
    names[45] = 'legal-Qx3vTz';
    /**
     * Returns items with titles for `@getAllChildrenData`, and paths for other requests. The cursor is the next offset.
     */
    const answer = (request: Seen): unknown => {
      const offset = Number(request.query.get('scroll') ?? 0);
      const isData = request.path.endsWith('Data');
      const items = names.slice(offset, offset + 10).map((name, index) => {
        const path = `/ws/wiki/${name}`;
        if (!isData) return path;
        return { '@id': path, title: offset + index === 44 ? 'Grün.txt' : name };
      });
      return { items, cursor: offset + 10 < names.length ? String(offset + 10) : null };
    };

    it('requests all pages with titles, each page once, after it has found an unreadable path', async () => {
      server.answer = (request, response) => json(response, answer(request));
      const walk = new ChildrenWalk(client, clock, '/ws/wiki', 10);
      const titles = new Map<string, string | undefined>();
      while (!walk.done) {
        const step = await walk.next();
        for (const { path, title } of step.added) titles.set(path, title);
        for (const [path, title] of step.titles) titles.set(path, title);
      }
      assert.equal(titles.size, names.length);
      assert.equal(titles.get('/ws/wiki/Gr-n.txt'), 'Grün.txt');
      // The walk does not return a title that equals the last path segment.
      assert.equal([...titles.values()].filter((title) => title !== undefined).length, 1);
      const data = server.seen.filter(({ path }) => path.endsWith('Data'));
      assert.ok(data.every(({ query }) => query.get('include') === 'title'));
      assert.deepEqual([server.seen.length - data.length, data.length], [5, 6]);
      // The next walk requests titles even for its first page.
      server.seen.length = 0;
      await walkAll();
      assert.equal(server.seen.length, 6);
    });

    it('keeps all rows in order, and sends only one extra request, if a request for titles fails on a later page', async () => {
      server.answer = (request, response) =>
        request.path.endsWith('Data')
          ? json(response, { reason: 'unknownError' }, 500)
          : json(response, answer(request));
      const paths = await walkAll();
      assert.deepEqual(
        paths,
        names.map((name) => `/ws/wiki/${name}`),
      );
      assert.equal(server.seen.length, 7);
    });
  });

  describe('if a Datasource reports more Resources than it lists', () => {
    const walkOf = (count: number): ChildrenWalk =>
      new ChildrenWalk(client, clock, '/ws/wiki', 10, () => count);

    it('restarts once after an empty page, and reports the number of Resources that are still missing', async () => {
      server.answer = (request, response) => {
        if (request.path.endsWith('@size')) {
          json(response, { bytes_processed: 1, doc_count: 25 });
          return;
        }
        json(response, request.query.get('scroll') === '10' ? { items: [], cursor: null } : page(request));
      };
      const walk = walkOf(25);
      assert.deepEqual(await walkAll(walk), all.slice(0, 10));
      assert.equal(walk.missing, 15);
      assert.equal(server.seen.length, 5);
    });

    it('reports no missing Resources if the restart finds all of them', async () => {
      let emptied = false;
      server.answer = (request, response) => {
        if (request.path.endsWith('@size')) {
          json(response, { doc_count: 25 });
          return;
        }
        const isEmpty = request.query.get('scroll') === '10' && !emptied;
        emptied ||= isEmpty;
        json(response, isEmpty ? { items: [], cursor: null } : page(request));
      };
      const walk = walkOf(25);
      assert.deepEqual(await walkAll(walk), all);
      assert.equal(walk.missing, 0);
    });

    it('sends the parameters in the request body when the service returns too few rows and no cursor', async () => {
      server.answer = (request, response) => {
        if (request.path.endsWith('@size')) {
          json(response, { doc_count: 25 });
          return;
        }
        if (request.body === '') {
          json(response, { items: all.slice(0, 4) });
          return;
        }
        const query = new URLSearchParams(JSON.parse(request.body) as Record<string, string>);
        json(response, page({ ...request, query }, 4));
      };
      assert.deepEqual(await walkAll(walkOf(25)), all);
      assert.ok(server.seen.length <= 12, String(server.seen.length));
    });

    it('does not request the number of Resources if the list ends normally', async () => {
      server.answer = (request, response) => json(response, page(request));
      assert.deepEqual(await walkAll(walkOf(40)), all);
      assert.equal(server.seen.length, 3);
    });
  });
});
