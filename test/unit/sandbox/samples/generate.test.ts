import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Fixture } from '../support/fixture.ts';

interface Found {
  readonly items_count: number;
  readonly member: readonly { readonly path: string }[];
}

describe('Generating Resources', function () {
  this.timeout(20_000);
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  function search(field: string, value: string): Promise<Found> {
    const advanced = { and: [{ text_contains: [{ var: field }, value] }] };
    return fixture.caller.json('/@frontsearch', { method: 'POST', body: { advanced } });
  }

  it('creates Resources that can be listed, counted, found and downloaded like any other Resource', async () => {
    const { path } = await generateResources(fixture.sandbox, 1200);
    const children = await fixture.caller.children(path, 1000);
    assert.deepEqual([children.length, new Set(children).size], [1200, 1200]);
    const size = await fixture.caller.json<{ doc_count: number; bytes_processed: number }>(`${path}/@size`);
    assert.equal(size.doc_count, 1200);
    const { member, items_count } = await search('title', '0000077');
    assert.deepEqual([items_count, member[0]?.path], [1, children[77]]);
    const answer = await fixture.caller.call(`${children[77] ?? ''}/@download/file`);
    assert.match(answer.text, /^Berth slip\. MV .+ with .+, pilot .+\.\n$/s);
    assert.ok(size.bytes_processed > 1200 * 50);
    assert.ok((await search('extracted_text', '"wind turbine blades"')).items_count > 0);
    const { sync_status: status } = await fixture.caller.json<{ sync_status: string }>(path);
    assert.equal(status, 'synced');
  });

  it('adds an exception to the requested number of Resources', async () => {
    const { path } = await generateResources(fixture.sandbox, 1200, undefined, undefined, 700);
    const advanced = { and: [{ in: [{ var: 'origin_exception' }, ['Download Error']] }] };
    const { items_count } = await fixture.caller.json<Found>(`${path}/@frontsearch`, {
      method: 'POST',
      body: { advanced },
    });
    assert.equal(items_count, 700);
  });

  it('continues after an interruption without creating a Resource twice', async () => {
    const controller = new AbortController();
    const stopping = generateResources(fixture.sandbox, 12_000, () => controller.abort(), controller.signal);
    await assert.rejects(stopping, { name: 'AbortError' });
    const { path } = await generateResources(fixture.sandbox, 12_000);
    const children = await fixture.caller.children(path, 1000);
    assert.deepEqual([children.length, new Set(children).size], [12_000, 12_000]);
  });

  it('creates Resources that a later sync keeps, although their Datasource has no origin folder', async () => {
    const { path } = await generateResources(fixture.sandbox, 10);
    await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.children(path)).length, 10);
  });

  it('creates Resources that are hidden when their Datasource is deleted, and then removed in the background', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const { path } = await generateResources(fixture.sandbox, 6000);
    const [child = ''] = await fixture.caller.children(path, 1000);
    const { '@uid': uid } = await fixture.caller.node(child);
    assert.equal((await search('extracted_text', 'berth')).items_count, 6000);
    assert.equal((await fixture.caller.call(path, { method: 'DELETE' })).status, 200);
    await fixture.sandbox.close();
    const file = `${dataFolder}/sandbox.sqlite`;
    assert.ok(countIn(file, 'resources') > 0, 'the sandbox stopped before it had deleted all rows');
    await fixture.start({ dataFolder });
    assert.equal((await search('extracted_text', 'berth')).items_count, 0);
    assert.equal((await fixture.caller.call(child)).status, 404);
    assert.equal((await fixture.caller.call(`/@resolveuid/${String(uid)}`)).status, 404);
    // A new Datasource can use the same name before all old Resources are deleted.
    const again = await generateResources(fixture.sandbox, 3);
    assert.deepEqual([again.path, (await fixture.caller.children(path)).length], [path, 3]);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.children(path)).length, 3);
    assert.equal((await search('extracted_text', 'berth')).items_count, 3);
    await fixture.sandbox.close();
    for (const table of ['resources', 'texts', 'contents']) assert.ok(countIn(file, table) <= 10, table);
    await fixture.start({ dataFolder });
  });
});

describe('Generating Datasources', function () {
  this.timeout(20_000);
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('creates the requested number of Datasources, and creates no more when it runs again', async () => {
    const progress: number[] = [];
    await generateDatasources(fixture.sandbox, 250, (done) => progress.push(done));
    await generateDatasources(fixture.sandbox, 250);
    assert.deepEqual(progress, [100, 200, 250]);
    const { total } = await fixture.caller.json<{ total: number }>('/@data?types=_datasources_');
    assert.equal(total, 250);
  });
});

function countIn(file: string, table: string): number {
  const database = new DatabaseSync(file);
  try {
    return Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  } finally {
    database.close();
  }
}
