import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

const following = 'onna.canonical.behaviors.following.IFollowing';

type Item = Readonly<Record<string, unknown>>;

describe('@favorite', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /** The favorites of an object, as GET and as `@data` report them. */
  async function marks(caller: Caller, path: string): Promise<readonly unknown[]> {
    const node = await caller.json<Item>(path);
    const { updates } = await caller.json<{ updates: readonly Item[] }>('/@data?types=_datasources_');
    return [node[following], updates.find((item) => item['@uid'] === node['@uid'])?.[following]];
  }

  it('marks an object only for the caller, and removes the mark on DELETE', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'words' });
    const { user } = fixture.sandbox;
    const { login, password } = await fixture.sandbox.addUser({ login: 'reader@sandbox.test' });
    const reader = await Caller.signedIn(fixture.sandbox, login, password);
    assert.deepEqual(await marks(fixture.caller, path), Array(2).fill({ favorite: false, favorites: [] }));
    assert.equal((await reader.call(`${path}/@favorite`, { method: 'POST', body: {} })).status, 200);
    assert.deepEqual(await marks(reader, path), Array(2).fill({ favorite: true, favorites: [login] }));
    assert.deepEqual(
      await marks(fixture.caller, path),
      Array(2).fill({ favorite: false, favorites: [login] }),
    );
    await fixture.caller.call(`${path}/@favorite`, { method: 'POST' });
    assert.deepEqual(
      await marks(fixture.caller, path),
      Array(2).fill({ favorite: true, favorites: [user, login].sort() }),
    );
    assert.equal((await reader.call(`${path}/@favorite`, { method: 'DELETE' })).status, 200);
    assert.deepEqual(await marks(reader, path), Array(2).fill({ favorite: false, favorites: [user] }));
  });

  it('reports a changed object in the change feed, but not a repeated request', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'words' });
    const stamp = async (): Promise<string> => {
      const { updates } = await fixture.caller.json<{ updates: readonly Item[] }>(
        '/@data?types=_datasources_',
      );
      return String(updates[0]?.['@timestamp']);
    };
    const before = await stamp();
    await fixture.caller.call(`${path}/@favorite`, { method: 'POST' });
    const marked = await stamp();
    assert.ok(marked > before);
    await fixture.caller.call(`${path}/@favorite`, { method: 'POST' });
    assert.equal(await stamp(), marked);
    await fixture.caller.call(`${path}/@favorite`, { method: 'DELETE' });
    assert.ok((await stamp()) > marked);
  });

  it('refuses users who cannot see the object', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'words' });
    const { login, password } = await fixture.sandbox.addUser({
      login: 'outsider@sandbox.test',
      at: '/wallet',
    });
    const outsider = await Caller.signedIn(fixture.sandbox, login, password);
    assert.equal((await outsider.call(`${path}/@favorite`, { method: 'POST' })).status, 401);
    const [resource = ''] = await fixture.caller.children(path);
    assert.equal((await fixture.caller.call(`${resource}/@favorite`, { method: 'POST' })).status, 404);
  });

  it('forgets the marks of a deleted object', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'words' });
    await fixture.caller.call(`${path}/@favorite`, { method: 'POST' });
    assert.equal((await fixture.caller.call(path, { method: 'DELETE' })).status, 200);
    const { database } = fixture.sandbox.stores;
    assert.deepEqual(database.all('SELECT * FROM favorites'), []);
  });
});
