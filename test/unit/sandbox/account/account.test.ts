import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('The sandbox’s account API', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('lists the Datasource types that a user can create, and lists the enterprise types separately', async () => {
    for (const at of ['', `/${fixture.sandbox.user}`]) {
      const types = await fixture.caller.json<string[]>(`${at}/@enabledDSTypes`);
      assert.equal(types.length, 23);
      assert.ok(types.includes('ConfluenceDatasource') && !types.includes('SlackEDatasource'));
    }
    assert.deepEqual(await fixture.caller.json('/@enabledEDS'), ['SlackEDatasource']);
    const all = await fixture.caller.json<Record<string, { type_name: string }[]>>('/@datasourceTypes');
    assert.deepEqual(
      all['enabled_edatasources']?.map((type) => type.type_name),
      ['SlackEDatasource'],
    );
    assert.equal(all['available_datasources']?.length, 23);
  });

  it('lists the sync types, the source and the credentials of each Datasource type, and refuses other sync types', async () => {
    interface Type {
      readonly type_name: string;
      readonly capabilities: readonly { readonly id: string; readonly title: string }[];
    }
    const { available_datasources: types } =
      await fixture.caller.json<Record<'available_datasources', Type[]>>('/@datasourceTypes');
    const idsOf = (name: string): string =>
      types
        .find((type) => type.type_name === name)
        ?.capabilities.map(({ id }) => id)
        .join(' ') ?? '';
    const all = 'sync_auto sync_one sync_arch';
    assert.equal(idsOf('StaticDatasource'), 'sync_one origin_upload');
    assert.equal(idsOf('ConfluenceDatasource'), `${all} origin_url credentials_secret`);
    assert.equal(idsOf('SlackDatasource'), `${all} origin_account credentials_consent`);
    assert.equal(idsOf('CrawlerDatasource'), `${all} origin_urls credentials_secret`);
    assert.equal(idsOf('TwitterDatasource'), 'sync_one sync_arch origin_url credentials_secret');
    const { path } = fixture.sandbox.addWorkspace('Legal', 'legal');
    const post = (body: object): Promise<{ status: number }> =>
      fixture.caller.post(path, { '@type': 'TwitterDatasource', ...body });
    assert.equal((await post({ type_sync: 'auto' })).status, 412);
    assert.equal((await post({ id: 'posts' })).status, 201);
    assert.equal((await fixture.caller.node(`${path}/posts`))['type_sync'], 'arch');
  });

  it('returns the roles and the Workspaces of the current user', async () => {
    const { user } = fixture.sandbox;
    const { path: wiki } = await fixture.datasource({});
    const me = await fixture.caller.json<Record<string, { roles?: unknown }>>('/@user');
    assert.deepEqual(me[user]?.roles, { 'guillotina.Manager': 1 });
    assert.deepEqual(await fixture.caller.json(`${wiki}/@userRoles`), [
      'guillotina.Manager',
      'guillotina.Owner',
    ]);
    const groups = await fixture.caller.json<Record<string, { title: string }>>(
      '/@groups?groupType=WORK_SPACE',
    );
    assert.deepEqual(
      Object.values(groups).map(({ title }) => title),
      ['Harbour'],
    );
    assert.deepEqual(await fixture.caller.json('/@groups'), {});
    assert.equal((await fixture.caller.call('/@groups?groupType=x')).status, 412);
  });

  it('returns sizes and the usage of credentials only for objects that the user can see', async () => {
    const wiki = await fixture.datasource({ 'a.md': 'words' });
    assert.deepEqual(await fixture.caller.json('/@sizes'), {
      [wiki.uid]: { bytes_processed: 5, doc_count: 1 },
    });
    const entry = (await fixture.caller.node(wiki.path))['wallet_entry'];
    assert.deepEqual(await fixture.caller.json('/@wallet'), [
      {
        wallet_entry_uuid: entry,
        is_shared: false,
        usage: [{ user_id: fixture.sandbox.user, datasources_count: 1, idmapping_datasources_count: 0 }],
      },
    ]);
    const { login, password } = await fixture.sandbox.addUser({ login: 'guest@sandbox.test', at: '/wallet' });
    const guest = await Caller.signedIn(fixture.sandbox, login, password);
    assert.deepEqual([await guest.json('/@sizes'), await guest.json('/@wallet')], [{}, []]);
  });

  it('returns @status to everyone, but @statusAccount only to a signed-in user', async () => {
    const anonymous = new Caller(fixture.sandbox, 'none');
    assert.deepEqual(await anonymous.json('/@status'), { status: 'ok' });
    assert.equal((await anonymous.call('/@statusAccount')).status, 401);
    assert.deepEqual(await fixture.caller.json('/@statusAccount'), { account: 'sandbox', status: 'active' });
  });

  it('renews expired credentials with a valid authorization code, and returns 412 for a wrong code', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack' });
    const code = fixture.sandbox.consentCode('SlackDatasource');
    fixture.sandbox.expireCredentials(wiki);
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(wiki), 'error');
    assert.equal(
      (await fixture.caller.post(`${wiki}/@updateServiceCredentials?auth_code=x`, {})).status,
      412,
    );
    assert.equal(await fixture.caller.status(wiki), 'error');
    assert.equal(
      (await fixture.caller.post(`${wiki}/@updateServiceCredentials?auth_code=${code}`, {})).status,
      204,
    );
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(wiki), 'synced');
  });
});
