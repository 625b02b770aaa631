import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { dublinCore } from '../../../../src/sandbox/content/dublinCore.ts';
import { Fixture } from '../support/fixture.ts';

describe('The sandbox’s API for changing objects with PATCH and PUT', () => {
  const fixture = new Fixture();
  let wiki: string;
  let resource: string;
  beforeEach(async () => {
    await fixture.start();
    wiki = (await fixture.datasource({ 'a.md': 'ebb tide' })).path;
    [resource = ''] = await fixture.caller.children(wiki);
  });
  afterEach(() => fixture.stop());

  async function described(path: string): Promise<Record<string, unknown>> {
    return (await fixture.caller.node(path))[dublinCore] as Record<string, unknown>;
  }
  async function errorsOf(path: string, body: unknown): Promise<unknown> {
    const { status, json } = await fixture.caller.patch(path, body);
    assert.equal(status, 412, JSON.stringify(body));
    return (json as { deserialization_errors: { field: string }[] }).deserialization_errors.map(
      ({ field }) => field,
    );
  }
  const put = (path: string, body: unknown): ReturnType<typeof fixture.caller.call> =>
    fixture.caller.call(path, { method: 'PUT', body });

  it('returns all Dublin Core fields, which initially name the creator as the only contributor and contain no tags', async () => {
    const node = await fixture.caller.node(wiki);
    const { user } = fixture.sandbox;
    assert.deepEqual(node[dublinCore], {
      ...{ title: 'Wiki', description: null, tags: null, publisher: null },
      ...{ creators: [user], contributors: [user], effective_date: null, expiration_date: null },
      creation_date: node['creation_date'],
      modification_date: node['modification_date'],
    });
  });

  it('stores the fields of a Datasource and its Dublin Core fields, and converts values as the framework does', async () => {
    for (const [sent, stored] of [
      [{ title: 7.5 }, { title: '7.5' }],
      [{ title: true }, { title: 'True' }],
      [{ title: null }, { title: null }],
      [{ title: 'B', [dublinCore]: { title: 'A' } }, { title: 'B' }],
      [{ [dublinCore]: { title: 'A' } }, { title: 'A' }],
      [{ collect_links: 'false' }, { collect_links: true }],
      [{ collect_links: [] }, { collect_links: false }],
      [{ collect_links: null }, { collect_links: null }],
      [{ data_types: [7, true] }, { data_types: ['7', 'True'] }],
      [{ urls: ['https://a.test'] }, { urls: ['https://a.test'] }],
      [{ original_url: null }, { original_url: null }],
      [
        { type_sync: null, sync_status: null },
        { type_sync: 'auto', sync_status: 'synced' },
      ],
      [
        { unknown: 1, id: 'x', uuid: 'y', '@type': 'Z' },
        { '@name': 'wiki', '@type': 'ConfluenceDatasource' },
      ],
    ] as const) {
      const answer = await fixture.caller.patch(wiki, sent);
      assert.deepEqual([answer.status, answer.text], [204, ''], JSON.stringify(sent));
      const node = await fixture.caller.node(wiki);
      for (const [name, value] of Object.entries(stored)) assert.deepEqual([name, node[name]], [name, value]);
    }
    await fixture.caller.patch(wiki, {
      [dublinCore]: {
        ...{ description: 7, publisher: 'P', creators: ['a'], contributors: null },
        ...{ effective_date: '2020-01-01', expiration_date: '2021-02-03T04:05Z' },
      },
    });
    const { description, publisher, creators, contributors, effective_date, expiration_date } =
      await described(wiki);
    assert.deepEqual(
      [description, publisher, creators, contributors, effective_date, expiration_date],
      ['7', 'P', ['a'], null, '2020-01-01T00:00:00', '2021-02-03T04:05:00+00:00'],
    );
  });

  it('returns null for a cleared title, and finds the Datasource when it has a title again', async () => {
    await fixture.caller.patch(wiki, { title: null });
    const feed = await fixture.caller.json<{ updates: { title: unknown }[] }>('/@data?types=_datasources_');
    assert.deepEqual(
      feed.updates.map(({ title }) => title),
      [null],
    );
    await fixture.caller.patch(wiki, { title: 'Quay' });
    assert.equal((await fixture.caller.node(wiki))['title'], 'Quay');
    const query = { advanced: { and: [{ text_contains: [{ var: 'title' }, 'quay'] }] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 1);
  });

  it('applies each list operation to the stored list', async () => {
    await fixture.caller.patch(wiki, { data_types: ['a', 'b'] });
    for (const [operation, result] of [
      [{ op: 'append', value: 'c' }, 'a b c'],
      [{ op: 'append', value: 7 }, 'a b c 7'],
      [{ op: 'appendunique', value: 'c' }, 'a b c 7'],
      [{ op: 'extend', value: ['a', 'd'] }, 'a b c 7 a d'],
      [{ op: 'extendunique', value: ['d', 'e', 'e'] }, 'a b c 7 a d e'],
      [{ op: 'remove', value: 'a' }, 'b c 7 a d e'],
      [{ op: 'del', value: 0 }, 'c 7 a d e'],
      [{ op: 'del', value: -1 }, 'c 7 a d'],
      [{ op: 'update', value: { index: 1, value: 'X' } }, 'c X a d'],
      [
        {
          op: 'multi',
          value: [
            { op: 'remove', value: 'd' },
            { op: 'append', value: 'f' },
          ],
        },
        'c X a f',
      ],
      [{ op: 'clear' }, ''],
      [{ op: 'append', value: 'z' }, 'z'],
    ] as const) {
      assert.equal((await fixture.caller.patch(wiki, { data_types: operation })).status, 204);
      const list = (await fixture.caller.node(wiki))['data_types'];
      assert.equal((list as string[]).join(' '), result, JSON.stringify(operation));
    }
    assert.equal(
      (await fixture.caller.patch(wiki, { [dublinCore]: { tags: { op: 'append', value: 't' } } })).status,
      204,
    );
    assert.deepEqual((await described(wiki))['tags'], ['t']);
  });

  it('returns 412 for an invalid operation or value, and leaves the object unchanged', async () => {
    const before = await fixture.caller.node(wiki);
    for (const value of [
      ...[{ op: 'nope' }, { op: null }, { op: 'inc' }, { op: 'assign', value: { key: 'k', value: 1 } }],
      ...[
        { op: 'remove', value: 'none' },
        { op: 'del', value: 99 },
        { op: 'del', value: 'x' },
      ],
      ...[
        { op: 'update', value: {} },
        { op: 'update', value: { index: 9, value: 'x' } },
      ],
      ...[{ op: 'extend', value: 'x' }, { op: 'extend' }, { op: 'append' }, { op: 'append', value: [] }],
      ...[
        { op: 'multi', value: [{}] },
        { op: 'multi', value: {} },
        { op: 'multi', value: [{ op: 'x' }] },
      ],
      ...['text', 7, true, {}, { x: 1 }, [null], [[]], [{}], ['two\nlines']],
    ])
      assert.deepEqual(await errorsOf(wiki, { title: 'Never', data_types: value }), ['data_types']);
    for (const [name, value] of [
      ...([
        ['creators', 'x'],
        ['effective_date', 'nonsense'],
        ['effective_date', 7],
      ] as const),
      ...([
        ['effective_date', '2020-13-01'],
        ['description', {}],
        ['publisher', ['x']],
      ] as const),
    ])
      assert.deepEqual(await errorsOf(wiki, { [dublinCore]: { [name]: value } }), [name]);
    assert.deepEqual(await errorsOf(wiki, { title: 'two\nlines', original_url: [] }), [
      'title',
      'original_url',
    ]);
    assert.deepEqual(await fixture.caller.node(wiki), before);
  });

  it('clears the fields that are missing from a PUT, but keeps the status and the folder of a Datasource', async () => {
    const origin = await fixture.folders.make({ 'b.md': 'flood' });
    await fixture.caller.post('/workspaces/harbour', {
      ...{ '@type': 'SlackDatasource', id: 'chat', title: 'Chat', type_sync: 'arch' },
      ...{ original_url: pathToFileURL(origin).href, sync_status: 'pending' },
      [dublinCore]: { tags: ['a'], description: 'd' },
    });
    await fixture.sandbox.settled();
    const chat = '/workspaces/harbour/chat';
    const answer = await put(chat, { data_types: ['x'], [dublinCore]: { publisher: 'P' } });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    const node = await fixture.caller.node(chat);
    assert.deepEqual(
      [node['title'], node['creation_date'], node['data_types'], node['original_url'], node['type_sync']],
      [null, null, ['x'], null, 'auto'],
    );
    const { tags, description, publisher, creators, contributors } = await described(chat);
    assert.deepEqual([tags, description, publisher, creators, contributors], [null, null, 'P', [], []]);
    assert.equal(node['sync_status'], 'synced');
    await fixture.caller.call(`${chat}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.names(chat), ['b.md']);
  });

  it('changes a Resource with PATCH and replaces it with PUT, but keeps the name of its file', async () => {
    const edit = { title: 'Tide table', [dublinCore]: { tags: ['tides'], description: 'd' } };
    assert.equal((await fixture.caller.patch(resource, edit)).status, 204);
    const node = await fixture.caller.node(resource);
    assert.equal(node['title'], 'Tide table');
    const metadata = node['onna.canonical.behaviors.metadata.IMetadata'] as Record<string, unknown>;
    assert.equal(metadata['resource_name'], 'a.md');
    assert.deepEqual((await described(resource))['tags'], ['tides']);
    const { headers } = await fixture.caller.call(`${resource}/@download/file`);
    assert.equal(headers['content-disposition'], 'attachment; filename="a.md"');
    const query = { advanced: { and: [{ text_contains: [{ var: 'title' }, 'table'] }] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 1);
    assert.equal((await put(resource, { title: 'a.md' })).status, 204);
    const { title, tags, description, creators } = await described(resource);
    assert.deepEqual([title, tags, description, creators], ['a.md', null, null, []]);
    assert.deepEqual(await errorsOf(resource, { title: [] }), ['title']);
  });

  it('returns 412 for a missing body or a body that is not a JSON object', async () => {
    for (const path of [wiki, resource, '/workspaces/harbour'])
      for (const method of ['PATCH', 'PUT', 'POST'])
        for (const [body, reason] of [
          [undefined, 'jsonDecodeError'],
          ['', 'jsonDecodeError'],
          ['{', 'jsonDecodeError'],
          ['[]', 'Invalid json payload'],
          ['"x"', 'Invalid json payload'],
          ['null', 'Invalid json payload'],
        ] as const) {
          const { status, json } = await fixture.caller.call(path, { method, body });
          assert.deepEqual([method, status, (json as { reason: string }).reason], [method, 412, reason]);
        }
  });

  it('generates an id if the id of a new object is empty, and returns 412 for a type that the parent does not accept', async () => {
    for (const id of [null, '', 0, false, [], {}]) {
      const made = await fixture.caller.post('/workspaces', { '@type': 'Workspace', id, title: 'New' });
      assert.equal(made.status, 201);
      assert.match(String((made.json as Record<string, unknown>)['@name']), /^new-/);
    }
    for (const [path, type, reason] of [
      [resource, 'Folder', 'notAllowed'],
      [resource, 'NoSuch', 'deserializationError'],
      [wiki, 'Folder', 'notAllowed'],
      [wiki, '', 'requiredParamMissing'],
    ] as const) {
      const { status, json } = await fixture.caller.post(path, { '@type': type });
      assert.deepEqual([status, (json as { reason: string }).reason], [412, reason]);
    }
  });
});
