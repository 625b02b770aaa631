import assert from 'node:assert/strict';
import { chmod, rename, rm, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { SyncType } from '../../../../src/sandbox/store/datasources.ts';
import { Fixture, eventually } from '../support/fixture.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';
import { asNobody } from '../support/unprivileged.ts';

const minute = 60_000;

describe('A sync of a folder', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function syncNow(path: string): Promise<void> {
    assert.equal((await fixture.caller.call(`${path}/@sendToSpyder?force=true`)).status, 200);
    await fixture.sandbox.settled();
  }

  it('collects every file once, and reports the number of files and the time of the sync', async () => {
    const { path } = await fixture.datasource({
      'a.md': 'one',
      'deep/er/b.html': '<p>two</p>',
      'deep/c.txt': 'three',
    });
    const node = await fixture.caller.node(path);
    assert.equal(node['sync_status'], 'synced');
    assert.equal(node['doc_count'], 3);
    assert.equal(node['length'], 3);
    assert.equal(node['last_sync'], '2026-03-01T12:00:00.000000+00:00');
    assert.equal(node['next_sync'], '2026-03-01T12:25:00.000000+00:00');
    assert.equal(node['credential_state'], 'valid');
    assert.deepEqual(await fixture.caller.names(path), ['a.md', 'b.html', 'c.txt']);
  });

  const outcomes: Readonly<Record<SyncType, readonly string[]>> = {
    auto: ['added.md', 'changed.md'],
    arch: ['added.md', 'changed.md', 'deleted.md'],
    one: ['added.md', 'changed.md', 'deleted.md'],
  };
  for (const [sync, names] of Object.entries(outcomes) as [SyncType, readonly string[]][]) {
    it(`${sync === 'auto' ? 'removes' : 'keeps'} the Resource of a deleted file if the sync type is ${sync}`, async () => {
      const { path: wiki, origin } = await fixture.datasource(
        { 'changed.md': 'old', 'deleted.md': 'kept?' },
        { sync },
      );
      await putFiles(origin, { 'added.md': 'new', 'changed.md': 'changed words' });
      await rm(path.join(origin, 'deleted.md'));
      await syncNow(wiki);
      assert.deepEqual(await fixture.caller.names(wiki), names);
      const changed =
        (await fixture.caller.children(wiki)).find((child) => child.endsWith('/changed.md')) ?? '';
      assert.equal((await fixture.caller.call(`${changed}/@download/file`)).text, 'changed words');
    });
  }

  it('keeps the content of a deleted file if the sync type is `arch`', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'gone.md': 'still here' }, { sync: 'arch' });
    await rm(path.join(origin, 'gone.md'));
    await syncNow(wiki);
    const [child = ''] = await fixture.caller.children(wiki);
    assert.equal((await fixture.caller.call(`${child}/@download/file`)).text, 'still here');
  });

  it('removes the text of a deleted file from the search index', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'vanishing words' });
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'vanishing'] }] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 1);
    await rm(path.join(origin, 'a.md'));
    await syncNow(wiki);
    assert.equal((await fixture.caller.search('', query)).items_count, 0);
  });

  it('repeats after 20 to 30 minutes if the sync type is `auto` or `arch`, but never if it is `one`', async () => {
    const auto = await fixture.datasource({}, { id: 'auto', sync: 'auto' });
    const arch = await fixture.datasource({}, { id: 'arch', sync: 'arch', title: 'Arch' });
    const one = await fixture.datasource({}, { id: 'one', sync: 'one', title: 'One' });
    for (const { origin } of [auto, arch, one]) await putFiles(origin, { 'new.md': 'new' });
    fixture.clock.advanceSync(20 * minute - 1);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(auto.path), []);
    fixture.clock.advanceSync(10 * minute + 1);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(auto.path), ['new.md']);
    assert.deepEqual(await fixture.caller.names(arch.path), ['new.md']);
    assert.deepEqual(await fixture.caller.names(one.path), []);
    assert.equal((await fixture.caller.node(one.path))['next_sync'], null);
  });

  it('starts on time, and reports the correct next sync time, even if the clock is set back two hours', async () => {
    const { path: wiki, origin } = await fixture.datasource({});
    await putFiles(origin, { 'new.md': 'new' });
    fixture.clock.jump(-120 * minute);
    fixture.clock.advanceSync(minute);
    const nextSync = Date.parse(String((await fixture.caller.node(wiki))['next_sync']));
    assert.equal(Math.round((nextSync - fixture.clock.now()) / minute), 24);
    fixture.clock.advanceSync(24 * minute);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(wiki), ['new.md']);
  });

  it('schedules the next sync relative to the new time if the clock was set back', async () => {
    const { path: wiki } = await fixture.datasource({});
    fixture.clock.jump(-120 * minute);
    await syncNow(wiki);
    fixture.clock.advanceSync(minute);
    const nextSync = Date.parse(String((await fixture.caller.node(wiki))['next_sync']));
    assert.equal(nextSync - fixture.clock.now(), 24 * minute);
  });

  it('starts once, within a minute, after the computer slept or the clock was set ahead', async () => {
    const { path: wiki, origin } = await fixture.datasource({});
    const runs = async (): Promise<number> => {
      const { items } = await fixture.caller.json<{ items: { payload: { to?: string } }[] }>(
        `${wiki}/@getAuditLogDS`,
      );
      return items.filter(({ payload }) => payload.to === 'synced').length;
    };
    await putFiles(origin, { 'new.md': 'new' });
    assert.equal(await runs(), 1);
    fixture.clock.jump(8 * 60 * minute);
    fixture.clock.advanceSync(minute);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(wiki), ['new.md']);
    fixture.clock.advanceSync(24 * minute);
    await fixture.sandbox.settled();
    assert.equal(await runs(), 2);
  });

  it('starts within 30 minutes if the clock was set back while the sandbox was stopped', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const { path: wiki, origin } = await fixture.datasource({});
    await putFiles(origin, { 'new.md': 'new' });
    fixture.clock.jump(-120 * minute);
    await fixture.restart({ dataFolder });
    fixture.clock.advanceSync(30 * minute);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(wiki), ['new.md']);
  });

  it('fails with a message if its folder is missing, and retries with increasing delays', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one' });
    const elsewhere = `${origin}-elsewhere`;
    await rename(origin, elsewhere);
    await syncNow(wiki);
    const failed = await fixture.caller.node(wiki);
    assert.equal(failed['sync_status'], 'failed');
    assert.match(String(failed['sync_message']), /does not exist: .*sandbox-test-/);
    assert.deepEqual(await fixture.caller.names(wiki), ['a.md'], 'a missing folder must not cause removals');
    const wait = async (): Promise<number> =>
      Date.parse(String((await fixture.caller.node(wiki))['next_sync'])) - fixture.clock.now();
    const first = await wait();
    fixture.clock.advanceSync(first);
    await fixture.sandbox.settled();
    const second = await wait();
    assert.ok(second > first * 1.5, `${second} after ${first}`);
    await rename(elsewhere, origin);
    fixture.clock.advanceSync(second);
    await fixture.sandbox.settled();
    const synced = await fixture.caller.node(wiki);
    assert.deepEqual([synced['sync_status'], synced['sync_message']], ['synced', null]);
  });

  it('follows links to files inside the origin folder, but no links that lead out of the folder', async () => {
    const outside = await fixture.folders.make({ 'secret.txt': 'outside' });
    const { path: wiki, origin } = await fixture.datasource({ 'real/a.md': 'one' });
    await symlink(path.join(outside, 'secret.txt'), path.join(origin, 'out.txt'));
    await symlink(outside, path.join(origin, 'out'));
    await symlink(path.join(origin, 'real', 'a.md'), path.join(origin, 'alias.md'));
    await symlink(origin, path.join(origin, 'real', 'loop'));
    await symlink(path.join(origin, 'nowhere'), path.join(origin, 'dangling.md'));
    await syncNow(wiki);
    assert.deepEqual(await fixture.caller.names(wiki), ['a.md', 'alias.md']);
  });

  it('assigns distinct paths to files whose names differ only in characters that are invalid in ids', async () => {
    const { path: wiki } = await fixture.datasource({
      'a?b.md': '1',
      'a!b.md': '2',
      '_draft.md': '3',
      'Übersicht.md': '4',
    });
    const children = await fixture.caller.children(wiki);
    assert.equal(new Set(children).size, 4);
    const texts = await Promise.all(
      children.map(async (child) => (await fixture.caller.call(`${child}/@download/file`)).text),
    );
    assert.deepEqual(texts.sort(), ['1', '2', '3', '4']);
    const titles = await Promise.all(
      children.map(async (child) => (await fixture.caller.node(child))['title']),
    );
    assert.deepEqual(titles.sort(), ['_draft.md', 'a!b.md', 'a?b.md', 'Übersicht.md'].sort());
  });

  it('lists an unreadable file with an exception until a later sync can read the file', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({});
    await putFiles(origin, { 'locked.md': 'text' });
    await chmod(path.join(origin, 'locked.md'), 0);
    await asNobody([origin, fixture.sandbox.dataFolder], () => syncNow(wiki));
    const [child = ''] = await fixture.caller.children(wiki);
    const originPart = (await fixture.caller.node(child))['onna.canonical.behaviors.origin.IOrigin'];
    assert.equal((originPart as Record<string, unknown>)['origin_exception'], 'Download Error');
    await chmod(path.join(origin, 'locked.md'), 0o600);
    await syncNow(wiki);
    assert.equal((await fixture.caller.call(`${child}/@download/file`)).text, 'text');
  });

  it('stores files larger than a megabyte completely', async () => {
    const bytes = Buffer.alloc(2_500_000, 'The ebb tide. ');
    const { path: wiki } = await fixture.datasource({ 'large.txt': bytes });
    const [child = ''] = await fixture.caller.children(wiki);
    assert.equal((await fixture.caller.call(`${child}/@download/file`)).text, bytes.toString());
    const ranged = await fixture.caller.call(`${child}/@download/file`, {
      headers: { range: 'bytes=1048570-1048580' },
    });
    assert.deepEqual([ranged.status, ranged.text], [206, bytes.subarray(1_048_570, 1_048_581).toString()]);
  });

  it('stores the correct content of two large files whose names were swapped', async () => {
    const ebb = Buffer.alloc(1_500_000, 'The ebb tide. ');
    const flood = Buffer.alloc(1_500_001, 'The flood tide. ');
    const { path: wiki, origin } = await fixture.datasource({ 'a.txt': ebb, 'b.txt': flood });
    await putFiles(origin, { 'a.txt': flood, 'b.txt': ebb });
    await syncNow(wiki);
    assert.equal((await fixture.caller.node(wiki))['sync_status'], 'synced');
    for (const [name, bytes] of [
      ['a.txt', flood],
      ['b.txt', ebb],
    ] as const) {
      const child = (await fixture.caller.children(wiki)).find((path) => path.endsWith(`/${name}`)) ?? '';
      assert.ok((await fixture.caller.call(`${child}/@download/file`)).text === bytes.toString(), name);
    }
  });

  it('does not store an unchanged file again', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    const dates = async (): Promise<unknown[]> =>
      Promise.all(
        (await fixture.caller.children(wiki)).map(
          async (child) => (await fixture.caller.node(child))['modification_date'],
        ),
      );
    const before = await dates();
    fixture.clock.advanceSync(minute);
    await utimes(path.join(origin, 'b.md'), new Date(), new Date('2026-02-01T00:00:00Z'));
    await syncNow(wiki);
    const after = await dates();
    assert.equal(after[0], before[0]);
    assert.notEqual(after[1], before[1]);
  });
});

