import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('A sandbox Datasource created without a source', () => {
  const fixture = new Fixture();
  let path: string;
  beforeEach(async () => {
    await fixture.start();
    fixture.sandbox.addWorkspace('Harbour', 'harbour');
    const wiki = { '@type': 'ConfluenceDatasource', title: 'Wiki', id: 'wiki' };
    await fixture.caller.post('/workspaces/harbour', wiki);
    path = '/workspaces/harbour/wiki';
  });
  afterEach(() => fixture.stop());

  it('cannot start without a source, but can start in the request that sets the source', async () => {
    assert.equal((await fixture.caller.patch(path, { sync_status: 'pending' })).status, 412);
    assert.equal(await fixture.caller.status(path), 'created');
    const origin = await fixture.folders.make({ 'a.md': 'words' });
    const url = pathToFileURL(origin).href;
    const answer = await fixture.caller.patch(path, { original_url: url, sync_status: 'pending' });
    assert.equal(answer.status, 204);
    await fixture.sandbox.settled();
    const node = await fixture.caller.node(path);
    assert.deepEqual([node['sync_status'], node['original_url']], ['synced', url]);
    assert.deepEqual(await fixture.caller.names(path), ['a.md']);
  });

  it('accepts a folder as its source only from the sandbox’s own user, and keeps its folder once it has started', async () => {
    const { login, password } = await fixture.sandbox.addUser({
      ...{ login: 'olaf@sandbox.test', role: 'guillotina.Editor', at: '/workspaces/harbour' },
    });
    const olaf = await Caller.signedIn(fixture.sandbox, login, password);
    assert.equal((await olaf.patch(path, { original_url: 'file:///etc' })).status, 412);
    const url = 'https://wiki.example.test';
    assert.equal((await olaf.patch(path, { original_url: url })).status, 204);
    assert.equal((await fixture.caller.node(path))['original_url'], url);
    assert.equal((await olaf.patch(path, { sync_status: 'pending' })).status, 204);
    await fixture.sandbox.settled();
    assert.equal((await olaf.patch(path, { original_url: 'https://other.example.test' })).status, 204);
    const origin = await fixture.folders.make({});
    const moved = await fixture.caller.patch(path, { original_url: pathToFileURL(origin).href });
    assert.equal(moved.status, 412);
  });

  it('starts without a source if it is a folder Datasource, which receives uploads', async () => {
    const files = { '@type': 'StaticDatasource', title: 'Files', id: 'files' };
    await fixture.caller.post('/workspaces/harbour', files);
    assert.equal(
      (await fixture.caller.patch('/workspaces/harbour/files', { sync_status: 'pending' })).status,
      204,
    );
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status('/workspaces/harbour/files'), 'synced');
  });
});
