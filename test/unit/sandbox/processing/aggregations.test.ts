import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

interface Buckets {
  readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}
interface Counted {
  readonly key: string;
  readonly doc_count: number;
  readonly state: Buckets;
  readonly processing_exception: Buckets;
  readonly origin_exception: Buckets;
}

describe('@processingAggs', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function counted(caller = fixture.caller): Promise<Record<string, Omit<Counted, 'key'>>> {
    const answer = await caller.json<{
      aggregations: { 'parent_datasource.uuid': { buckets: readonly Counted[] } };
    }>('/@processingAggs', { method: 'POST', body: {} });
    const { buckets } = answer.aggregations['parent_datasource.uuid'];
    return Object.fromEntries(buckets.map(({ key, ...counts }) => [key, counts]));
  }

  const none: Buckets = { buckets: [] };

  it('counts the Resources of each Datasource by state and by exception', async () => {
    const wiki = await fixture.datasource({
      ...{ 'a.md': 'words', 'b.md': 'words', 'c.md': 'words' },
      ...{ 'broken.pdf': '%PDF-1.4 no more', 'torn.pdf': '%PDF-1.4 neither' },
    });
    const { uid: empty } = await fixture.datasource({}, { id: 'empty', title: 'Empty' });
    assert.deepEqual(await counted(), {
      [wiki.uid]: {
        doc_count: 5,
        state: {
          buckets: [
            { key: 'processed', doc_count: 3 },
            { key: 'failed', doc_count: 2 },
          ],
        },
        processing_exception: { buckets: [{ key: 'Has Error', doc_count: 2 }] },
        origin_exception: none,
      },
      [empty]: { doc_count: 0, state: none, processing_exception: none, origin_exception: none },
    });
  });

  it('counts queued Resources, and still counts the exceptions from their last processing attempt', async () => {
    const { path: wiki, uid } = await fixture.datasource({
      'a.md': 'words',
      'broken.pdf': '%PDF-1.4 no more',
    });
    const { nodes, processingQueue } = fixture.sandbox.stores;
    processingQueue.addSome({ datasourceId: nodes.byPath(wiki)?.id ?? 0, onlyUnprocessed: false }, 0, 100);
    const { state, processing_exception: exceptions } = (await counted())[uid] ?? {};
    assert.deepEqual(state?.buckets, [{ key: 'queued', doc_count: 2 }]);
    assert.deepEqual(exceptions?.buckets, [{ key: 'Has Error', doc_count: 1 }]);
  });

  it('omits Datasources that the user has no permission to see', async () => {
    await fixture.datasource({ 'a.md': 'words' });
    const { login, password } = await fixture.sandbox.addUser({ login: 'guest@sandbox.test', at: '/wallet' });
    assert.deepEqual(await counted(await Caller.signedIn(fixture.sandbox, login, password)), {});
    assert.equal((await new Caller(fixture.sandbox, 'none').post('/@processingAggs', {})).status, 401);
  });
});