describe('A Datasource of the sandbox', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /**
   * Adds a Datasource that collects one file per second of the fake clock, so that a test can observe a sync in
   * progress.
   */
  async function slow(files: number, type = 'slack'): Promise<string> {
    const origin = await fixture.folders.make(numberedFiles(files));
    const parent = fixture.sandbox.find('/workspaces', 'Slow') ?? fixture.sandbox.addWorkspace('Slow');
    const title = `Slow ${fixture.clock.pending}`;
    return fixture.sandbox.addDatasource({ parent: parent.path, title, type, origin, paceMs: 1000 }).path;
  }
  /**
   * Advances the clock until exactly `count` files are collected. A step of 0.1 s is too short to collect another file,
   * even if the sync stores a file between the check and the step.
   */
  async function collected(path: string, count: number): Promise<void> {
    await eventually(async () => {
      if (fixture.clock.pending === 0) return false;
      if ((await fixture.caller.node(path))['doc_count'] === count) return true;
      fixture.clock.advanceSync(100);
      return false;
    });
  }

  it('changes from pending to syncing to synced, while the number of Resources in the feed grows', async () => {
    const path = await slow(3);
    await collected(path, 1);
    assert.equal(await fixture.caller.status(path), 'syncing');
    const { updates } = await fixture.caller.json<{ updates: Record<string, unknown>[] }>(
      '/@data?types=_datasources_',
    );
    assert.equal(updates[0]?.['doc_count'], 1);
    await collected(path, 3);
    fixture.clock.advanceSync(1000);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('stays pending while another Datasource of the same type is syncing', async () => {
    const first = await slow(2);
    await collected(first, 1);
    const second = await slow(1);
    assert.equal(await fixture.caller.status(second), 'pending');
    await collected(second, 1);
    assert.deepEqual(
      [await fixture.caller.status(first), await fixture.caller.status(second)],
      ['synced', 'syncing'],
    );
  });

  it('resumes a paused sync without collecting a file twice', async () => {
    const path = await slow(4);
    await collected(path, 2);
    assert.equal((await fixture.caller.patch(path, { sync_status: 'paused' })).status, 204);
    assert.equal(await fixture.caller.status(path), 'paused');
    await eventually(() => fixture.clock.pending === 0);
    fixture.clock.advanceSync(60 * minute);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.node(path))['doc_count'], 2);
    const before = await fixture.caller.children(path);
    assert.equal((await fixture.caller.patch(path, { sync_status: 'resuming' })).status, 204);
    await collected(path, 4);
    fixture.clock.advanceSync(1000);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'synced');
    const after = await fixture.caller.children(path);
    assert.deepEqual(after.slice(0, 2), before);
    assert.equal(after.length, 4);
  });

  it('logs the counts of one whole sync, even after a pause and a restart of the sandbox', async () => {
    const dataFolder = await fixture.folders.make();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    await fixture.restart({ dataFolder, log });
    const path = await slow(5);
    await collected(path, 2);
    await fixture.caller.patch(path, { sync_status: 'paused' });
    await eventually(() => fixture.clock.pending === 0);
    await fixture.caller.patch(path, { sync_status: 'resuming' });
    await collected(path, 4);
    await fixture.restart({ dataFolder, log });
    await collected(path, 5);
    fixture.clock.advanceSync(1000);
    await fixture.sandbox.settled();
    const synced = (): string[] =>
      lines.filter((line) => line.includes('synced')).map((line) => line.slice(8));
    assert.deepEqual(synced(), ['synced, 5 added, 0 changed, 0 removed']);
    const { items } = await fixture.caller.json<{ items: { payload: Record<string, unknown> }[] }>(
      `${path}/@getAuditLogDS?limit=1`,
    );
    assert.deepEqual([items[0]?.payload['to'], items[0]?.payload['added']], ['synced', 5]);
    await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal(synced()[1], 'synced, 0 added, 0 changed, 0 removed');
  });

  it('stays resuming while another Datasource of the same type is syncing', async () => {
    const waiting = await slow(2);
    await collected(waiting, 1);
    await fixture.caller.patch(waiting, { sync_status: 'paused' });
    await eventually(() => fixture.clock.pending === 0);
    const other = await slow(2);
    await collected(other, 1);
    await fixture.caller.patch(waiting, { sync_status: 'resuming' });
    assert.equal(await fixture.caller.status(waiting), 'resuming');
  });

  it('returns a 412 that names the field sync_status if a PATCH requests an impossible status', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    const answer = await fixture.caller.patch(path, { sync_status: 'resuming' });
    assert.equal(answer.status, 412);
    const body = answer.json as { reason: string; deserialization_errors: { field: string }[] };
    assert.deepEqual(
      [body.reason, body.deserialization_errors[0]?.field],
      ['deserializationError', 'sync_status'],
    );
    assert.equal((await fixture.caller.patch(path, { sync_status: 'synced' })).status, 412);
  });

  it('returns 412 for a sync request if the Datasource is not configured or its invitation is not accepted', async () => {
    const parent = fixture.sandbox.addWorkspace('Waiting').path;
    for (const status of ['created', 'invited'] as const) {
      const { path } = fixture.sandbox.addDatasource({ parent, title: status, type: 'jira', status });
      const answer = await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
      assert.deepEqual(
        [answer.status, (answer.json as { reason: string }).reason],
        [412, 'preconditionFailed'],
      );
      assert.equal(await fixture.caller.status(path), status);
    }
  });

  it('keeps the status `error` until a user forces a sync', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    await fixture.sandbox.setStatus(path, 'error', 'The connector gave up');
    await fixture.caller.call(`${path}/@sendToSpyder`);
    fixture.clock.advanceSync(120 * minute);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'error');
    await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('rejects any sync type except `one` for a folder Datasource, and returns a 412 that names the field', async () => {
    const { path } = await fixture.datasource({}, { type: 'static', sync: 'one' });
    const answer = await fixture.caller.patch(path, { type_sync: 'auto' });
    const { deserialization_errors: errors } = answer.json as { deserialization_errors: { field: string }[] };
    assert.deepEqual([answer.status, errors[0]?.field], [412, 'type_sync']);
    assert.equal((await fixture.caller.node(path))['type_sync'], 'one');
  });

  it('finishes an interrupted sync after a restart, and collects each file once', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const path = await slow(5);
    await collected(path, 2);
    await fixture.restart({ dataFolder });
    await collected(path, 5);
    fixture.clock.advanceSync(1000);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'synced');
    assert.deepEqual(await fixture.caller.names(path), Object.keys(numberedFiles(5)));
  });

  it('syncs right after the sandbox starts if a sync was due while the sandbox was stopped', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    await fixture.sandbox.close();
    fixture.clock.advanceSync(300 * minute);
    await fixture.start({ dataFolder });
    fixture.clock.advanceSync(0);
    await fixture.sandbox.settled();
    const node = await fixture.caller.node(path);
    assert.equal(node['last_sync'], '2026-03-01T17:00:00.000000+00:00');
  });
});

