import assert from 'node:assert/strict';
import { ChildrenWalk } from '../../../../src/onna/childrenWalk.ts';
import { ResourceList } from '../../../../src/model/resources/resourceList.ts';
import type { ResourceListChange } from '../../../../src/model/resources/resourceList.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

describe('ResourceList', () => {
  let server: ScriptedServer;
  let list: ResourceList;
  let changes: ResourceListChange[];
  let total: number;

  beforeEach(async () => {
    total = 1_300;
    server = await ScriptedServer.start((request, response) => {
      const size = Number(request.query.get('page_size'));
      const offset = Number(request.query.get('scroll') ?? 0);
      const items = Array.from(
        { length: Math.max(0, Math.min(size, total - offset)) },
        (_, index) => `/ws/wiki/p${String(offset + index)}.txt`,
      );
      json(response, { items, cursor: offset + size < total ? String(offset + size) : null });
    });
    const client = server.client();
    const clock = new FakeClock();
    list = new ResourceList(
      100,
      () => new ChildrenWalk(() => Promise.resolve(client), clock, '/ws/wiki', 100),
    );
    changes = [];
    list.onDidChange((change) => changes.push(change));
  });
  afterEach(async () => {
    list.dispose();
    await server.close();
  });

  it('loads one page at a time, and requests no page twice', async () => {
    await list.loadMore();
    await Promise.all([list.loadMore(), list.loadMore()]);
    assert.equal(list.children.length, 200);
    assert.equal(server.seen.length, 2);
    assert.equal(list.done, false);
  });

  it('groups more than 900 Resources into sections of 500, and then changes only the last section', async () => {
    while (list.children.length < 900) await list.loadMore();
    assert.deepEqual(list.sections(), []);
    changes.length = 0;
    await list.loadMore();
    assert.deepEqual(
      list.sections().map(({ from, to, last }) => [from, to, last]),
      [
        [0, 500, false],
        [500, 1_000, true],
      ],
    );
    await list.loadMore();
    await list.loadMore();
    assert.deepEqual(changes, ['whole', 'whole', 'end']);
  });

  it('loads all Resources on request, reports the progress, and fires one event at the end', async () => {
    const progress: number[] = [];
    await list.loadAll(new AbortController().signal, (loaded) => progress.push(loaded));
    assert.equal(list.children.length, 1_300);
    assert.equal(list.done, true);
    assert.deepEqual(changes, ['whole']);
    assert.deepEqual(progress.slice(0, 2), [100, 200]);
  });

  it('keeps the loaded Resources if the user cancels the load, and can continue later', async () => {
    const abort = new AbortController();
    await list.loadAll(abort.signal, (loaded) => {
      if (loaded === 300) abort.abort();
    });
    assert.equal(list.children.length, 300);
    assert.equal(list.failure, undefined);
    await list.loadMore();
    assert.equal(list.children.length, 400);
  });

  it('reloads as many Resources as it had loaded before', async () => {
    await list.loadMore();
    await list.loadMore();
    list.markStale();
    total = 250;
    await list.refresh();
    assert.equal(list.children.length, 200);
    assert.equal(list.stale, false);
  });

  it('keeps the loaded Resources if a page fails to load, and can retry the page', async () => {
    await list.loadMore();
    const { answer } = server;
    server.answer = (_, response) => json(response, { reason: 'x', auth: 'ines' }, 401);
    await list.loadMore();
    assert.equal(list.failure?.failure.kind, 'noPermission');
    assert.equal(list.children.length, 100);
    server.answer = answer;
    await list.loadMore();
    assert.equal(list.failure, undefined);
    assert.equal(list.children.length, 200);
  });
});
