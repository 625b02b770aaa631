import assert from 'node:assert/strict';
import { chmod, utimes } from 'node:fs/promises';
import path from 'node:path';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import { Fixture } from '../support/fixture.ts';
import { asNobody } from '../support/unprivileged.ts';
import { Caller } from '../support/wire.ts';

describe('Searching for exceptions', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  const queryFor = (name: string): object => ({
    advanced: { and: [{ exists: [{ var: name }] }] },
    facets: [{ facetType: 'parent_datasource.uuid' }],
    includes: ['title', name],
  });

  async function countedBy(name: string, caller = fixture.caller): Promise<Record<string, number>> {
    const { aggregations, items_count: count } = await caller.search('', queryFor(name));
    const buckets = aggregations?.['parent_datasource.uuid']?.buckets ?? [];
    assert.equal(
      buckets.reduce((sum, { doc_count: part }) => sum + part, 0),
      count,
    );
    return Object.fromEntries(buckets.map(({ key, doc_count: part }) => [key, part]));
  }

  it('counts exceptions per Datasource, and only in Datasources that the user can see', async () => {
    const broken = '%PDF-1.4 no more';
    const wiki = await fixture.datasource({ 'a.md': 'words', 'b.pdf': broken, 'c.pdf': broken });
    const other = await fixture.datasource({ 'b.pdf': broken }, { id: 'other', title: 'Other' });
    assert.deepEqual(await countedBy('processing_exception'), { [wiki.uid]: 2, [other.uid]: 1 });
    assert.deepEqual(await countedBy('origin_exception'), {});
    const { login, password } = await fixture.sandbox.addUser({
      login: 'guest@sandbox.test',
      at: other.path,
    });
    const guest = await Caller.signedIn(fixture.sandbox, login, password);
    assert.deepEqual(await countedBy('processing_exception', guest), { [other.uid]: 1 });
  });

  it('finds a Resource that the last sync could not read, until a later sync reads it successfully', async function () {
    if (process.platform === 'win32') this.skip();
    const wiki = await fixture.datasource({ 'a.md': 'words', 'b.md': 'words' });
    assert.deepEqual(await countedBy('origin_exception'), {});
    const file = path.join(wiki.origin, 'b.md');
    await utimes(file, 0, 1);
    await chmod(file, 0);
    const syncNow = async (): Promise<void> => {
      await fixture.caller.call(`${wiki.path}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
    };
    await asNobody([wiki.origin, fixture.sandbox.dataFolder], syncNow);
    assert.deepEqual(await countedBy('origin_exception'), { [wiki.uid]: 1 });
    const { member } = await fixture.caller.search('', queryFor('origin_exception'));
    assert.deepEqual(
      member.map(({ title, origin_exception: exception }) => [title, exception]),
      [['b.md', 'Download Error']],
    );
    await chmod(file, 0o644);
    await syncNow();
    assert.deepEqual(await countedBy('origin_exception'), {});
  });

  it('uses an index that contains only the Resources with an exception', async () => {
    await generateResources(fixture.sandbox, 1000);
    const { database } = fixture.sandbox.stores;
    for (const name of ['processing_exception', 'origin_exception']) {
      const plan = database.all(
        `EXPLAIN QUERY PLAN SELECT d.node_id, d.type_name, d.extension, count(*) FROM documents d
         WHERE d.id IN (SELECT id FROM resources WHERE ${name} IS NOT NULL)
         GROUP BY d.node_id, d.type_name, d.extension`,
      );
      const steps = plan.map(({ detail }) => String(detail)).join('\n');
      assert.match(steps, /SEARCH d USING INTEGER PRIMARY KEY/);
      assert.match(steps, /SCAN resources USING COVERING INDEX resources_with_exception/);
    }
  });
});
