import assert from 'node:assert/strict';
import { ExceptionWalk } from '../../../../src/model/resources/exceptionWalk.ts';
import type { ListedResource } from '../../../../src/model/resources/resourceWalk.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const wiki = '/ws/wiki';

describe('ExceptionWalk', () => {
  let server: ScriptedServer;
  let members: readonly Record<string, unknown>[];
  let walk: ExceptionWalk;

  beforeEach(async () => {
    members = [];
    server = await ScriptedServer.start(({ body }, response) => {
      const { from, size } = JSON.parse(body) as { from: number; size: number };
      json(response, { member: members.slice(from, from + size), items_count: members.length });
    });
    const client = server.client();
    walk = new ExceptionWalk(() => Promise.resolve(client), wiki, 2);
  });
  afterEach(() => server.close());

  const hit = (name: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
    '@id': `${server.baseUrl}/api/rel0/lumenfjord${wiki}/${name}`,
    title: name,
    processing_exception: 'Has Error',
    ...fields,
  });
  async function all(): Promise<ListedResource[]> {
    const found: ListedResource[] = [];
    while (!walk.done) {
      found.push(...(await walk.next()).added);
      assert.ok(server.seen.length < 20, 'the walk must end');
    }
    return found;
  }

  it('lists the Resources with exceptions by title, page by page, each with its reason', async () => {
    members = [
      hit('a.pdf'),
      hit('b.md', { processing_exception: null, origin_exception: 'Download Error' }),
      hit('c.pdf', { processing_exception: 'Encrypted Document' }),
    ];
    assert.deepEqual(await all(), [
      {
        path: `${wiki}/a.pdf`,
        title: undefined,
        mark: { reason: 'Has Error', stage: 'processing', isNote: false },
      },
      {
        path: `${wiki}/b.md`,
        title: undefined,
        mark: { reason: 'Download Error', stage: 'collection', isNote: false },
      },
      {
        path: `${wiki}/c.pdf`,
        title: undefined,
        mark: { reason: 'Encrypted Document', stage: 'processing', isNote: true },
      },
    ]);
    assert.equal(walk.total, 3);
    const bodies = server.seen.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    assert.deepEqual(
      bodies.map(({ from, size, sort }) => [from, size, sort]),
      [0, 2].map((from) => [from, 2, { field: 'title.keyword', direction: 'asc' }]),
    );
  });

  it('lists a Resource once, even if a later page contains it again', async () => {
    members = [hit('a.pdf'), hit('b.pdf'), hit('b.pdf', { title: 'Bee' }), hit('d.pdf')];
    const paths = (await all()).map(({ path }) => path);
    assert.deepEqual(
      paths,
      ['a', 'b', 'd'].map((name) => `${wiki}/${name}.pdf`),
    );
  });

  it('omits Resources that are not below the Datasource', async () => {
    members = [hit('a.pdf'), hit('x', { '@id': '/ws/other/x.pdf' })];
    assert.equal((await all()).length, 1);
  });

  it('omits Resources without exceptions, and has no total, if the service ignores the search condition', async () => {
    members = [hit('a.txt', { processing_exception: null }), hit('b.txt', { processing_exception: '' })];
    members = [...members, hit('c.pdf')];
    assert.deepEqual((await walk.next()).added, []);
    assert.deepEqual([walk.done, walk.total], [false, undefined]);
    assert.deepEqual(
      (await all()).map(({ path }) => path),
      [`${wiki}/c.pdf`],
    );
  });

  it('requests the same page again after a failure', async () => {
    members = [hit('a.pdf'), hit('b.pdf'), hit('c.pdf')];
    await walk.next();
    const { answer } = server;
    server.answer = (_, response) => json(response, { reason: 'x', auth: 'ines' }, 401);
    await assert.rejects(walk.next());
    server.answer = answer;
    assert.equal((await all()).length, 1);
  });
});
