import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { dublinCore } from '../../../../src/sandbox/content/dublinCore.ts';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('The sandbox’s API for creating and deleting objects', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  interface Problem {
    readonly reason: string;
    readonly deserialization_errors?: readonly { readonly field: string }[];
  }

  it('creates a Workspace and a Datasource by POST, then syncs the Datasource and indexes its files', async () => {
    const origin = await fixture.folders.make({ 'tides.md': 'ebb tide' });
    const { caller } = fixture;
    const workspace = await caller.post('/workspaces', { '@type': 'Workspace', title: 'Legal' });
    const { '@id': workspaceId, '@name': name } = workspace.json as Record<string, string>;
    assert.equal(workspace.status, 201);
    assert.equal(workspace.headers['location'], workspaceId);
    assert.match(String(name), /^legal-[A-Za-z0-9]{6}$/);
    const made = await caller.post(`/workspaces/${name}`, {
      ...{
        '@type': 'ConfluenceDatasource',
        id: 'wiki',
        title: 'Wiki',
        type_sync: 'arch',
        sync_status: 'pending',
      },
      ...{ original_url: pathToFileURL(origin).href, collect_links: false, data_types: ['resources'] },
    });
    assert.equal(made.status, 201);
    await fixture.sandbox.settled();
    const wiki = await caller.node(`/workspaces/${name}/wiki`);
    assert.deepEqual(
      [wiki['sync_status'], wiki['type_sync'], wiki['collect_links'], wiki['doc_count']],
      ['synced', 'arch', false, 1],
    );
    const found = await caller.search('', {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'ebb tide'] }] },
    });
    assert.equal(found.items_count, 1);
  });

  it('gives a new Datasource the status `created` if the request has no status, and drops unknown fields', async () => {
    const { path: workspace } = fixture.sandbox.addWorkspace('Legal', 'legal');
    await fixture.caller.post(workspace, { '@type': 'SlackDatasource', id: 'chat', password: 'hunter2' });
    const chat = await fixture.caller.node(`${workspace}/chat`);
    assert.deepEqual([chat['sync_status'], chat['type_sync'], chat['title']], ['created', 'auto', null]);
    assert.ok(!JSON.stringify(chat).includes('hunter2'));
  });

  it('returns a 412 that names the invalid field of a new Datasource', async () => {
    const { path: workspace } = fixture.sandbox.addWorkspace('Legal', 'legal');
    for (const [field, body] of [
      ['type_sync', { '@type': 'StaticDatasource', type_sync: 'auto' }],
      ['type_sync', { '@type': 'SlackDatasource', type_sync: 'sometimes' }],
      ['sync_status', { '@type': 'SlackDatasource', sync_status: 'synced' }],
      ['title', { '@type': 'SlackDatasource', title: ['x'] }],
      ['title', { '@type': 'SlackDatasource', title: 'two\nlines' }],
      ['tags', { '@type': 'SlackDatasource', [dublinCore]: { tags: 'x' } }],
      ['urls', { '@type': 'CrawlerDatasource', urls: 'https://example.test' }],
      ['original_url', { '@type': 'CrawlerDatasource', original_url: 'file://elsewhere/x' }],
    ] as const) {
      const answer = await fixture.caller.post(workspace, body);
      const { reason, deserialization_errors: errors } = answer.json as Problem;
      assert.deepEqual(
        [answer.status, reason, errors?.map((error) => error.field)],
        [412, 'deserializationError', [field]],
      );
    }
    assert.equal((await fixture.caller.node(workspace))['length'], 0);
  });

  it('returns 412 for a missing or unsupported type or an invalid id, and 409 for an id that is already in use', async () => {
    fixture.sandbox.addWorkspace('Legal', 'legal');
    for (const [status, reason, at, body] of [
      [412, 'requiredParamMissing', '/workspaces', { title: 'x' }],
      [412, 'notAllowed', '/workspaces', { '@type': 'SlackDatasource' }],
      [412, 'notAllowed', '/workspaces/legal', { '@type': 'Workspace' }],
      [412, 'deserializationError', '/workspaces/legal', { '@type': 'NoSuchDatasource' }],
      [412, 'invalidId', '/workspaces', { '@type': 'Workspace', id: '_x' }],
      [412, 'invalidId', '/workspaces', { '@type': 'Workspace', id: 'a/b' }],
      [412, 'invalidId', '/workspaces', { '@type': 'Workspace', id: '..' }],
      [412, 'invalidId', '/workspaces', { '@type': 'Workspace', id: 7 }],
      [409, 'conflictId', '/workspaces', { '@type': 'Workspace', id: 'legal' }],
    ] as const) {
      const answer = await fixture.caller.post(at, body);
      assert.deepEqual([answer.status, (answer.json as Problem).reason], [status, reason]);
    }
  });

  it('lets an Editor create Datasources, but not read local folders or delete other users’ objects', async () => {
    const { path: workspace } = fixture.sandbox.addWorkspace('Legal', 'legal');
    const { login, password } = await fixture.sandbox.addUser({
      ...{ login: 'editor@sandbox.test', role: 'guillotina.Editor', at: workspace },
    });
    const editor = await Caller.signedIn(fixture.sandbox, login, password);
    const folder = { '@type': 'ConfluenceDatasource', id: 'etc', original_url: 'file:///etc' };
    assert.equal((await editor.post(workspace, folder)).status, 412);
    const made = await editor.post(workspace, { '@type': 'ConfluenceDatasource', id: 'own' });
    assert.equal(made.status, 201);
    assert.equal((await editor.call(workspace, { method: 'DELETE' })).status, 401);
    assert.equal((await editor.post('/workspaces', { '@type': 'Workspace' })).status, 401);
    // The Editor created this Datasource, and therefore may delete it.
    assert.equal((await editor.call(`${workspace}/own`, { method: 'DELETE' })).status, 200);
  });

  it('removes a deleted Datasource from search and the change feed, but keeps the files in its origin folder', async () => {
    const wiki = await fixture.datasource({ 'a.md': 'words', 'b.md': 'more words' });
    const kept = await fixture.datasource({ 'c.md': 'words' }, { id: 'kept', title: 'Kept' });
    const before = await fixture.caller.json<{ updates: { '@timestamp': string }[] }>('/@data');
    const since =
      before.updates
        .map((update) => update['@timestamp'])
        .sort()
        .at(-1) ?? '';
    const answer = await fixture.caller.call(wiki.path, { method: 'DELETE' });
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.equal((await fixture.caller.call(wiki.path)).status, 404);
    const feed = await fixture.caller.json<{ deleted: string[] }>(
      `/@data?since=${encodeURIComponent(since)}`,
    );
    assert.deepEqual(feed.deleted, [wiki.uid]);
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'words'] }] } };
    const found = await fixture.caller.search('', query);
    assert.deepEqual(
      found.member.map((hit) => String(hit['@id']).includes(kept.path)),
      [true],
    );
    await rm(path.join(wiki.origin, 'a.md'));
  });

  it('deletes a Workspace and everything in it, even during a sync', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const slow = fixture.sandbox.addDatasource({
      ...{ parent: '/workspaces/harbour', title: 'Slow', type: 'slack', paceMs: 60_000 },
      origin: await fixture.folders.make({ 'a.md': '1', 'b.md': '2' }),
    });
    assert.equal((await fixture.caller.call('/workspaces/harbour', { method: 'DELETE' })).status, 200);
    await fixture.sandbox.settled();
    for (const gone of ['/workspaces/harbour', wiki, slow.path])
      assert.equal((await fixture.caller.call(gone)).status, 404);
    assert.deepEqual(await fixture.caller.children(''), []);
  });

  it('deletes a single Resource, but refuses to delete the account or its folders', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words', 'b.md': 'words' });
    const [first = ''] = await fixture.caller.children(wiki);
    assert.equal((await fixture.caller.call(first, { method: 'DELETE' })).status, 200);
    assert.deepEqual(await fixture.caller.names(wiki), ['b.md']);
    for (const kept of ['', '/workspaces', `/${fixture.sandbox.user}`]) {
      const answer = await fixture.caller.call(kept, { method: 'DELETE' });
      assert.deepEqual([answer.status, (answer.json as Problem).reason], [412, 'notAllowed']);
    }
  });
});
