import assert from 'node:assert/strict';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { readListing } from '../../../src/onna/listing.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

const item = (name: string, timestamp = '2026-03-01T11:00:00.000001+00:00', fields: object = {}): object => ({
  '@id': `/workspaces/harbour/${name}`,
  '@type': 'SlackDatasource',
  '@uid': name,
  '@timestamp': timestamp,
  title: name,
  ...fields,
});

describe('readListing', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());
  const names = async (): Promise<string[]> =>
    (await readListing(server.client(), undefined)).nodes.map(({ title }) => title);

  it('reads page by page until a response has no cursor', async () => {
    server.answer = (request, response) => {
      const page = Number(request.query.get('cursor') ?? 0);
      json(response, {
        updates: [item(`d${String(page)}`)],
        deleted: [],
        cursor: page < 2 ? String(page + 1) : null,
      });
    };
    assert.deepEqual(await names(), ['d0', 'd1', 'd2']);
  });

  it('stops if the service repeats pages endlessly, and reports the repetition', async () => {
    server.answer = (_, response) => json(response, { updates: [item('a')], deleted: [], cursor: 'again' });
    const listing = await readListing(server.client(), undefined);
    assert.deepEqual(listing.nodes.length, 1);
    assert.equal(listing.end, 'repeating');
    // A single page without new items may be an overlap. Several such pages are an endless loop.
    assert.equal(server.seen.length, 4);
  });

  it('continues after a page of known items, because changes can make pages overlap', async () => {
    const pages = [['a'], ['a'], ['b']];
    server.answer = (request, response) => {
      const page = Number(request.query.get('cursor') ?? 0);
      const updates = pages[page]?.map((name) => item(name));
      json(response, { updates, deleted: [], cursor: page < 2 ? String(page + 1) : null });
    };
    assert.deepEqual(await names(), ['a', 'b']);
  });

  it('continues after an empty page while fewer items than `total` have arrived', async () => {
    const pages = [['a'], [], ['b']];
    server.answer = (request, response) => {
      const page = Number(request.query.get('cursor') ?? 0);
      const updates = pages[page]?.map((name) => item(name));
      json(response, { updates, deleted: [], total: 2, cursor: page < 2 ? String(page + 1) : null });
    };
    assert.deepEqual(await names(), ['a', 'b']);
  });

  it('keeps the old timestamp when pages repeat before `total` items have arrived', async () => {
    server.answer = (_, response) =>
      json(response, { updates: [item('a')], deleted: [], total: 2, cursor: 'again' });
    const listing = await readListing(server.client(), 'before');
    assert.equal(listing.end, 'repeating');
    assert.equal(listing.since, 'before');
  });

  it('ends once `total` items have arrived, even if the service still sends a cursor', async () => {
    server.answer = (_, response) =>
      json(response, { updates: [item('a')], deleted: [], total: 1, cursor: 'again' });
    const listing = await readListing(server.client(), undefined);
    assert.equal(listing.end, 'reached');
    assert.equal(server.seen.length, 2);
  });

  it('stops after the maximum number of pages, and keeps the old timestamp', async () => {
    server.answer = (_, response, index) =>
      json(response, { updates: [item(`d${String(index)}`)], deleted: [], cursor: String(index) });
    const listing = await readListing(server.client(), 'before');
    assert.equal(listing.end, 'tooManyPages');
    assert.equal(listing.nodes.length, 1_000);
    assert.equal(listing.since, 'before');
  });

  it('accepts an object of items instead of an array', async () => {
    server.answer = (_, response) => json(response, { updates: { x: item('a'), y: item('b') }, cursor: '' });
    assert.deepEqual(await names(), ['a', 'b']);
  });

  const unaddressed = { ...item('a'), '@id': undefined };
  for (const [form, updates, wanted] of [
    ['a single bare item', item('a'), ['a']],
    ['nested arrays', [[item('a')], [item('b')]], ['a', 'b']],
    ['arrays in an object', { first: [item('a'), item('b')], second: [] }, ['a', 'b']],
    ['an array of objects with one item each', [{ u1: item('a') }, { u2: item('b') }], ['a', 'b']],
    ['an array of items wrapped in operations', [{ op: 'update', item: item('a') }], ['a']],
    ['an object with paths as keys and items without paths', { '/workspaces/harbour/a': unaddressed }, ['a']],
    ['an empty object', {}, []],
  ] as const) {
    it(`accepts ${form} as the value of “updates”`, async () => {
      server.answer = (_request, response) => json(response, { updates, deleted: [], cursor: null });
      const listing = await readListing(server.client(), undefined);
      assert.deepEqual(
        listing.nodes.map(({ uid }) => uid),
        wanted,
      );
      assert.equal(listing.unreadable, 0);
    });
  }

  it('accepts pages that each consist of a single bare item', async () => {
    const all = Array.from({ length: 12 }, (_none, index) => `d${index}`);
    server.answer = (request, response) => {
      const page = Number(request.query.get('cursor') ?? 0);
      json(response, {
        updates: item(all[page] ?? ''),
        ...{ deleted: [], total: all.length, cursor: page < all.length - 1 ? String(page + 1) : null },
      });
    };
    assert.deepEqual(await names(), all);
  });

  it('continues after unreadable pages, and counts a repeated unreadable item once', async () => {
    const pages = [
      item('a'),
      ...Array.from({ length: 5 }, () => ({ '@uid': 'x' })),
      { '@uid': 'y' },
      item('b'),
    ];
    server.answer = (request, response) => {
      const page = Number(request.query.get('cursor') ?? 0);
      const cursor = page < pages.length - 1 ? String(page + 1) : null;
      json(response, { updates: [pages[page], { '@uid': `u${page}` }], deleted: [], cursor });
    };
    const listing = await readListing(server.client(), undefined);
    assert.deepEqual(
      listing.nodes.map(({ uid }) => uid),
      ['a', 'b'],
    );
    assert.equal(listing.unreadable, 2 + pages.length);
    assert.deepEqual([...listing.problems], [['it has no "@type"', 2 + pages.length]]);
  });

  it('counts an unreadable item in a list of changes instead of failing', async () => {
    server.answer = (_request, response) => json(response, { updates: [{ '@uid': 'x' }], deleted: [] });
    const listing = await readListing(server.client(), 'before');
    assert.equal(listing.unreadable, 1);
    assert.equal(listing.since, 'before');
  });

  it('counts items as unreadable if `total` includes them but the service never sends them', async () => {
    server.answer = (_request, response) =>
      json(response, { updates: [item('a')], deleted: [], total: 5, cursor: 'again' });
    assert.equal((await readListing(server.client(), undefined)).unreadable, 4);
  });

  it('accepts null as an empty list only if `total` is 0', async () => {
    server.answer = (_request, response) => json(response, { updates: null, deleted: [] });
    await assert.rejects(names(), (error) => isOnnaError(error, 'decode'));
    server.answer = (_request, response) => json(response, { updates: null, total: 0 });
    assert.deepEqual(await names(), []);
  });

  it('keeps readable items, and drops and counts unreadable ones', async () => {
    const odd = [
      null,
      7,
      'x',
      {},
      { '@type': 'SlackDatasource' },
      item('far', undefined, { '@id': 'https://x.test/api/rel0/other/far' }),
    ];
    server.answer = (_, response) =>
      json(response, {
        updates: [...odd, item('a', undefined, { creators: 5, title: null, sync_status: 3 })],
        deleted: [1, 'b'],
      });
    const listing = await readListing(server.client(), undefined);
    assert.equal(listing.unreadable, odd.length);
    assert.deepEqual(
      listing.nodes.map(({ title, creators, syncStatus }) => [title, creators, syncStatus]),
      [['a', undefined, undefined]],
    );
    // The number 1 is not a valid uid or path. readListing keeps it as the text “1”, which matches nothing.
    assert.deepEqual(listing.deleted, ['1', 'b']);
  });

  it('fails with a decode error, instead of returning an empty list, if no item is readable', async () => {
    server.answer = (_, response) => json(response, { updates: [{}, null], deleted: [] });
    await assert.rejects(readListing(server.client(), undefined), (error) => isOnnaError(error, 'decode'));
  });

  it('returns the newest timestamp unchanged, including the microseconds', async () => {
    const newest = '2026-03-01T11:00:00.000900+00:00';
    server.answer = (_, response) =>
      json(response, {
        updates: [item('a'), item('b', newest), item('c', '2026-03-01T11:00:00.000100+00:00')],
        deleted: [],
      });
    assert.equal((await readListing(server.client(), undefined)).since, newest);
  });

  it('keeps the requested timestamp when nothing has changed', async () => {
    server.answer = (_, response) => json(response, { updates: [], deleted: [], cursor: null, total: 0 });
    assert.equal((await readListing(server.client(), 's7')).since, 's7');
    assert.equal(server.seen[0]?.query.get('since'), 's7');
  });
});
