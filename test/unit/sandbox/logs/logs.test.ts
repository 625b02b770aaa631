import assert from 'node:assert/strict';
import { chmod, copyFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fixture } from '../support/fixture.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';
import { asNobody } from '../support/unprivileged.ts';
import { Caller, send } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';

type Item = Readonly<Record<string, unknown>> & { readonly payload: Readonly<Record<string, unknown>> };
interface Page {
  readonly items: readonly Item[];
  readonly cursor: string | null;
}
interface Found {
  readonly member: readonly Item[];
  readonly items_count: number;
  readonly cursor: string | null;
}

const day = 24 * 3600 * 1000;
const start = Date.parse('2026-03-01T12:00:00Z');

describe('The log API', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /** The entries of the first page of a log, oldest first. */
  async function log(at: string, caller = fixture.caller): Promise<Item[]> {
    return [...(await caller.json<Page>(at)).items].reverse();
  }
  /** The entries of all pages of a log, oldest first. */
  async function wholeLog(at: string, query: string): Promise<Item[]> {
    const all: Item[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await fixture.caller.json<Page>(`${at}?${query}&cursor=${cursor}`);
      all.push(...page.items);
      cursor = page.cursor;
    }
    return all.reverse();
  }
  function auditLog(body: unknown, caller = fixture.caller): Promise<WireAnswer> {
    return caller.post('/@auditLog', body);
  }
  async function audited(body: unknown): Promise<Found> {
    const answer = await auditLog(body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json as Found;
  }
  function pick(items: readonly Item[], ...names: string[]): unknown[][] {
    return items.map((item) => names.map((name) => item[name]));
  }
  function actions(items: readonly Item[]): unknown[] {
    return items.map(({ action, payload: { to } }) =>
      action === 'change_status' ? `change_status ${String(to)}` : action,
    );
  }
  async function userWithRole(role: 'Reader' | 'Editor' | 'Manager', at: string): Promise<Caller> {
    const login = `${role.toLowerCase()}@sandbox.test`;
    const { password } = await fixture.sandbox.addUser({ login, role: `guillotina.${role}`, at });
    return Caller.signedIn(fixture.sandbox, login, password);
  }
  async function syncNow(at: string): Promise<void> {
    await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }
  async function resourceOf(at: string): Promise<string> {
    return (await fixture.caller.children(at))[0] ?? '';
  }

  describe('for collection', () => {
    it('lists every added, changed and removed file, and reports `origin` as the cause of a removal', async () => {
      const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'deep/b.md': 'two' });
      const uid = (await fixture.caller.node(await resourceOf(wiki)))['@uid'];
      await putFiles(origin, { 'a.md': 'longer than one', 'c.md': 'three' });
      await rm(path.join(origin, 'deep/b.md'));
      await syncNow(wiki);
      const items = await log(`${wiki}/@getAuditLogSpyder`);
      assert.deepEqual(pick(items, 'action', 'origin_path', 'file_name', 'type', 'error', 'deleted_by'), [
        ['added', 'a.md', 'a.md', 'Success', null, null],
        ['added', 'deep/b.md', 'b.md', 'Success', null, null],
        ['changed', 'a.md', 'a.md', 'Success', null, null],
        ['added', 'c.md', 'c.md', 'Success', null, null],
        ['removed', 'deep/b.md', 'b.md', 'Success', null, 'origin'],
      ]);
      assert.deepEqual([items[0]?.['id'], items[2]?.['id']], [uid, uid]);
      assert.match(String(items[0]?.['timestamp']), /^2026-03-01T12:00:00\.0000\d\d\+00:00$/);
      assert.equal(items[0]?.['@timestamp'], start);
    });

    it('lists a symbolic link that leads out of the origin folder, and gives the reason for skipping the link', async () => {
      const { path: wiki, origin } = await fixture.datasource({});
      await symlink('/etc/hostname', path.join(origin, 'out.md'));
      await syncNow(wiki);
      assert.deepEqual(
        pick(await log(`${wiki}/@getAuditLogSpyder`), 'action', 'file_name', 'type', 'error', 'id'),
        [['refused', 'out.md', 'Error', 'a link out of the origin', null]],
      );
    });

    it('lists a file that the sync could not read', async function () {
      if (process.platform === 'win32') this.skip();
      const { path: wiki, origin } = await fixture.datasource({});
      await putFiles(origin, { 'locked.md': 'text' });
      await chmod(path.join(origin, 'locked.md'), 0);
      await asNobody([origin, fixture.sandbox.dataFolder], () => syncNow(wiki));
      assert.deepEqual(
        pick(await log(`${wiki}/@getAuditLogSpyder`), 'action', 'file_name', 'type', 'error'),
        [['unreadable', 'locked.md', 'Error', 'Download Error']],
      );
    });

    it('names the user who removed or uploaded a Resource', async () => {
      fixture.sandbox.addWorkspace('Legal', 'legal');
      const { path: papers } = fixture.sandbox.addDatasource({
        parent: '/workspaces/legal',
        title: 'Papers',
      });
      const headers = { 'x-upload-filename': 'a.md' };
      for (const body of ['one', 'another'])
        await fixture.caller.call(`${papers}/@upload/file`, { method: 'PATCH', body, headers });
      await fixture.caller.call(await resourceOf(papers), { method: 'DELETE' });
      const { user } = fixture.sandbox;
      assert.deepEqual(
        pick(await log(`${papers}/@getAuditLogSpyder`), 'action', 'file_name', 'deleted_by', 'user'),
        [
          ['added', 'a.md', null, user],
          ['changed', 'a.md', null, user],
          ['removed', 'a.md', 'user', user],
        ],
      );
      assert.deepEqual(actions(await log(`${papers}/@getAuditLogDS`)), [
        'create',
        'upload',
        'change_status synced',
        'upload',
        'delete',
      ]);
    });
  });

  describe('for processing', () => {
    it('lists every processing attempt with its start time, end time and error', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words', 'broken.pdf': '%PDF-1.4 no more' });
      fixture.clock.advanceSync(60_000);
      await fixture.caller.call(`${wiki}/@sendToComputeMissing`);
      await fixture.sandbox.settled();
      const at = '2026-03-01T12:00:00.000000+00:00';
      const later = '2026-03-01T12:01:00.000000+00:00';
      const items = await log(`${wiki}/@getAuditLogBeats`);
      assert.deepEqual(pick(items, 'file_name', 'start', 'status', 'type', 'error'), [
        ['a.md', at, 'processed', 'Success', null],
        ['broken.pdf', at, 'failed', 'Error', 'Has Error'],
        ['broken.pdf', later, 'failed', 'Error', 'Has Error'],
      ]);
      assert.ok(String(items[2]?.['end']) >= later);
      assert.equal(items[1]?.['id'], items[2]?.['id']);
    });

    it('returns a CSV table for the requested time range if `csv` is set', async () => {
      const { path: wiki } = await fixture.datasource({ '=1+1.md': 'words' });
      fixture.clock.advanceSync(60_000);
      await fixture.caller.call(`${wiki}/@sendToCompute`);
      await fixture.sandbox.settled();
      const beats = `${wiki}/@getAuditLogBeats`;
      const answer = await fixture.caller.call(`${beats}?csv=true`);
      assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
      const lines = answer.text.split('\r\n');
      assert.equal(lines[0], '"id","file_name","origin_path","start","end","status","error","note"');
      assert.equal(lines.length, 4);
      assert.match(lines[1] ?? '', /^"[0-9a-f]{32}","'=1\+1\.md","'=1\+1\.md","2026-03-01T12:01:00/);
      const early = await fixture.caller.call(`${beats}?csv=1&epoch_to=${start / 1000 + 30}`);
      assert.match(early.text.split('\r\n')[1] ?? '', /"2026-03-01T12:00:00/);
      assert.equal(early.text.split('\r\n').length, 3);
      const first = await fixture.caller.call(`${beats}?csv=1&limit=1`);
      const rest = await fixture.caller.call(`${beats}?csv=1&cursor=${String(first.headers['x-cursor'])}`);
      assert.equal(rest.text.split('\r\n')[1], lines[2]);
      assert.equal(rest.headers['x-cursor'], undefined);
    });
  });

  describe('for a Datasource', () => {
    it('lists every user action with the login of the user, and every automatic status change without a login', async () => {
      const { path: wiki, uid } = await fixture.datasource({ 'a.md': 'words' });
      const editor = await userWithRole('Editor', '/workspaces');
      await editor.call(`${wiki}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
      await editor.patch(wiki, { sync_status: 'paused' });
      await editor.patch(wiki, { title: 'The wiki', type_sync: 'arch' });
      const prinrole = [{ principal: 'guest@sandbox.test', role: 'guillotina.Reader', setting: 'Allow' }];
      await fixture.caller.post(`${wiki}/@sharing`, { prinrole });
      await fixture.caller.post(`${wiki}/@move`, { new_id: 'moved' });
      const moved = '/workspaces/harbour/moved';
      const answer = await fixture.caller.json<Page & Item>(`${moved}/@getAuditLogDS`);
      assert.deepEqual([answer['uid'], answer['title'], answer['sync_status']], [uid, 'The wiki', 'paused']);
      const items = [...answer.items].reverse();
      const { user } = fixture.sandbox;
      assert.deepEqual(
        actions(items).map((action, index) => [action, items[index]?.['user']]),
        [
          ['create', user],
          ['change_status syncing', null],
          ['change_status synced', null],
          ['request_sync', 'editor@sandbox.test'],
          ['change_status pending', 'editor@sandbox.test'],
          ['change_status syncing', null],
          ['change_status synced', null],
          ['change_status paused', 'editor@sandbox.test'],
          ['edit', 'editor@sandbox.test'],
          ['share', user],
          ['move', user],
        ],
      );
      const payloadOf = (index: number): Item['payload'] | undefined => items[index]?.payload;
      assert.deepEqual(payloadOf(2), {
        ...{ path: wiki, uid, from: 'syncing', to: 'synced', added: 1, changed: 0, removed: 0 },
      });
      assert.deepEqual(payloadOf(8), { path: wiki, uid, title: 'The wiki', type_sync: 'arch' });
      assert.deepEqual(payloadOf(9), { path: wiki, uid, replaces: false, prinrole });
      assert.deepEqual(payloadOf(10), { path: wiki, uid, to: moved });
    });

    it('lists a failed sync with its reason, and a renewal of credentials with its user and action code', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack' });
      const code = fixture.sandbox.consentCode('SlackDatasource');
      fixture.sandbox.expireCredentials(wiki);
      await syncNow(wiki);
      await fixture.caller.post(`${wiki}/@updateServiceCredentials?auth_code=${code}`, {});
      await fixture.sandbox.settled();
      const items = (await log(`${wiki}/@getAuditLogDS`)).slice(-5);
      assert.deepEqual(actions(items), [
        'change_status error',
        'renew_credentials',
        'change_status pending',
        'change_status syncing',
        'change_status synced',
      ]);
      const [failed, renewed] = items;
      assert.equal(failed?.['type'], 'Error');
      assert.match(String(failed.payload['message']), /credentials have expired/);
      assert.deepEqual([renewed?.['code'], renewed?.['user']], ['AC003', fixture.sandbox.user]);
    });

    it('returns the standard 404 for an object that is not a Datasource', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
      for (const service of ['@getAuditLogDS', '@getAuditLogSpyder', '@getAuditLogBeats'])
        for (const at of ['', '/workspaces/harbour', await resourceOf(wiki)])
          assert.equal((await fixture.caller.call(`${at}/${service}`)).status, 404, `${at}/${service}`);
    });
  });

  describe('for the account', () => {
    it('lists user actions such as searches and downloads, but no actions of the sandbox itself', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
      const resource = await resourceOf(wiki);
      const advanced = { and: [{ text_contains: [{ var: 'title' }, 'a.md'] }] };
      await fixture.caller.search('/workspaces', { advanced });
      await fixture.caller.call(`${resource}/@download/file`, { headers: { range: 'bytes=0-1' } });
      await fixture.caller.call(`${resource}/@download/file`, { headers: { range: 'bytes=2-4' } });
      await fixture.caller.call(`${resource}/@sendToCompute`);
      await fixture.caller.call(wiki, { method: 'DELETE' });
      const items = await log('/@activityLog');
      assert.deepEqual(pick(items, 'action', 'user'), [
        ...['sign_in', 'create', 'create', 'search', 'download', 'request_processing', 'delete'].map(
          (action) => [action, fixture.sandbox.user],
        ),
      ]);
      const [, , , search, download] = items;
      assert.deepEqual(search?.payload, {
        ...{ path: '/workspaces', uid: null, from: 0, items_count: 1, advanced: JSON.stringify(advanced) },
      });
      assert.deepEqual([download?.payload['path'], download?.payload['field']], [resource, 'file']);
      assert.equal(items[6]?.payload['doc_count'], 1);
    });

    it('keeps the entries of a deleted Datasource, and lists rejected sign-ins', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
      await fixture.caller.call('/workspaces/harbour', { method: 'DELETE' });
      await assert.rejects(Caller.signedIn(fixture.sandbox, fixture.sandbox.user, 'not this one'));
      await assert.rejects(Caller.signedIn(fixture.sandbox, 'nobody', 'not this one'));
      const { member } = await audited({
        advanced: { and: [{ in: [{ var: 'action' }, ['delete', 'refuse_sign_in']] }] },
        sort: { field: '@timestamp', direction: 'asc' },
      });
      assert.deepEqual(
        member.map(({ action, type, user, payload }) => [
          action,
          type,
          user,
          payload['path'] ?? payload['user'],
        ]),
        [
          ['delete', 'Success', fixture.sandbox.user, wiki],
          ['delete', 'Success', fixture.sandbox.user, '/workspaces/harbour'],
          ['refuse_sign_in', 'Error', null, fixture.sandbox.user],
          ['refuse_sign_in', 'Error', null, null],
        ],
      );
    });

    it('accepts a time range in seconds in @activityLog, and in milliseconds in @auditLog', async () => {
      await fixture.datasource({});
      fixture.clock.advanceSync(10_000);
      fixture.sandbox.addWorkspace('Later', 'later');
      const from = start / 1000 + 10;
      const later = await log(`/@activityLog?epoch_from=${from}`);
      assert.deepEqual(pick(later, 'action', '@timestamp'), [['create', start + 10_000]]);
      assert.deepEqual(actions(await log(`/@activityLog?epoch_to=${from}`)), ['sign_in', 'create', 'create']);
      assert.deepEqual(await log(`/@activityLog?epoch_from=${from * 1000}`), []);
      const after = (ms: unknown): unknown => ({ advanced: { and: [{ '>': [{ var: '@timestamp' }, ms] }] } });
      assert.equal((await audited(after(start + 9999))).items_count, 1);
      const between = [
        { '>': [{ var: '@timestamp' }, start - 1] },
        { '<': [{ var: '@timestamp' }, start + 5000] },
      ];
      const { member, items_count: count } = await audited({ advanced: { and: between }, size: 2 });
      assert.deepEqual([member.length, count], [2, 5]);
      // Like Onna, the sandbox interprets a value in seconds as milliseconds since 1970.
      assert.equal((await audited(after(from))).items_count, 6);
    });

    it('sorts entries in ascending or descending order, and filters them by type, user and path', async () => {
      await fixture.datasource({ 'a.md': 'words' });
      const sorted = async (direction: string): Promise<unknown[]> =>
        actions((await audited({ sort: { field: '@timestamp', direction } })).member);
      const newestFirst = await sorted('desc');
      assert.equal(newestFirst.at(-1), 'sign_in');
      assert.deepEqual(await sorted('asc'), [...newestFirst].reverse());
      assert.deepEqual(actions((await audited({})).member), newestFirst);
      const { member } = await audited({
        advanced: {
          and: [
            { text_contains: [{ var: 'payload.path' }, 'harbour'] },
            { in: [{ var: 'user' }, [fixture.sandbox.user]] },
            { and_not: [{ in: [{ var: 'type' }, ['Info']] }] },
          ],
        },
      });
      assert.deepEqual(
        member.map(({ payload }) => payload['@type']),
        ['ConfluenceDatasource', 'Workspace'],
      );
    });
  });

  describe('with pagination', () => {
    it('lists every entry once even if a sync adds more entries between two pages', async () => {
      const { path: wiki, origin } = await fixture.datasource(numberedFiles(250));
      const spyder = `${wiki}/@getAuditLogSpyder`;
      const first = await fixture.caller.json<Page>(`${spyder}?limit=100`);
      await putFiles(origin, { 'new.md': 'new' });
      await syncNow(wiki);
      const names = first.items.map((item) => item['file_name']);
      let { cursor } = first;
      while (cursor !== null) {
        const page: Page = await fixture.caller.json<Page>(`${spyder}?limit=100&cursor=${cursor}`);
        names.push(...page.items.map((item) => item['file_name']));
        ({ cursor } = page);
      }
      assert.deepEqual(names, Object.keys(numberedFiles(250)).reverse());
    });

    it('returns the same entries for every page size', async () => {
      const { path: wiki } = await fixture.datasource(numberedFiles(7));
      for (const [at, size] of [
        ['/@activityLog', 'size'],
        [`${wiki}/@getAuditLogDS`, 'limit'],
        [`${wiki}/@getAuditLogSpyder`, 'limit'],
        [`${wiki}/@getAuditLogBeats`, 'limit'],
      ] as const) {
        const whole = await log(at);
        assert.ok(whole.length > 2, at);
        for (const number of [1, 2, whole.length])
          assert.deepEqual(await wholeLog(at, `${size}=${number}`), whole);
      }
      const { member } = await audited({});
      const paged: Item[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: Found = await audited({ size: 2, cursor });
        paged.push(...page.member);
        ({ cursor } = page);
      }
      assert.deepEqual(paged, member);
      assert.deepEqual((await audited({ size: 2, from: 1 })).member, member.slice(1, 3));
    });

    it('returns a 412 that names the invalid number, cursor or search term', async () => {
      const { path: wiki } = await fixture.datasource({});
      const queries = {
        epoch_from: ['yesterday', '', '1e9', 'NaN', '9'.repeat(400)],
        epoch_to: ['2026-03-01', '0x10'],
        cursor: ['x', '42', Buffer.from('after:x').toString('base64url'), 'A'.repeat(3000)],
      };
      for (const [at, size] of [
        ['/@activityLog', 'size'],
        [`${wiki}/@getAuditLogDS`, 'limit'],
        [`${wiki}/@getAuditLogSpyder`, 'limit'],
        [`${wiki}/@getAuditLogBeats`, 'limit'],
      ] as const)
        for (const [name, values] of Object.entries({ ...queries, [size]: ['0', '-1', '1.5', 'all', ''] }))
          for (const value of values) {
            const { status, json } = await fixture.caller.call(`${at}?${name}=${encodeURIComponent(value)}`);
            assert.deepEqual([status, (json as Item)['parameter']], [412, name], `${at} ${name}=${value}`);
          }
      const compare = (name: string, value: unknown): unknown => ({ and: [{ '>': [{ var: name }, value] }] });
      for (const [body, parameter] of [
        [{ size: -1 }, 'size'],
        [{ size: '10' }, 'size'],
        [{ cursor: 'x' }, 'cursor'],
        [{ cursor: 5 }, 'cursor'],
        [{ sort: { field: 'title', direction: 'asc' } }, 'sort.field'],
        [{ sort: { field: '@timestamp', direction: 'up' } }, 'sort.direction'],
        [{ advanced: [] }, 'advanced'],
        [{ advanced: compare('@timestamp', '2026-03-01') }, 'advanced'],
        [{ advanced: compare('@timestamp', true) }, 'advanced'],
        [{ advanced: compare('title', 1) }, 'advanced'],
        [{ advanced: compare('d.login', 1) }, 'advanced'],
        [[], ''],
      ] as const) {
        const { status, json } = await auditLog(body);
        assert.deepEqual([status, (json as Item)['parameter']], [412, parameter], JSON.stringify(body));
      }
      const window = await auditLog({ size: 10_000, from: 1 });
      assert.deepEqual([window.status, (window.json as Item)['reason']], [412, 'preconditionFailed']);
      assert.equal((await auditLog('{')).status, 412);
    });
  });

  it('shows the account log only to superusers, and the log of a Datasource only to its Managers', async () => {
    const { path: wiki } = await fixture.datasource({});
    const anonymous = new Caller(fixture.sandbox, 'none');
    const reader = await userWithRole('Reader', '/workspaces/harbour');
    const editor = await userWithRole('Editor', '/workspaces/harbour');
    const manager = await userWithRole('Manager', '/workspaces/harbour');
    const statuses = async (caller: Caller): Promise<number[]> => [
      (await caller.call('/@activityLog')).status,
      (await auditLog({}, caller)).status,
      (await caller.call(`${wiki}/@getAuditLogDS`)).status,
      (await caller.call(`${wiki}/@getAuditLogSpyder`)).status,
      (await caller.call(`${wiki}/@getAuditLogBeats?csv=1`)).status,
    ];
    assert.deepEqual(await statuses(anonymous), [401, 401, 401, 401, 401]);
    assert.deepEqual(await statuses(reader), [401, 401, 401, 401, 401]);
    assert.deepEqual(await statuses(editor), [401, 401, 401, 401, 401]);
    assert.deepEqual(await statuses(manager), [401, 401, 200, 200, 200]);
    assert.deepEqual(await statuses(fixture.caller), [200, 200, 200, 200, 200]);
    const { json } = await editor.call('/@activityLog');
    assert.equal((json as Item)['auth'], 'editor@sandbox.test');
    const can = await manager.json(`${wiki}/@canido?permissions=onna.GetAuditLog,onna.GetAuditLogDS`);
    assert.deepEqual(can, { 'onna.GetAuditLog': true, 'onna.GetAuditLogDS': true });
  });

  it('excludes the entries of other Datasources from the log of a Datasource', async () => {
    await fixture.datasource({ 'a.md': 'words' });
    const { path: other } = await fixture.datasource({ 'b.md': 'words' }, { id: 'other', title: 'Other' });
    for (const service of ['@getAuditLogSpyder', '@getAuditLogBeats'])
      assert.deepEqual(pick(await log(`${other}/${service}`), 'file_name'), [['b.md']]);
    for (const { payload } of await log(`${other}/@getAuditLogDS`)) assert.equal(payload['path'], other);
  });

  describe('with a persistent data folder', () => {
    let dataFolder = '';
    beforeEach(async () => {
      await fixture.sandbox.close();
      dataFolder = await fixture.folders.make();
      await fixture.start({ dataFolder });
    });

    /** All rows of the table `events`. Reads a copy of the database, because a running sandbox locks the original. */
    async function stored(): Promise<string[]> {
      const copy = await fixture.folders.make();
      for (const name of ['sandbox.sqlite', 'sandbox.sqlite-wal'])
        await copyFile(path.join(dataFolder, name), path.join(copy, name));
      const database = new DatabaseSync(path.join(copy, 'sandbox.sqlite'));
      const rows = database.prepare('SELECT * FROM events ORDER BY at').all();
      database.close();
      return rows.map((row) => JSON.stringify(row));
    }

    it('keeps all entries in order across a restart, even if the clock was set back', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
      const before = await log(`${wiki}/@getAuditLogDS`);
      fixture.clock.advanceSync(-day);
      await fixture.restart({ dataFolder });
      await syncNow(wiki);
      const after = await log(`${wiki}/@getAuditLogDS`);
      assert.deepEqual(after.slice(0, before.length), before);
      assert.equal(after[before.length]?.['action'], 'request_sync');
    });

    it('deletes an entry from the log and from the database after 180 days', async () => {
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' }, { sync: 'one' });
      const spyder = `${wiki}/@getAuditLogSpyder`;
      const old = (await stored()).length;
      // Signs in again, because the clock advances beyond the lifetime of a token.
      const later = async (ms: number): Promise<Caller> => {
        fixture.clock.advanceSync(ms);
        return Caller.signedIn(fixture.sandbox);
      };
      let caller = await later(180 * day - 1);
      assert.equal((await log(spyder, caller)).length, 1);
      assert.equal((await stored()).length, old + 1);
      // Storing a new event also deletes the expired entries.
      caller = await later(3_600_000);
      assert.deepEqual(await log(spyder, caller), []);
      assert.equal((await stored()).length, 2);
      fixture.clock.advanceSync(181 * day);
      assert.deepEqual(await log('/@activityLog', await Caller.signedIn(fixture.sandbox)).then(actions), [
        'sign_in',
      ]);
    });

    it('deletes expired entries when the sandbox starts', async () => {
      await fixture.datasource({ 'a.md': 'words' }, { sync: 'one' });
      await fixture.sandbox.close();
      fixture.clock.advanceSync(181 * day);
      await fixture.start({ dataFolder });
      assert.deepEqual(
        (await stored()).filter((row) => !row.includes('sign_in')),
        [],
      );
    });

    it('stores no password, token, authorization code or other secret in a log entry', async () => {
      const canary = 'canary-7f3b';
      const { path: wiki } = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack' });
      const { caller, sandbox } = fixture;
      const code = sandbox.consentCode('SlackDatasource');
      const login = 'guest@sandbox.test';
      const { password } = await sandbox.addUser({ login, password: `${canary}-password` });
      const guest = await Caller.signedIn(sandbox, login, password);
      await assert.rejects(Caller.signedIn(sandbox, login, `${canary}-wrong`));
      await assert.rejects(Caller.signedIn(sandbox, `${canary}-typed-as-login`, password));
      await send(sandbox.baseUrl, '/auth/oauth/me', { method: 'POST', body: { token: caller.token } });
      for (const token of [caller.token, `${canary}-token`, guest.token]) {
        const secrets = { 'X-Auth-Secret': `${canary}-secret`, Authorization: `Bearer ${token}` };
        await caller.post(`${wiki}/@refreshServiceCredentials`, secrets);
        await caller.patch(wiki, { title: 'Renamed', password: canary, ...secrets });
        await caller.post('/workspaces/harbour', {
          '@type': 'SlackDatasource',
          title: 'S',
          secret: canary,
          ...secrets,
        });
        await caller.search('', { advanced: { and: [] }, ...secrets });
        await caller.post(`${wiki}/@sharing?token=${canary}`, {
          prinrole: [{ principal: login, role: 'guillotina.Reader', setting: 'Allow', ...secrets }],
        });
        await caller.post(`${wiki}/@move`, { new_id: 'wiki2', ...secrets });
        await caller.post('/workspaces/harbour/wiki2/@move', { new_id: 'wiki', ...secrets });
      }
      await caller.call(`${wiki}/@sendToSpyder?force=true&token=${canary}`);
      await caller.post(`${wiki}/@updateServiceCredentials?auth_code=${canary}-code`, {});
      await caller.post(`${wiki}/@updateServiceCredentials?auth_code=${code}`, {});
      const [resource = ''] = await caller.children(wiki);
      await caller.call(`${resource}/@download/file?token=${canary}`, {
        headers: { 'x-auth-secret': canary },
      });
      await fixture.sandbox.settled();
      const rows = await stored();
      const happened = new Set(rows.map((row) => (JSON.parse(row) as Item)['action']));
      for (const action of [
        ...['sign_in', 'refuse_sign_in', 'renew_credentials', 'edit', 'create', 'search', 'share', 'move'],
        ...['request_sync', 'download'],
      ])
        assert.ok(happened.has(action), action);
      for (const row of rows)
        for (const secret of [canary, code, caller.token, guest.token, sandbox.password])
          assert.ok(!row.includes(secret), row);
    });
  });
});
