import assert from 'node:assert/strict';
import { dublinCore } from '../../../../src/sandbox/content/dublinCore.ts';
import { Fixture } from '../support/fixture.ts';

describe('The JSON of an object', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('contains all fields of a Datasource, also those that no client has set', async () => {
    fixture.sandbox.addWorkspace('Legal', 'legal');
    await fixture.caller.post('/workspaces/legal', { '@type': 'SlackDatasource', id: 'chat' });
    const { original_url, collect_links, connection_type, data_types, urls } =
      await fixture.caller.node('/workspaces/legal/chat');
    assert.deepEqual(
      [original_url, collect_links, connection_type, data_types, urls],
      [null, null, null, ['resources'], null],
    );
    await fixture.caller.patch('/workspaces/legal/chat', { data_types: { op: 'append', value: 'x' } });
    const changed = await fixture.caller.node('/workspaces/legal/chat');
    assert.deepEqual(changed['data_types'], ['resources', 'x']);
    assert.ok(!('data_types' in (await fixture.caller.node('/workspaces/legal'))));
  });

  it('has no title if the client sent none, and an id that begins with the type', async () => {
    const made = await fixture.caller.post('/workspaces', { '@type': 'Workspace' });
    const { '@name': name } = made.json as Record<string, string>;
    assert.match(String(name), /^workspace-\w{6}$/);
    const { title, [dublinCore]: described } = await fixture.caller.node(`/workspaces/${String(name)}`);
    assert.deepEqual([title, (described as Record<string, unknown>)['title']], [null, null]);
  });

  it('has the creation date that a client has set at the top level or in the behavior', async () => {
    const creation_date = '2019-01-01T00:00:00+00:00';
    await fixture.caller.post('/workspaces', { '@type': 'Workspace', id: 'old', creation_date });
    const made = await fixture.caller.node('/workspaces/old');
    assert.equal(made['creation_date'], creation_date);
    assert.equal((made[dublinCore] as Record<string, unknown>)['creation_date'], creation_date);
    const wrong = await fixture.caller.patch('/workspaces/old', { creation_date: 'x' });
    assert.equal(wrong.status, 412);
    await fixture.caller.patch('/workspaces/old', { creation_date: '2020-01-01' });
    assert.equal((await fixture.caller.node('/workspaces/old'))['creation_date'], '2020-01-01T00:00:00');
  });

  it('does not encode the characters of an id that a URL may contain', async () => {
    const id = 'A.b-c_d$(1)+ =@x';
    const made = await fixture.caller.post('/workspaces', { '@type': 'Workspace', id });
    assert.match(String(made.headers['location']), /\/workspaces\/A\.b-c_d\$\(1\)\+%20=@x$/);
    const { pathname } = new URL(String(made.headers['location']));
    assert.equal((await fixture.caller.raw(pathname)).status, 200);
  });

  it('has no behaviors in the account, whose PUT changes only the title', async () => {
    const before = await fixture.caller.node('/');
    assert.deepEqual(before['@static_behaviors'], []);
    assert.ok(!(dublinCore in before));
    const body = { title: 'Lumenfjord', [dublinCore]: { tags: ['a'] } };
    assert.equal((await fixture.caller.call('/', { method: 'PUT', body })).status, 204);
    const after = await fixture.caller.node('/');
    assert.ok(!(dublinCore in after));
    assert.deepEqual([after['title'], after['creation_date']], ['Lumenfjord', before['creation_date']]);
  });
});