describe('The credential handling of a Datasource', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function expired(): Promise<string> {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    assert.equal(fixture.sandbox.expireCredentials(path), true);
    await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    return path;
  }

  it('stops the sync with an error message when the credentials have expired', async () => {
    const node = await fixture.caller.node(await expired());
    assert.deepEqual([node['sync_status'], node['credential_state']], ['error', 'expired']);
    assert.match(String(node['sync_message']), /credentials have expired/);
  });

  it('refreshes credentials if the body contains X-Auth-Secret and Authorization, and then syncs automatically', async () => {
    const path = await expired();
    const body = { 'X-Auth-Secret': 'correct horse', Authorization: `Bearer ${fixture.caller.token}` };
    assert.equal((await fixture.caller.post(`${path}/@refreshServiceCredentials`, body)).status, 200);
    await fixture.sandbox.settled();
    const node = await fixture.caller.node(path);
    assert.deepEqual(
      [node['sync_status'], node['credential_state'], node['sync_message']],
      ['synced', 'valid', null],
    );
  });

  it('returns a 412 that names a missing or invalid key but never contains the value of the key', async () => {
    const path = await expired();
    const good = { 'X-Auth-Secret': 'correct horse', Authorization: `Bearer ${fixture.caller.token}` };
    const cases: [unknown, string[]][] = [
      [{}, ['X-Auth-Secret', 'Authorization']],
      [{ ...good, 'X-Auth-Secret': '' }, ['X-Auth-Secret']],
      [{ ...good, 'X-Auth-Secret': 'zyx' }, ['X-Auth-Secret']],
      [{ ...good, 'X-Auth-Secret': -7007 }, ['X-Auth-Secret']],
      [{ ...good, Authorization: fixture.caller.token }, ['Authorization']],
      [{ ...good, Authorization: 'Bearer wrongtoken' }, ['Authorization']],
    ];
    for (const [body, fields] of cases) {
      const answer = await fixture.caller.post(`${path}/@refreshServiceCredentials`, body);
      const { deserialization_errors: errors } = answer.json as {
        deserialization_errors: { field: string }[];
      };
      assert.deepEqual([answer.status, errors.map(({ field }) => field)], [412, fields]);
      // The random error id (eid) in the response cannot contain any of these strings by chance.
      assert.doesNotMatch(answer.text, /wrongtoken|zyx|-7007/);
    }
    assert.equal(await fixture.caller.status(path), 'error');
  });

  it('expires credentials on time, and reports the change in the feed at once', async () => {
    fixture.sandbox.setSwitches({ credentialLifetimeSeconds: 3600 });
    const { path } = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack' });
    const changed = async (since: string): Promise<Record<string, unknown>[]> => {
      const url = `/@data?types=_datasources_&since=${encodeURIComponent(since)}`;
      return (await fixture.caller.json<{ updates: Record<string, unknown>[] }>(url)).updates;
    };
    const known = String((await changed('2020-01-01')).at(-1)?.['@timestamp']);
    await fixture.caller.call(path, { method: 'PATCH', body: { sync_status: 'paused' } });
    const paused = String((await changed(known)).at(-1)?.['@timestamp']);
    fixture.clock.advanceSync(3_599_000);
    assert.deepEqual(await changed(paused), []);
    fixture.clock.advanceSync(2000);
    const [ended] = await changed(paused);
    assert.equal(ended?.['credential_state'], 'expired');
    const code = fixture.sandbox.consentCode('SlackDatasource');
    const answer = await fixture.caller.post(`${path}/@updateServiceCredentials?auth_code=${code}`, {});
    assert.equal(answer.status, 204);
    fixture.clock.advanceSync(3_601_000);
    assert.equal((await changed(paused)).at(-1)?.['credential_state'], 'expired');
  });

  it('reports missing credentials for a folder Datasource, and rejects a refresh with 412', async () => {
    const { path } = await fixture.datasource({}, { type: 'static', sync: 'one' });
    const node = await fixture.caller.node(path);
    assert.deepEqual([node['credential_state'], node['wallet_entry']], ['missing', null]);
    const body = { 'X-Auth-Secret': 'correct horse', Authorization: `Bearer ${fixture.caller.token}` };
    assert.equal((await fixture.caller.post(`${path}/@refreshServiceCredentials`, body)).status, 412);
  });

  it('does not clear an error that has another cause when credentials are refreshed', async () => {
    const { path } = await fixture.datasource({});
    await fixture.sandbox.setStatus(path, 'error');
    const body = { 'X-Auth-Secret': 'correct horse', Authorization: `Bearer ${fixture.caller.token}` };
    assert.equal((await fixture.caller.post(`${path}/@refreshServiceCredentials`, body)).status, 200);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'error');
  });
});
