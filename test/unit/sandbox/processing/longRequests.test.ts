import assert from 'node:assert/strict';
import { Turns } from '../../../../src/sandbox/base/turns.ts';
import type { Answer } from '../../../../src/sandbox/http/answer.ts';
import type { ServiceView, ViewRequest } from '../../../../src/sandbox/http/view.ts';
import { datasourceLogViews } from '../../../../src/sandbox/logs/datasourceLogViews.ts';
import { processingViews, unprocessedCsvView } from '../../../../src/sandbox/processing/actionViews.ts';
import { processingAggsView } from '../../../../src/sandbox/processing/aggregationsView.ts';
import type { StoredNode } from '../../../../src/sandbox/store/nodes.ts';
import { UncleanCounts } from '../../../../src/sandbox/store/uncleanCounts.ts';
import { Fixture } from '../support/fixture.ts';

/** Number of Resources per turn in these tests. */
const pageSize = 4;

describe('A request about many Resources', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  let dataFolder: string;
  let wiki: string;
  beforeEach(async () => {
    dataFolder = await fixture.folders.make();
    await fixture.start({ dataFolder });
    const files = Array.from({ length: 30 }, (_, index) => [
      index % 2 === 0 ? `${index}.md` : `${index}.pdf`,
      'words',
    ]);
    ({ path: wiki } = await fixture.datasource(Object.fromEntries(files) as Record<string, string>));
  });
  afterEach(() => fixture.stop());

  function nodeAt(path: string): StoredNode {
    const node = fixture.sandbox.stores.nodes.byPath(path);
    assert.ok(node);
    return node;
  }

  /** The request of the sandbox's user to a service of the object at a path. */
  function requestTo(path: string): ViewRequest {
    const node = nodeAt(path);
    const datasource = fixture.sandbox.stores.datasources.byId(node.id);
    const target = { kind: 'node', node, datasource } as const;
    return { ...({ method: 'GET' } as ViewRequest), target, path, login: fixture.sandbox.user };
  }

  /** Turns that count the requests which were answered before a piece of background work continued. */
  class CountedTurns extends Turns {
    answered = 0;

    override async forBackground(): Promise<void> {
      const order: string[] = [];
      const request = this.forRequest().then(() => order.push('request'));
      await super.forBackground();
      order.push('background');
      await request;
      if (order[0] === 'request') this.answered++;
    }
  }

  const pipeline = { wake: (): void => undefined };

  async function answerOf(view: ServiceView | undefined, path: string): Promise<Answer> {
    assert.ok(view);
    return view.answer(requestTo(path));
  }

  function view(name: string, turns: Turns): ServiceView | undefined {
    return processingViews({ ...fixture.sandbox.stores, pipeline, turns, pageSize }).find(
      (one) => one.name === name,
    );
  }

  for (const [name, queued] of [
    ['@sendToCompute', 30],
    ['@sendToComputeMissing', 15],
  ] as const)
    it(`gives way to others while it queues the Resources (${name})`, async () => {
      const turns = new CountedTurns(fixture.clock);
      const { body } = await answerOf(view(name, turns), wiki);
      assert.deepEqual(body, { kind: 'json', value: { queued } });
      assert.ok(turns.answered >= 30 / pageSize, `${turns.answered} requests`);
      assert.equal(fixture.sandbox.stores.processingQueue.count(), queued);
    });

  it('leaves queued what it queued before the sandbox ended, and the next start processes it', async () => {
    const turns = new CountedTurns(fixture.clock);
    turns.forBackground = () => Promise.reject(new Error('the sandbox ends'));
    await assert.rejects(answerOf(view('@sendToCompute', turns), wiki), /ends/);
    assert.equal(fixture.sandbox.stores.processingQueue.count(), pageSize);
    await fixture.restart({ dataFolder });
    await fixture.sandbox.settled();
    assert.equal(fixture.sandbox.stores.processingQueue.count(), 0);
  });

  it('gives way to others between the pages of the CSV of unprocessed Resources', async () => {
    const turns = new CountedTurns(fixture.clock);
    const { body } = await answerOf(unprocessedCsvView({ ...fixture.sandbox.stores, turns, pageSize }), wiki);
    assert.ok(body.kind === 'stream');
    let text = '';
    for await (const chunk of body.chunks) text += chunk;
    const lines = text.trim().split('\r\n');
    assert.equal(lines.length, 1 + 15);
    assert.ok(turns.answered >= 30 / pageSize, `${turns.answered} requests`);
    const sent = await fixture.caller.call(`${wiki}/@downloadUnprocessedCsv`);
    assert.deepEqual(sent.text.trim().split('\r\n'), lines);
  });

  it('gives way to others between the pages of the CSV of the processing log, and sends no newer entries', async () => {
    const turns = new CountedTurns(fixture.clock);
    const { trail } = fixture.sandbox.stores;
    const logView = datasourceLogViews({ trail, turns, pageSize }).find(
      ({ name }) => name === '@getAuditLogBeats',
    );
    assert.ok(logView);
    const whole = await fixture.caller.call(`${wiki}/@getAuditLogBeats?csv=1`);
    const expected = whole.text.trim().split('\r\n');
    assert.equal(expected.length, 1 + 30);
    for (const limit of [3, 4, 8, 29, 30, 31]) {
      const query = new URLSearchParams({ csv: '1', limit: String(limit) });
      const answer: Answer = await logView.answer({ ...requestTo(wiki), query });
      const { body } = answer;
      const cursor = answer.headers?.['x-cursor'];
      assert.ok(body.kind === 'stream');
      trail.add({ log: 'processing', action: 'processed', nodeId: nodeAt(wiki).id, path: 'newer.md' });
      let text = '';
      for await (const chunk of body.chunks) text += chunk;
      fixture.sandbox.stores.database.run("DELETE FROM events WHERE path = 'newer.md'");
      assert.deepEqual(text.trim().split('\r\n'), expected.slice(0, 1 + limit), `${limit} lines`);
      assert.equal(cursor === undefined, limit >= 30);
      if (limit >= 30) continue;
      const rest = await fixture.caller.call(`${wiki}/@getAuditLogBeats?csv=1&cursor=${cursor}`);
      assert.deepEqual(rest.text.trim().split('\r\n').slice(1), expected.slice(1 + limit));
    }
    assert.ok(turns.answered >= 30 / pageSize, `${turns.answered} requests`);
  });

  it('gives way to others while it counts by state and exception, and counts each Resource once', async () => {
    const turns = new CountedTurns(fixture.clock);
    const { stores } = fixture.sandbox;
    const { id } = nodeAt(wiki);
    // Queue some Resources without waking the pipeline.
    stores.processingQueue.addSome({ datasourceId: id, onlyUnprocessed: false }, 0, 11);
    const unclean = new UncleanCounts(stores.database, pageSize);
    const { body } = await answerOf(processingAggsView({ ...stores, unclean, turns }), '');
    assert.ok(body.kind === 'json');
    const { aggregations } = body.value as {
      aggregations: Record<string, { buckets: { state: unknown; processing_exception: unknown }[] }>;
    };
    const [counted] = aggregations['parent_datasource.uuid']?.buckets ?? [];
    const failed = Number(
      stores.database.get("SELECT count(*) AS n FROM resources WHERE state = 'failed'")?.['n'],
    );
    assert.deepEqual(counted?.state, {
      buckets: [
        { key: 'queued', doc_count: 11 },
        { key: 'failed', doc_count: failed },
        { key: 'processed', doc_count: 19 - failed },
      ].sort((a, b) => b.doc_count - a.doc_count || (a.key < b.key ? -1 : 1)),
    });
    assert.deepEqual(counted.processing_exception, { buckets: [{ key: 'Has Error', doc_count: 15 }] });
    assert.ok(turns.answered >= 5, `${turns.answered} requests`);
  });

  it('moves a Workspace without writing to its Resources', async () => {
    const { database } = fixture.sandbox.stores;
    const before = database.totalChanges;
    await fixture.caller.json('/workspaces/harbour/@move', { method: 'POST', body: { new_id: 'port' } });
    const changes = database.totalChanges - before;
    assert.ok(changes < 10, `${changes} changes`);
  });
});
