import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('The access check of the sandbox', () => {
  const fixture = new Fixture();
  let guest: Caller;
  let wiki: string;
  let resource: string;
  before(async () => {
    await fixture.start();
    wiki = (await fixture.datasource({ 'a.md': 'words' })).path;
    [resource = ''] = await fixture.caller.children(wiki);
    const login = 'guest@sandbox.test';
    const { password } = await fixture.sandbox.addUser({ login, at: '/wallet' });
    guest = await Caller.signedIn(fixture.sandbox, login, password);
  });
  after(() => fixture.stop());

  it('names in a 401 the deepest object that exists, with its type', async () => {
    for (const [path, content] of [
      ['/workspaces/harbour', '<Workspace /workspaces/harbour>'],
      [`${wiki}/none`, `<ConfluenceDatasource ${wiki}>`],
      [resource, `<Resource ${resource}>`],
      [`${resource}/none/none`, `<Resource ${resource}>`],
    ] as const) {
      const { status, json } = await guest.call(path);
      assert.deepEqual([status, (json as { content: unknown }).content], [401, content]);
    }
  });

  it('lets every user with a login read the account and the folder of the Workspaces, but nothing else in them', async () => {
    for (const [path, names] of [
      ['/', ['guest@sandbox.test', 'wallet', 'workspaces']],
      ['/workspaces', []],
    ] as const) {
      const { items } = await guest.json<{ items: Record<string, unknown>[] }>(path);
      assert.deepEqual(items.map((item) => item['@name']).sort(), names);
    }
    assert.deepEqual(await guest.json('/@workspaces'), []);
    assert.equal((await guest.json<{ items_count: number }>('/workspaces/@search')).items_count, 0);
    assert.equal((await guest.patch('/workspaces', { title: 'x' })).status, 401);
    const anonymous = new Caller(fixture.sandbox, 'none');
    assert.equal((await anonymous.call('/workspaces')).status, 401);
  });

  it('returns 404 for a path with thousands of segments', async () => {
    assert.equal((await fixture.caller.call(`${wiki}${'/a'.repeat(5_000)}`)).status, 404);
  });
});
