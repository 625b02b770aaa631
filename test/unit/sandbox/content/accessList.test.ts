import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';

describe('The access lists of the sandbox', () => {
  const fixture = new Fixture();
  const principal = 'guest@sandbox.test';
  let guest: Caller;
  let wiki: string;
  let resource: string;
  beforeEach(async () => {
    await fixture.start();
    wiki = (await fixture.datasource({ 'a.md': 'words', 'b.md': 'words' })).path;
    [resource = ''] = await fixture.caller.children(wiki);
    const { password } = await fixture.sandbox.addUser({
      ...{ login: principal, role: 'guillotina.Reader', at: '/wallet' },
    });
    guest = await Caller.signedIn(fixture.sandbox, principal, password);
  });
  afterEach(() => fixture.stop());

  const harbour = '/workspaces/harbour';
  const share = (path: string, body: object, method = 'POST'): Promise<WireAnswer> =>
    fixture.caller.call(`${path}/@sharing`, { method, body });
  const role = (setting: string, name = 'guillotina.Reader'): object => ({
    prinrole: [{ principal, role: name, setting }],
  });
  const permission = (setting: string, name = 'guillotina.ViewContent'): object => ({
    prinperm: [{ principal, permission: name, setting }],
  });
  const statuses = async (...paths: string[]): Promise<number[]> =>
    Promise.all(paths.map(async (path) => (await guest.call(path)).status));

  it('apply AllowSingle to one object only, and let Deny revoke an inherited role', async () => {
    await share(harbour, role('AllowSingle'));
    assert.deepEqual(await statuses(harbour, wiki, resource), [200, 401, 401]);
    await share(harbour, role('Allow'));
    assert.deepEqual(await statuses(harbour, wiki, resource), [200, 200, 200]);
    await share(wiki, role('Deny'));
    assert.deepEqual(await statuses(harbour, wiki, resource), [200, 401, 401]);
    await share(wiki, role('Unset'));
    assert.deepEqual(await statuses(harbour, wiki, resource), [200, 200, 200]);
  });

  it('prefer a permission of a principal to the permissions of its roles', async () => {
    await share(harbour, role('Allow'));
    await share(wiki, permission('Deny'));
    assert.deepEqual(await statuses(harbour, wiki, resource), [200, 401, 401]);
    await share(resource, permission('Allow'));
    assert.deepEqual(await statuses(wiki, resource), [401, 200]);
    await share(wiki, permission('Unset'));
    assert.deepEqual(await statuses(wiki, resource), [200, 200]);
    const can = `${wiki}/@canido?permission=no.such`;
    assert.equal((await guest.call(can)).text, 'false');
    await share(wiki, permission('Allow', 'no.such'));
    assert.equal((await guest.call(can)).text, 'true');
  });

  it('add and remove permissions of a role for everything below an object', async () => {
    await share(harbour, role('Allow'));
    const roleperm = (setting: string): object => ({
      roleperm: [{ role: 'guillotina.Reader', permission: 'guillotina.ModifyContent', setting }],
    });
    const patch = async (): Promise<number> => (await guest.patch(wiki, { title: 'Wiki' })).status;
    assert.equal(await patch(), 401);
    await share(harbour, roleperm('Allow'));
    assert.equal(await patch(), 204);
    await share(wiki, roleperm('Deny'));
    assert.equal(await patch(), 401);
  });

  it('can share a single Resource of a Datasource that the user cannot see', async () => {
    await share(resource, role('Allow'));
    assert.deepEqual(await statuses(resource, wiki, `${resource}/@download/file`), [200, 401, 200]);
    assert.deepEqual(
      await statuses(`${resource}/none`, `${resource}/none/none`, `${wiki}/none`),
      [404, 404, 401],
    );
    const { local, inherit } = await fixture.caller.json<{ local: unknown; inherit: unknown[] }>(
      `${resource}/@sharing`,
    );
    assert.deepEqual(local, {
      ...{ roleperm: {}, prinperm: {} },
      prinrole: { [principal]: { 'guillotina.Reader': 'Allow' } },
    });
    assert.equal(inherit.length, 4);
    await share(resource, role('Unset'), 'PUT');
    assert.deepEqual(await statuses(resource), [401]);
  });

  it('limit lists and searches to the objects that the user may see', async () => {
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'words'] }] } };
    const found = async (): Promise<unknown[]> =>
      (await guest.search('', query)).member.map((hit) => hit['@name']).sort();
    await share(harbour, role('Allow'));
    assert.deepEqual(await found(), ['a.md', 'b.md']);
    await share(resource, role('Deny'));
    const [hidden = ''] = resource.split('/').slice(-1);
    assert.ok(!(await found()).includes(hidden));
    assert.ok(!(await guest.names(wiki)).includes(hidden));
    assert.equal((await guest.names(wiki)).length, 1);
    await share(wiki, role('Deny'));
    assert.deepEqual(await found(), []);
    const { updates } = await guest.json<{ updates: { '@type': string }[] }>('/@data?types=_datasources_');
    assert.deepEqual(updates, []);
    await share(resource, role('Allow'));
    assert.deepEqual(await found(), [hidden]);
  });

  it('apply the setting of a group to its members', async () => {
    fixture.sandbox.stores.groups.save({ id: 'pilots', title: 'Pilots', members: [principal] });
    const ofGroup = (setting: string): object => ({
      prinrole: [{ principal: 'pilots', role: 'guillotina.Reader', setting }],
    });
    await share(wiki, ofGroup('AllowSingle'));
    assert.deepEqual(await statuses(wiki, resource), [200, 401]);
    await share(wiki, ofGroup('Deny'));
    assert.deepEqual(await statuses(wiki), [401]);
  });

  it('are deleted together with a removed Resource, and kept when a Datasource is moved', async () => {
    await share(wiki, role('AllowSingle'));
    await share(resource, role('Allow'));
    await fixture.caller.post(`${wiki}/@move`, { new_id: 'moved' });
    const moved = `${harbour}/moved`;
    assert.deepEqual(await statuses(moved), [200]);
    await fixture.caller.call(resource.replace(wiki, moved), { method: 'DELETE' });
    assert.equal(fixture.sandbox.stores.accessSettings.all().length, 1);
  });

  it('reject a change with a schema violation or an unknown role, and describe the violation', async () => {
    for (const [body, validator, path, schemaPath] of [
      [[], 'type', [], ['type']],
      [{ prinrole: 'x' }, 'type', ['prinrole'], ['properties', 'prinrole', 'type']],
      [{ prinrole: [7] }, 'type', ['prinrole', 0], ['properties', 'prinrole', 'items', 'type']],
      [{ roleperm: [{}] }, 'required', ['roleperm', 0], ['properties', 'roleperm', 'items', 'required']],
      [
        role('Perhaps'),
        'enum',
        ['prinrole', 0, 'setting'],
        ['properties', 'prinrole', 'items', 'properties', 'setting', 'enum'],
      ],
    ] as const) {
      const { status, json } = await share(wiki, body);
      const {
        validator: found,
        path: at,
        schema_path: inSchema,
        in: place,
      } = json as Record<string, unknown>;
      assert.deepEqual([status, found, at, inSchema, place], [412, validator, path, schemaPath, 'body']);
      const { properties } = (json as { schema: { properties: Record<string, unknown> } }).schema;
      const items = { type: 'object', $ref: '#/components/schemas/PrincipalRole' };
      assert.deepEqual(properties['prinrole'], { type: 'array', items });
    }
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    assert.equal((await fixture.caller.call(`${wiki}/@sharing`, { method: 'PUT', body: deep })).status, 412);
    for (const body of [{}, { extra: 1 }, role('Allow', 'guillotina.King')])
      assert.equal(((await share(wiki, body)).json as { reason: string }).reason, 'preconditionFailed');
    assert.equal(
      ((await fixture.caller.call(`${wiki}/@sharing`, { method: 'POST' })).json as { reason: string }).reason,
      'jsonDecodeError',
    );
  });

  it('return the permissions at each level from the object up to the root', async () => {
    await share(wiki, permission('Deny'));
    const all = await fixture.caller.json<Record<string, Record<string, unknown>>[]>(
      `${wiki}/@all_permissions`,
    );
    assert.deepEqual(
      all.map((level) => Object.keys(level)[0]),
      ['wiki', 'harbour', 'workspaces', 'sandbox', 'system'],
    );
    assert.deepEqual(all[0]?.['wiki']?.['prinperm'], [
      { principal, permission: 'guillotina.ViewContent', setting: 'Deny' },
    ]);
  });
});
