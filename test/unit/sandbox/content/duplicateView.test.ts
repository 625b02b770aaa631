import assert from 'node:assert/strict';
import { dublinCore } from '../../../../src/sandbox/content/dublinCore.ts';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('@duplicate and the services that describe objects', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('copy a Datasource without its Resources, and return the copy', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    await fixture.caller.patch(wiki, { data_types: ['x'], [dublinCore]: { tags: ['t'] } });
    const copies: Record<string, unknown>[] = [];
    for (const body of [{}, { new_id: null }, { new_id: 'copy' }]) {
      const { status, json } = await fixture.caller.post(`${wiki}/@duplicate`, body);
      assert.equal(status, 200);
      copies.push(json as Record<string, unknown>);
    }
    assert.deepEqual(
      copies.map((copy) => copy['@name']),
      ['wiki-duplicate-1', 'wiki-duplicate-2', 'copy'],
    );
    const [{ title, data_types, sync_status, doc_count, [dublinCore]: described } = {}] = copies;
    assert.deepEqual([title, data_types, sync_status, doc_count], ['Wiki', ['x'], 'created', 0]);
    assert.deepEqual((described as Record<string, unknown>)['tags'], ['t']);
    const copy = '/workspaces/harbour/copy';
    assert.equal((await fixture.caller.patch(copy, { sync_status: 'pending' })).status, 204);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(copy), ['a.md']);
  });

  it('copy to another place, and keep or reset the access list', async () => {
    const { path: wiki } = await fixture.datasource({});
    const { path: legal } = fixture.sandbox.addWorkspace('Legal', 'legal');
    const { '@uid': uid } = await fixture.caller.node(legal);
    const { login, password } = await fixture.sandbox.addUser({
      ...{ login: 'olaf@sandbox.test', role: 'guillotina.Editor', at: '/workspaces' },
    });
    const olaf = await Caller.signedIn(fixture.sandbox, login, password);
    const rolesAt = async (path: string): Promise<unknown> =>
      (await fixture.caller.json<{ local: { prinrole: unknown } }>(`${path}/@sharing`)).local.prinrole;
    const kept = await olaf.post(`${wiki}/@duplicate`, { destination: uid });
    assert.equal(kept.status, 200);
    assert.deepEqual(await rolesAt(`${legal}/wiki-duplicate-1`), await rolesAt(wiki));
    await olaf.post(`${wiki}/@duplicate`, { destination: legal, new_id: 'own', reset_acl: true });
    assert.deepEqual(await rolesAt(`${legal}/own`), { [login]: { 'guillotina.Owner': 'Allow' } });
    const own = await fixture.caller.node(`${legal}/own`);
    assert.deepEqual((own[dublinCore] as Record<string, unknown>)['creators'], [login]);
  });

  it('copy a Workspace without its contents, and a Resource of a folder Datasource with its file', async () => {
    fixture.sandbox.addWorkspace('Legal', 'legal');
    const made = await fixture.caller.post('/workspaces/legal/@duplicate', { new_id: 'law' });
    assert.deepEqual([made.status, (made.json as { length: number }).length], [200, 0]);
    const { path } = fixture.sandbox.addDatasource({
      parent: '/workspaces/legal',
      title: 'Files',
      id: 'files',
    });
    const headers = { 'x-upload-filename': 'a.md' };
    await fixture.caller.call(`${path}/@upload/file`, { method: 'PATCH', body: 'ebb tide', headers });
    const [resource = ''] = await fixture.caller.children(path);
    const copy = await fixture.caller.post(`${resource}/@duplicate`, { new_id: 'b.md' });
    assert.equal(copy.status, 200);
    await fixture.sandbox.settled();
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'ebb tide'] }] } };
    assert.equal((await fixture.caller.search(path, query)).items_count, 2);
    await fixture.caller.call(resource, { method: 'DELETE' });
    const { '@id': id } = copy.json as Record<'@id', string>;
    assert.equal((await fixture.caller.raw(`${new URL(id).pathname}/@download/file`)).text, 'ebb tide');
  });

  it('return 412 for a bad or used id, a bad destination, or a Resource that the next sync would remove', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const [resource = ''] = await fixture.caller.children(wiki);
    for (const [path, body] of [
      [wiki, { new_id: '@x' }],
      [wiki, { new_id: 7 }],
      [wiki, { new_id: 'wiki' }],
      [wiki, { destination: '/nowhere' }],
      [wiki, { destination: 7 }],
      [wiki, { destination: '/workspaces' }],
      [resource, {}],
    ] as const)
      assert.equal((await fixture.caller.post(`${path}/@duplicate`, body)).status, 412, JSON.stringify(body));
  });

  it('describe types, behaviors and single fields', async () => {
    const { path: wiki } = await fixture.datasource({});
    const types = await fixture.caller.json<{ title: string }[]>('/@types');
    assert.ok(types.some(({ title }) => title === 'ConfluenceDatasource'));
    assert.equal((await fixture.caller.json<{ title: string }>('/@types/Workspace')).title, 'Workspace');
    const { properties, required, components } = await fixture.caller.json<{
      properties: Record<string, unknown>;
      required: unknown;
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
    }>('/@types/SlackDatasource');
    assert.deepEqual(properties[dublinCore], { $ref: `#/components/schemas/${dublinCore}` });
    assert.deepEqual([properties['uuid'], required], [{ type: 'string', readOnly: true }, ['type_name']]);
    assert.ok('modification_date' in (components.schemas[dublinCore]?.properties ?? {}));
    const account = await fixture.caller.json<{ components: unknown }>('/@types/Container');
    assert.deepEqual(account.components, { schemas: {} });
    assert.deepEqual((await fixture.caller.call('/@types/None')).json, {
      reason: 'Could not find type None',
      type_name: 'None',
    });
    const addable = await fixture.caller.json<string[]>('/workspaces/harbour/@addable-types');
    assert.ok(addable.includes('SlackDatasource') && !addable.includes('Workspace'));
    assert.deepEqual(await fixture.caller.json('/workspaces/@addable-types'), ['Workspace']);
    const behaviors = await fixture.caller.json<Record<string, unknown>>(`${wiki}/@behaviors`);
    assert.deepEqual([behaviors['static'], behaviors['dynamic']], [[dublinCore], []]);
    for (const [method, body, status] of [
      ['PATCH', { behavior: dublinCore }, 412],
      ['PATCH', { behavior: 'no.such' }, 404],
      ['PATCH', {}, 412],
      ['PATCH', undefined, 412],
      ['DELETE', { behavior: dublinCore }, 412],
    ] as const)
      assert.equal((await fixture.caller.call(`${wiki}/@behaviors`, { method, body })).status, status);
    for (const [field, status, text] of [
      ['title', 200, '"Wiki"'],
      [`${dublinCore}.title`, 200, '"Wiki"'],
      [`${dublinCore}.tags`, 200, ''],
      ['data_types', 200, '["resources"]'],
      ['urls', 200, ''],
      ['none', 404, '{"reason":"No field: none"}'],
      ['parent', 404, '{"reason":"No field: parent"}'],
      [`${dublinCore}.none`, 404, '{"reason":"No field: none"}'],
    ] as const) {
      const answer = await fixture.caller.call(`${wiki}/@fieldvalue/${field}`);
      assert.deepEqual([field, answer.status, answer.text], [field, status, text]);
    }
    assert.deepEqual(await fixture.caller.json(`${wiki}/@dynamic-fields`), {});
    assert.equal((await fixture.caller.call(`${wiki}/@invalidate-cache`)).text, '');
  });
});
