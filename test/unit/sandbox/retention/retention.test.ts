import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';

const day = 24 * 3600 * 1000;

interface Entry {
  readonly action: string;
  readonly file_name: string;
  readonly deleted_by: string | null;
  readonly user: string | null;
}

describe('A retention policy', () => {
  const fixture = new Fixture();
  let dataFolder = '';
  beforeEach(async () => {
    dataFolder = await fixture.folders.make();
    await fixture.start({ dataFolder });
  });
  afterEach(() => fixture.stop());

  /** Advances the clock by `ms`, and signs in again, because the old token may have expired. */
  async function later(ms: number): Promise<Caller> {
    fixture.clock.advanceSync(ms);
    await fixture.sandbox.settled();
    return Caller.signedIn(fixture.sandbox);
  }
  async function syncNow(caller: Caller, at: string): Promise<void> {
    await caller.call(`${at}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }
  /** The removals in the collection log of a Datasource, oldest first. */
  async function removals(caller: Caller, at: string): Promise<Entry[]> {
    const { items } = await caller.json<{ items: Entry[] }>(`${at}/@getAuditLogSpyder`);
    return items.filter(({ action }) => action === 'removed').reverse();
  }
  function setRetention(body: unknown): Promise<{ status: number }> {
    return fixture.caller.raw('/_sandbox/retention', { method: 'POST', body });
  }

  for (const sync of ['auto', 'arch', 'one'] as const)
    it(`removes a Resource when its retention period ends, with sync type ${sync}`, async () => {
      const { path: wiki, origin } = await fixture.datasource(
        { 'a.md': 'one', 'b.md': 'two' },
        { sync, type: 'confluence' },
      );
      assert.equal((await setRetention({ type: 'confluence', days: 3 })).status, 204);
      let caller = await later(day);
      await putFiles(origin, { 'c.md': 'three' });
      await syncNow(caller, wiki);
      assert.deepEqual(await caller.names(wiki), ['a.md', 'b.md', 'c.md']);
      caller = await later(2 * day - 60_000);
      assert.deepEqual(await caller.names(wiki), ['a.md', 'b.md', 'c.md']);
      caller = await later(120_000);
      assert.deepEqual(await caller.names(wiki), ['c.md']);
      assert.equal((await caller.node(wiki))['doc_count'], 1);
      assert.deepEqual(
        (await removals(caller, wiki)).map((entry) => [entry.file_name, entry.deleted_by, entry.user]),
        [
          ['a.md', 'retention', null],
          ['b.md', 'retention', null],
        ],
      );
      const { items_count: found } = await caller.search('', {
        advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] },
      });
      assert.equal(found, 1);
      caller = await later(day + 60_000);
      assert.deepEqual(await caller.names(wiki), []);
    });

  it('prevents later syncs from adding an expired file again unless the file has changed', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    fixture.sandbox.setRetention('confluence', 1);
    const caller = await later(day);
    await syncNow(caller, wiki);
    assert.deepEqual(await caller.names(wiki), []);
    await putFiles(origin, { 'b.md': 'two, revised' });
    await syncNow(caller, wiki);
    assert.deepEqual(await caller.names(wiki), ['b.md']);
    assert.equal((await removals(caller, wiki)).length, 2);
  });

  it('lets the next sync add the expired files again once the policy is removed', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'one' });
    fixture.sandbox.setRetention('confluence', 1);
    const caller = await later(day);
    assert.deepEqual(await caller.names(wiki), []);
    assert.equal((await setRetention({ type: 'confluence', days: null })).status, 204);
    await syncNow(caller, wiki);
    assert.deepEqual(await caller.names(wiki), ['a.md']);
    assert.deepEqual(await (await later(3 * day)).names(wiki), ['a.md']);
  });

  it('counts the days from the time a file was added, even if the file is edited later', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one' });
    fixture.sandbox.setRetention('confluence', 2);
    let caller = await later(day);
    await putFiles(origin, { 'a.md': 'one, revised' });
    await syncNow(caller, wiki);
    caller = await later(day);
    assert.deepEqual(await caller.names(wiki), []);
  });

  it('applies only to Datasources of its own type', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'one' });
    const { path: other } = await fixture.datasource(
      { 'a.md': 'one' },
      { type: 'dropbox', id: 'other', title: 'Other' },
    );
    fixture.sandbox.setRetention('DropboxDatasource', 1);
    const caller = await later(2 * day);
    assert.deepEqual([await caller.names(wiki), await caller.names(other)], [['a.md'], []]);
  });

  it('stays in force after a restart, and then removes hundreds of expired Resources', async () => {
    const { path: wiki } = await fixture.datasource(numberedFiles(250), { sync: 'one' });
    let caller = await later(day);
    fixture.sandbox.setRetention('confluence', 2);
    await fixture.sandbox.settled();
    assert.equal((await caller.children(wiki)).length, 250);
    await fixture.sandbox.close();
    fixture.clock.advanceSync(day);
    await fixture.start({ dataFolder });
    await fixture.sandbox.settled();
    caller = fixture.caller;
    assert.deepEqual(await caller.children(wiki), []);
    assert.equal((await removals(caller, wiki)).length, 250);
    assert.deepEqual(await caller.json('/@retentionPolicies'), { ConfluenceDatasource: { days: 2 } });
  });

  it('is visible only to account Managers, and its changes appear in the activity log', async () => {
    assert.deepEqual(await fixture.caller.json('/@retentionPolicies'), {});
    assert.deepEqual(await fixture.caller.json('/@originRetentionPolicies'), {});
    await setRetention({ type: 'slack', days: 30 });
    await setRetention({ type: 'GMailDatasource', days: 365 });
    await setRetention({ type: 'slack', days: 60 });
    assert.deepEqual(await fixture.caller.json('/@retentionPolicies'), {
      SlackDatasource: { days: 60 },
      GMailDatasource: { days: 365 },
    });
    const { items } = await fixture.caller.json<{ items: { action: string; payload: unknown }[] }>(
      '/@activityLog?size=1',
    );
    assert.deepEqual(items, [{ ...items[0], action: 'set_retention', user: fixture.sandbox.user }]);
    assert.deepEqual(items[0]?.payload, {
      path: '',
      uid: (await fixture.caller.node(''))['@uid'],
      type_name: 'SlackDatasource',
      days: 60,
    });
    const { login, password } = await fixture.sandbox.addUser({
      login: 'editor@sandbox.test',
      role: 'guillotina.Editor',
      at: '',
    });
    const editor = await Caller.signedIn(fixture.sandbox, login, password);
    for (const service of ['@retentionPolicies', '@originRetentionPolicies'])
      assert.equal((await editor.call(`/${service}`)).status, 401);
  });

  it('is rejected with 412 if the Datasource type is unknown or the number of days is invalid', async () => {
    for (const body of [
      { type: 'fax', days: 30 },
      { type: 'slack', days: 0 },
      { type: 'slack', days: 1.5 },
      { type: 'slack', days: 4000 },
      { type: 'slack', days: '30' },
      { type: 'slack' },
    ])
      assert.equal((await setRetention(body)).status, 412, JSON.stringify(body));
  });
});
