import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('The sandbox’s API for sharing, moving and resolving objects', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /** Adds a user without access to any Workspace, and signs in as this user. */
  async function stranger(): Promise<Caller> {
    const login = 'guest@sandbox.test';
    const { password } = await fixture.sandbox.addUser({ login, role: 'guillotina.Owner', at: '/wallet' });
    return Caller.signedIn(fixture.sandbox, login, password);
  }
  function allow(role: string, setting = 'Allow'): unknown {
    return { prinrole: [{ principal: 'guest@sandbox.test', role, setting }] };
  }

  it('grants and revokes a role for a Workspace and everything in it', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const guest = await stranger();
    const sharing = '/workspaces/harbour/@sharing';
    assert.equal((await guest.call(wiki)).status, 401);
    const can = (): Promise<Record<string, boolean>> =>
      guest.json(`${wiki}/@canido?permissions=onna.SendToSpyder,guillotina.DeleteContent`);
    for (const [role, send, remove] of [
      ['guillotina.Reader', false, false],
      ['guillotina.Editor', true, false],
      ['guillotina.Manager', true, true],
    ] as const) {
      const answer = await fixture.caller.post(sharing, allow(role));
      assert.deepEqual([answer.status, answer.text], [200, '']);
      assert.deepEqual(await can(), { 'onna.SendToSpyder': send, 'guillotina.DeleteContent': remove });
    }
    for (const role of ['guillotina.Reader', 'guillotina.Editor', 'guillotina.Manager'])
      await fixture.caller.post(sharing, allow(role, 'Unset'));
    assert.equal((await guest.call(wiki)).status, 401);
  });

  it('shares a Datasource with a user whose login is the name of an Object.prototype property', async () => {
    const { path: wiki } = await fixture.datasource({});
    for (const principal of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const prinrole = [{ principal, role: 'guillotina.Reader', setting: 'Allow' }];
      assert.equal((await fixture.caller.post(`${wiki}/@sharing`, { prinrole })).status, 200);
    }
    const { text } = await fixture.caller.call(`${wiki}/@sharing`);
    for (const principal of ['__proto__', 'constructor', 'hasOwnProperty'])
      assert.ok(text.includes(`"${principal}":{"guillotina.Reader":"Allow"}`), text);
  });

  it('returns the roles set on an object and the roles that the object inherits', async () => {
    const { path: wiki } = await fixture.datasource({});
    await fixture.caller.post(`${wiki}/@sharing`, allow('guillotina.Reader'));
    interface Access {
      readonly '@id': string;
      readonly prinrole: unknown;
    }
    const { local, inherit } = await fixture.caller.json<{ local: Access; inherit: Access[] }>(
      `${wiki}/@sharing`,
    );
    const { user } = fixture.sandbox;
    assert.deepEqual(local.prinrole, {
      'guest@sandbox.test': { 'guillotina.Reader': 'Allow' },
      [user]: { 'guillotina.Owner': 'Allow' },
    });
    assert.deepEqual(
      inherit.map((access) => [new URL(access['@id']).pathname, access.prinrole]),
      [
        ['/api/rel0/sandbox/workspaces/harbour', { [user]: { 'guillotina.Owner': 'Allow' } }],
        ['/api/rel0/sandbox/workspaces', {}],
        ['/api/rel0/sandbox', { [user]: { 'guillotina.Manager': 'Allow' } }],
      ],
    );
  });

  it('keeps a Datasource in the status `invited` until the invited owner accepts', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const guest = await stranger();
    await fixture.caller.post('/workspaces/@sharing', allow('guillotina.Reader'));
    await fixture.caller.post(`${wiki}/@sharing`, allow('guillotina.Owner'));
    assert.equal(await fixture.caller.status(wiki), 'invited');
    assert.equal((await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`)).status, 412);
    fixture.clock.advanceSync(60 * 60_000);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(wiki), 'invited');
    const accept = { method: 'PATCH', body: { sync_status: 'pending' } };
    assert.equal((await fixture.caller.call(wiki, accept)).status, 412);
    assert.equal((await guest.call(wiki, accept)).status, 204);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(wiki), 'synced');
    assert.equal((await guest.call(wiki, accept)).status, 412);
  });

  it('syncs a Datasource again after the invitation to a new owner is withdrawn', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    await fixture.caller.post(`${wiki}/@sharing`, allow('guillotina.Owner'));
    await fixture.caller.post(`${wiki}/@sharing`, allow('guillotina.Owner', 'Unset'));
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(wiki), 'synced');
  });

  it('replaces all roles set on an object when @sharing receives a PUT', async () => {
    const { path: wiki } = await fixture.datasource({});
    const answer = await fixture.caller.call(`${wiki}/@sharing`, {
      method: 'PUT',
      body: allow('guillotina.Reader'),
    });
    assert.equal(answer.status, 200);
    const { local } = await fixture.caller.json<{ local: { prinrole: unknown } }>(`${wiki}/@sharing`);
    assert.deepEqual(local.prinrole, { 'guest@sandbox.test': { 'guillotina.Reader': 'Allow' } });
  });

  it('returns 412 for an empty change or an unknown role or setting, and 401 for a user who is not a Manager', async () => {
    const { path: wiki } = await fixture.datasource({});
    for (const body of [
      {},
      { prinrole: 'x' },
      allow('guillotina.King'),
      allow('guillotina.Reader', 'Perhaps'),
      [],
    ])
      assert.equal((await fixture.caller.post(`${wiki}/@sharing`, body)).status, 412);
    const guest = await stranger();
    await fixture.caller.post(`${wiki}/@sharing`, allow('guillotina.Editor'));
    await fixture.caller.post('/workspaces/@sharing', allow('guillotina.Reader'));
    const answer = await guest.post(`${wiki}/@sharing`, allow('guillotina.Owner'));
    assert.deepEqual([answer.status, (answer.json as { auth: string }).auth], [401, 'guest@sandbox.test']);
  });

  it('moves a Workspace with everything in it, and a Resource within its Datasource', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words', 'b.md': 'words' });
    const moved = await fixture.caller.post('/workspaces/harbour/@move', { new_id: 'quay' });
    assert.ok((moved.json as { '@url': string })['@url'].endsWith('/workspaces/quay'));
    assert.equal((await fixture.caller.call(wiki)).status, 404);
    const now = wiki.replace('harbour', 'quay');
    assert.deepEqual(await fixture.caller.names(now), ['a.md', 'b.md']);
    const { updates } = await fixture.caller.json<{ updates: { '@id': string }[] }>(
      '/@data?types=_datasources_',
    );
    assert.ok(updates.every((update) => update['@id'].endsWith('/workspaces/quay/wiki')));
    const [child = ''] = await fixture.caller.children(now);
    assert.equal((await fixture.caller.post(`${child}/@move`, { new_id: 'b.md' })).status, 409);
    assert.equal(
      (await fixture.caller.post(`${child}/@move`, { destination: '/workspaces/quay' })).status,
      412,
    );
    assert.equal((await fixture.caller.post(`${child}/@move`, { new_id: 'c.md' })).status, 200);
    assert.deepEqual(await fixture.caller.names(now), ['b.md', 'c.md']);
    await fixture.caller.call(`${now}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(now), ['b.md', 'c.md']);
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'words'] }] } };
    const hits = await fixture.caller.search(now, query);
    assert.deepEqual(hits.member.map((hit) => hit['@name']).sort(), ['b.md', 'c.md']);
  });

  it('ignores empty segments in the destination of a move, and moves no folders', async () => {
    const { path } = await fixture.datasource({});
    fixture.sandbox.addWorkspace('Quay', 'quay');
    assert.equal(
      (await fixture.caller.post(`${path}/@move`, { destination: '//workspaces//quay/' })).status,
      200,
    );
    const { login, password } = await fixture.sandbox.addUser({ login: 'reader@sandbox.test' });
    const reader = await Caller.signedIn(fixture.sandbox, login, password);
    for (const folder of ['', '/workspaces'])
      for (const service of ['@move', '@duplicate'])
        assert.equal((await fixture.caller.post(`${folder}/${service}`, {})).status, 404);
    assert.equal((await reader.post('/@move', {})).status, 401);
  });

  it('accepts a uid as the destination of a move', async () => {
    const { path: wiki } = await fixture.datasource({});
    const { path: legal } = fixture.sandbox.addWorkspace('Legal', 'legal');
    const { '@uid': uid } = await fixture.caller.node(legal);
    assert.equal((await fixture.caller.post(`${wiki}/@move`, { destination: uid })).status, 200);
    assert.equal((await fixture.caller.call(`${legal}/wiki`)).status, 200);
  });

  it('returns a JSON boolean from @canido for one permission, and 412 if the request names no permission', async () => {
    const one = await fixture.caller.call('/workspaces/@canido?permission=guillotina.AddContent');
    assert.deepEqual([one.status, one.text], [200, 'true']);
    assert.equal((await fixture.caller.call('/workspaces/@canido?permission=onna.Nothing')).text, 'false');
    assert.equal((await fixture.caller.call('/workspaces/@canido')).status, 412);
    assert.equal((await fixture.caller.call('/workspaces/@canido?permission=')).text, 'false');
    const both =
      '/workspaces/@canido?permission=a&permissions=guillotina.AddContent,,%20guillotina.AddContent';
    assert.deepEqual(await fixture.caller.json(both), {
      ...{ 'guillotina.AddContent': true, '': false, ' guillotina.AddContent': false },
    });
  });

  it('redirects @resolveuid to the object, and returns 404 if the uid is unknown or the object is hidden', async () => {
    const { path: wiki, uid } = await fixture.datasource({ 'a.md': 'words' });
    const [child = ''] = await fixture.caller.children(wiki);
    const resource = String((await fixture.caller.node(child))['@uid']);
    for (const [wanted, at] of [
      [uid, wiki],
      [resource, child],
    ] as const) {
      const answer = await fixture.caller.call(`/@resolveuid/${wanted}`);
      assert.equal(answer.status, 301);
      assert.ok(String(answer.headers['location']).endsWith(`/api/rel0/sandbox${at}`));
    }
    const guest = await stranger();
    for (const answer of [
      await fixture.caller.call('/@resolveuid/none'),
      await guest.call(`/@resolveuid/${uid}`),
    ])
      assert.equal(answer.status, 404);
  });

  it('moves a Datasource and its Resources, which can still be listed, searched and synced afterwards', async () => {
    const { path: wiki, uid } = await fixture.datasource({ 'a.md': 'words' });
    fixture.sandbox.addWorkspace('Legal', 'legal');
    const answer = await fixture.caller.post(`${wiki}/@move`, {
      destination: '/workspaces/legal',
      new_id: 'moved',
    });
    const moved = '/workspaces/legal/moved';
    assert.equal(answer.status, 200);
    assert.ok((answer.json as { '@url': string })['@url'].endsWith(moved));
    assert.equal((await fixture.caller.call(wiki)).status, 404);
    assert.equal((await fixture.caller.node(moved))['@uid'], uid);
    assert.deepEqual(await fixture.caller.names(moved), ['a.md']);
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'words'] }] } };
    assert.equal((await fixture.caller.search(moved, query)).items_count, 1);
    assert.equal((await fixture.caller.search('/workspaces/harbour', query)).items_count, 0);
    await fixture.caller.call(`${moved}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(moved), 'synced');
  });

  it('rejects a move if the new id is in use, the destination is invalid, or the user lacks permission', async () => {
    const { path: wiki } = await fixture.datasource({});
    const other = await fixture.datasource({}, { id: 'other', title: 'Other' });
    for (const [status, body] of [
      [409, { new_id: 'other' }],
      [412, { new_id: '@x' }],
      [412, { destination: '/workspaces/nothing' }],
      [412, { destination: '/workspaces' }],
      [412, { destination: 7 }],
      [412, { destination: `${fixture.sandbox.baseUrl}/api/rel0/sandbox/%zz` }],
      [412, { new_id: 'wiki' }],
      [412, { destination: wiki }],
      [409, {}],
      [409, { new_id: null, destination: null }],
    ] as const)
      assert.equal((await fixture.caller.post(`${wiki}/@move`, body)).status, status);
    const guest = await stranger();
    await fixture.caller.post('/workspaces/harbour/@sharing', allow('guillotina.Manager'));
    const answer = await guest.post(`${wiki}/@move`, { destination: `/${fixture.sandbox.user}` });
    assert.equal(answer.status, 412);
    assert.equal((await fixture.caller.call(wiki)).status, 200);
    assert.equal((await fixture.caller.call(other.path)).status, 200);
  });
});
