import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { Caller } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';

interface Page {
  readonly items: readonly string[];
  readonly cursor?: string | null;
}
interface Data {
  readonly updates: readonly Readonly<Record<string, unknown>>[];
  readonly deleted: readonly string[];
  readonly total: number;
  readonly cursor: string | null;
}

describe('Listing the Resources of a Datasource', () => {
  const fixture = new Fixture();
  let wiki = '';
  let origin = '';
  beforeEach(async () => {
    await fixture.start();
    ({ path: wiki, origin } = await fixture.datasource(numberedFiles(250)));
  });
  afterEach(() => fixture.stop());

  function page(parameters: string): Promise<Page> {
    return fixture.caller.json<Page>(`${wiki}/@getAllChildren${parameters}`);
  }

  it('returns each path once, relative to the account, in the same order for every page size', async () => {
    const children = await fixture.caller.children(wiki, 7);
    assert.equal(children.length, 250);
    assert.equal(new Set(children).size, 250);
    assert.deepEqual(children, await fixture.caller.children(wiki, 1000));
    assert.match(children[0] ?? '', /^\/workspaces\/harbour\/wiki\/[0-9a-f]{8}\/page-00000\.md$/);
  });

  it('returns 100 paths per page by default, and applies the size of the first page to all later pages', async () => {
    const first = await page('');
    assert.equal(first.items.length, 100);
    const second = await page(`?page_size=3&scroll=${first.cursor ?? ''}`);
    assert.equal(second.items.length, 100);
  });

  it('accepts page_size and scroll in the query string, in a GET body or in a POST body', async () => {
    const url = `${wiki}/@getAllChildren`;
    for (const method of ['GET', 'POST']) {
      const first = await fixture.caller.json<Page>(url, { method, body: { page_size: 7 } });
      const second = await fixture.caller.json<Page>(url, {
        method,
        body: { page_size: 7, scroll: first.cursor },
      });
      assert.deepEqual([first.items.length, second.items.length], [7, 7]);
      assert.notEqual(first.items[0], second.items[0]);
    }
    assert.equal((await page('?page_size=7')).items.length, 7);
  });

  it('omits Resources that were added after the first page was requested', async () => {
    const first = await page('?page_size=200');
    await putFiles(origin, { 'aaa-new.md': 'new' });
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    const second = await page(`?scroll=${first.cursor ?? ''}`);
    assert.deepEqual([second.items.length, second.cursor], [50, null]);
    assert.equal((await fixture.caller.children(wiki)).length, 251);
  });

  it('still returns the full data of Resources that were removed after the first page was requested', async () => {
    const before = await fixture.caller.children(wiki);
    const first = await fixture.caller.json<{ cursor: string }>(`${wiki}/@getAllChildrenData?page_size=200`);
    await rm(path.join(origin, 'page-00240.md'));
    await rm(path.join(origin, 'page-00010.md'));
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    const late = await page('?page_size=200');
    const rest = await fixture.caller.json<{ items: { '@id': string; '@uid': string }[] }>(
      `${wiki}/@getAllChildrenData?scroll=${first.cursor}`,
    );
    assert.deepEqual(
      rest.items.map((item) => item['@id'].slice(item['@id'].indexOf('/workspaces'))),
      before.slice(200),
    );
    assert.match(rest.items[40]?.['@uid'] ?? '', /^[0-9a-f]{32}$/);
    // A listing that starts after the removal omits the removed Resources.
    const lateRest = await page(`?scroll=${late.cursor ?? ''}`);
    assert.deepEqual(
      [...late.items, ...lateRest.items],
      before.filter((item) => !/page-00(240|010)/.test(item)),
    );
  });

  it('returns the remaining pages of a listing even if the Datasource is deleted after the first page', async () => {
    const first = await fixture.caller.json<Page>('/workspaces/harbour/@getAllChildren?page_size=200');
    await fixture.caller.call(wiki, { method: 'DELETE' });
    const rest = await fixture.caller.json<Page>(
      `/workspaces/harbour/@getAllChildren?scroll=${first.cursor ?? ''}`,
    );
    assert.deepEqual([rest.items.length, rest.cursor], [50, null]);
  });

  it('releases the snapshot of an abandoned listing after 60 seconds', async () => {
    await page('?page_size=200');
    assert.equal(fixture.clock.pending, 2);
    fixture.clock.advanceSync(60_000);
    assert.equal(fixture.clock.pending, 1);
  });

  it('returns 404 if another user continues the listing', async () => {
    const { login, password } = await fixture.sandbox.addUser({ login: 'viewer@sandbox.test' });
    const { cursor } = await page('?page_size=200');
    const viewer = await Caller.signedIn(fixture.sandbox, login, password);
    assert.equal((await viewer.call(`${wiki}/@getAllChildren?scroll=${cursor ?? ''}`)).status, 404);
    assert.equal((await page(`?scroll=${cursor ?? ''}`)).items.length, 50);
  });

  it('returns the Resources of all Datasources of a Workspace in one listing', async () => {
    await fixture.datasource(numberedFiles(30), { title: 'Notes', id: 'notes', type: 'gdrive' });
    const children = await fixture.caller.children('/workspaces/harbour', 100);
    assert.deepEqual([children.length, new Set(children).size], [280, 280]);
  });

  it('returns the same page again if the client repeats a request, for example after a lost response', async () => {
    const first = await page('?page_size=100');
    const second = await page(`?scroll=${first.cursor ?? ''}`);
    assert.deepEqual((await page(`?scroll=${first.cursor ?? ''}`)).items, second.items);
  });

  it('extends the lifetime of a scroll id with every request, and returns 404 for an expired scroll id', async () => {
    const { cursor: first } = await page('?page_size=100');
    fixture.clock.advanceSync(59_000);
    const { cursor: second } = await page(`?scroll=${first ?? ''}`);
    fixture.clock.advanceSync(59_000);
    assert.equal((await page(`?scroll=${second ?? ''}`)).items.length, 50);
    fixture.clock.advanceSync(60_000);
    const answer = await fixture.caller.call(`${wiki}/@getAllChildren?scroll=${second ?? ''}`);
    assert.equal(answer.status, 404);
  });

  it('returns 412 and a readable message for an invalid page size in the query string or the body', async () => {
    const url = `${wiki}/@getAllChildren`;
    const queries = ['0', '-1', 'many', '1.5', '', '1e300', '9'.repeat(400)];
    const bodies = [0, -1, 1.5, 1e300, 'many', null, [], true];
    const answers = [
      ...(await Promise.all(queries.map((size) => fixture.caller.call(`${url}?page_size=${size}`)))),
      ...(await Promise.all(bodies.map((size) => fixture.caller.post(url, { page_size: size })))),
    ];
    for (const { status, json } of answers) {
      const { reason, parameter, message } = json as Record<string, unknown>;
      assert.deepEqual(
        [status, reason, parameter, message],
        [412, 'json schema validation error', 'page_size', 'A positive whole number is required'],
      );
    }
  });

  it('accepts a scroll id only for the object for which it was issued', async () => {
    const { path: notes } = await fixture.datasource(numberedFiles(5), { title: 'Notes', id: 'notes' });
    const { cursor } = await page('?page_size=200');
    for (const other of [notes, '/workspaces/harbour', '']) {
      const answer = await fixture.caller.call(`${other}/@getAllChildren?scroll=${cursor ?? ''}`);
      assert.deepEqual([answer.status, answer.json], [404, { reason: 'object and/or route not found' }]);
    }
    assert.equal((await page(`?scroll=${cursor ?? ''}`)).items.length, 50);
  });

  it('keeps a scroll id valid for its full lifetime even if the system clock changes', async () => {
    const { cursor } = await page('?page_size=100');
    fixture.clock.jump(2 * 3_600_000);
    const second = await page(`?scroll=${cursor ?? ''}`);
    assert.equal(second.items.length, 100);
    fixture.clock.jump(-4 * 3_600_000);
    fixture.clock.advanceSync(60_000);
    const answer = await fixture.caller.call(`${wiki}/@getAllChildren?scroll=${second.cursor ?? ''}`);
    assert.equal(answer.status, 404);
  });

  it('returns full objects instead of paths from @getAllChildrenData', async () => {
    const { items } = await fixture.caller.json<{ items: Record<string, unknown>[] }>(
      `${wiki}/@getAllChildrenData?page_size=1`,
    );
    const [item = {}] = items;
    assert.deepEqual(
      [item['@type'], item['title'], item['@name']],
      ['Resource', 'page-00000.md', 'page-00000.md'],
    );
    const metadata = item['onna.canonical.behaviors.metadata.IMetadata'] as Record<string, unknown>;
    assert.deepEqual(
      [
        metadata['resource_name'],
        metadata['extension'],
        metadata['content_type'],
        metadata['content_length'],
      ],
      ['page-00000.md', 'md', 'text/markdown', 14],
    );
    assert.equal(metadata['processing_exception'], null);
    assert.match(String(metadata['md5']), /^[0-9a-f]{32}$/);
    assert.ok('onna.canonical.behaviors.origin.IOrigin' in item);
    assert.deepEqual(
      await fixture.caller.node(new URL(String(item['@id'])).pathname.replace('/api/rel0/sandbox', '')),
      item,
    );
  });

  it('returns all Resources below a Workspace or the account', async () => {
    await fixture.datasource({ 'z.md': 'z' }, { id: 'more', title: 'More' });
    assert.equal((await fixture.caller.children('/workspaces/harbour')).length, 251);
    assert.equal((await fixture.caller.children('')).length, 251);
  });

  describe('with switches set', () => {
    const ends: Record<string, { lastPage: (page: Page) => boolean; extraPage: boolean }> = {
      null: { lastPage: ({ cursor }) => cursor === null, extraPage: false },
      absent: { lastPage: (last) => !('cursor' in last), extraPage: false },
      emptyPage: { lastPage: ({ cursor }) => typeof cursor === 'string', extraPage: true },
      emptyPageNull: { lastPage: ({ cursor }) => typeof cursor === 'string', extraPage: true },
    };
    for (const [endOfScroll, { lastPage, extraPage }] of Object.entries(ends)) {
      it(`ends as the switch endOfScroll = ${endOfScroll} specifies`, async () => {
        fixture.sandbox.setSwitches({ endOfScroll: endOfScroll as 'null' });
        const first = await page('?page_size=200');
        const last = await page(`?scroll=${first.cursor ?? ''}`);
        assert.equal(last.items.length, 50);
        assert.equal(lastPage(last), true);
        if (!extraPage) return;
        const empty = await page(`?scroll=${last.cursor ?? ''}`);
        assert.deepEqual(empty.items, []);
        assert.equal(empty.cursor === null, endOfScroll === 'emptyPageNull');
      });
    }

    it('uses one scroll id for all pages if constantScrollIds is set', async () => {
      fixture.sandbox.setSwitches({ constantScrollIds: true });
      const first = await page('?page_size=100');
      const second = await page(`?scroll=${first.cursor ?? ''}`);
      assert.equal(second.cursor, first.cursor);
      const third = await page(`?scroll=${first.cursor ?? ''}`);
      assert.equal(new Set([...first.items, ...second.items, ...third.items]).size, 250);
    });

    it('returns 500 or an empty page for an expired scroll id, as scrollExpiryAnswer specifies', async () => {
      fixture.sandbox.setSwitches({ scrollExpirySeconds: 1, scrollExpiryAnswer: '500' });
      const { cursor } = await page('?page_size=100');
      fixture.clock.advanceSync(1000);
      const answer = await fixture.caller.call(`${wiki}/@getAllChildren?scroll=${cursor ?? ''}`);
      const { reason, eid } = answer.json as Record<string, unknown>;
      assert.deepEqual([answer.status, reason, typeof eid], [500, 'unknownError', 'string']);
      fixture.sandbox.setSwitches({ scrollExpiryAnswer: 'empty' });
      assert.deepEqual(await page(`?scroll=${cursor ?? ''}`), { items: [], cursor: null });
    });

    it('accepts parameters only where childrenMode specifies: in the GET body, the POST body or the query string', async () => {
      const url = `${wiki}/@getAllChildren`;
      const body = { page_size: 7 };
      const ask = async (request: object, query = ''): Promise<number> => {
        const answer = await fixture.caller.call(url + query, request);
        return answer.status === 200 ? (answer.json as Page).items.length : answer.status;
      };
      fixture.sandbox.setSwitches({ childrenMode: 'getBody' });
      assert.deepEqual(
        [await ask({ body }), await ask({}, '?page_size=7'), await ask({ method: 'POST', body })],
        [7, 100, 404],
      );
      fixture.sandbox.setSwitches({ childrenMode: 'postBody' });
      assert.deepEqual(
        [await ask({ body }), await ask({}, '?page_size=7'), await ask({ method: 'POST', body })],
        [404, 404, 7],
      );
      fixture.sandbox.setSwitches({ childrenMode: 'query' });
      assert.deepEqual(
        [await ask({ body }), await ask({}, '?page_size=7'), await ask({ method: 'POST', body })],
        [100, 7, 404],
      );
    });
  });
});

describe('The change feed of @data', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  function data(parameters: string): Promise<Data> {
    return fixture.caller.json<Data>(`/@data?${parameters}`);
  }
  function latest({ updates }: Data): string {
    return encodeURIComponent(
      String(
        updates
          .map((item) => String(item['@timestamp']))
          .sort()
          .at(-1),
      ),
    );
  }

  it('returns each Datasource with all its fields for the type `_datasources_`', async () => {
    const { path, uid } = await fixture.datasource({ 'a.md': 'one' });
    const { updates, deleted, total, cursor } = await data('types=_datasources_');
    assert.deepEqual([updates.length, deleted, total, cursor], [1, [], 1, null]);
    const [item = {}] = updates;
    assert.equal(item['@id'], `${fixture.sandbox.baseUrl}/api/rel0/sandbox${path}`);
    assert.deepEqual(
      [item['@uid'], item['@type'], item['@name'], item['title']],
      [uid, 'ConfluenceDatasource', 'wiki', 'Wiki'],
    );
    assert.deepEqual(
      [item['sync_status'], item['type_sync'], item['doc_count'], item['sync_message']],
      ['synced', 'auto', 1, null],
    );
    assert.match(String(item['wallet_entry']), /^[0-9a-f]{32}$/);
    assert.deepEqual(item['creators'], [fixture.sandbox.user]);
    assert.deepEqual(item['@users-permissions'], {
      'guillotina.AddContent': true,
      'guillotina.ModifyContent': true,
      'guillotina.DeleteContent': true,
      'onna.SendToSpyder': true,
    });
    assert.match(String(item['@timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
  });

  it('returns an empty list for an account without Datasources', async () => {
    assert.deepEqual(await data('types=_datasources_'), { updates: [], deleted: [], total: 0, cursor: null });
  });

  it('accepts several types in the query string or in a POST body', async () => {
    await fixture.datasource({});
    const types = ({ updates }: Data): unknown[] => updates.map((item) => item['@type']).sort();
    assert.deepEqual(types(await data('types=Workspace,_datasources_')), [
      'ConfluenceDatasource',
      'Workspace',
    ]);
    const posted = await fixture.caller.json<Data>('/@data', {
      method: 'POST',
      body: { types: ['WalletEntry', 'SlackDatasource'] },
    });
    assert.deepEqual(types(posted), ['WalletEntry']);
  });

  it('returns only changes after the timestamp that the client copied from an earlier response', async () => {
    const { path } = await fixture.datasource({});
    await fixture.datasource({}, { id: 'other', title: 'Other' });
    const before = await data('types=_datasources_');
    assert.deepEqual((await data(`types=_datasources_&since=${latest(before)}`)).updates, []);
    await fixture.sandbox.setStatus(path, 'failed', 'Gone fishing');
    const after = await data(`types=_datasources_&since=${latest(before)}`);
    assert.deepEqual(
      after.updates.map((item) => [item['@name'], item['sync_status'], item['sync_message']]),
      [['wiki', 'failed', 'Gone fishing']],
    );
  });

  it('distinguishes two changes within the same clock tick', async () => {
    const { path } = await fixture.datasource({});
    await fixture.sandbox.setStatus(path, 'paused');
    const first = await data('types=_datasources_');
    await fixture.sandbox.setStatus(path, 'failed');
    assert.equal((await data(`types=_datasources_&since=${latest(first)}`)).updates.length, 1);
  });

  it('accepts a `since` date in which a space replaces the +, and rejects a `since` that is not a date', async () => {
    await fixture.datasource({});
    const before = await data('types=_datasources_');
    assert.deepEqual(
      (await data(`types=_datasources_&since=${decodeURIComponent(latest(before)).replace('+', '%20')}`))
        .updates,
      [],
    );
    assert.equal((await fixture.caller.call('/@data?since=yesterday')).status, 412);
  });

  it('returns at most 1,000 items per page, and a cursor for the next page', async function () {
    this.timeout(20_000);
    const parent = fixture.sandbox.addWorkspace('Many').path;
    for (let number = 0; number < 1001; number++) {
      fixture.sandbox.addDatasource({ parent, title: `Source ${number}`, type: 'static' });
    }
    const first = await data('types=_datasources_');
    assert.deepEqual([first.updates.length, first.total], [1000, 1001]);
    const second = await data(`types=_datasources_&cursor=${first.cursor ?? ''}`);
    assert.deepEqual([second.updates.length, second.cursor], [1, null]);
    assert.equal(new Set([...first.updates, ...second.updates].map((item) => item['@uid'])).size, 1001);
    assert.equal((await fixture.caller.call('/@data?cursor=!!')).status, 412);
  });

  it('issues increasing timestamps after a restart even if the clock was set back', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const { path } = await fixture.datasource({});
    const before = await data('types=_datasources_');
    await fixture.sandbox.close();
    fixture.clock = new FakeClock(fixture.clock.now() - 3_600_000);
    await fixture.start({ dataFolder });
    await fixture.sandbox.setStatus(path, 'paused');
    assert.equal((await data(`types=_datasources_&since=${latest(before)}`)).updates.length, 1);
  });
});

describe('The sandbox’s API for reading, editing and downloading objects', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('returns the account, folders, Workspaces and users on GET, and only headers on HEAD', async () => {
    fixture.sandbox.addWorkspace('Legal', 'legal');
    const types = await Promise.all(
      ['', '/workspaces', '/workspaces/legal', `/${fixture.sandbox.user}`].map(
        async (path) => (await fixture.caller.node(path))['@type'],
      ),
    );
    assert.deepEqual(types, ['Container', 'Folder', 'Workspace', 'User']);
    const head = await fixture.caller.call('/workspaces', { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
  });

  it('omits the items of a folder with more than 20 items', async () => {
    for (let number = 0; number < 20; number++) fixture.sandbox.addWorkspace(`Workspace ${number}`);
    const small = await fixture.caller.node('/workspaces');
    assert.deepEqual([(small['items'] as unknown[]).length, small['length']], [20, 20]);
    fixture.sandbox.addWorkspace('One more');
    const large = await fixture.caller.node('/workspaces');
    assert.deepEqual([large['items'], large['length']], [[], 21]);
  });

  it('returns all items in full if `fullobjects` is set, and otherwise only their ids, names and types', async () => {
    for (let number = 0; number < 21; number++) fixture.sandbox.addWorkspace(`Workspace ${number}`);
    for (const query of ['fullobjects=true', 'fullobjects=', 'fullobjects']) {
      const { items } = await fixture.caller.json<{ items: Record<string, unknown>[] }>(
        `/workspaces?${query}`,
      );
      assert.equal(items.length, 21);
      assert.ok(items.every((item) => 'items' in item && 'parent' in item));
    }
    assert.deepEqual((await fixture.caller.node('/workspaces?fullobjects=false'))['items'], []);
    const account = await fixture.caller.node('');
    for (const item of account['items'] as object[])
      assert.deepEqual(Object.keys(item).sort(), ['@id', '@name', '@type', '@uid']);
  });

  it('returns only the fields in `include`, or all fields except those in `omit`', async () => {
    const { path } = await fixture.datasource({});
    const included = await fixture.caller.node(
      `${path}?include=title,guillotina.behaviors.dublincore.IDublinCore.creators`,
    );
    assert.ok('@id' in included && 'title' in included && !('sync_status' in included));
    assert.deepEqual(included['guillotina.behaviors.dublincore.IDublinCore'], {
      creators: [fixture.sandbox.user],
    });
    assert.ok(!('title' in (await fixture.caller.node(`${path}?omit=title`))));
    const omitted = await fixture.caller.node(
      `${path}?omit=@id,parent,guillotina.behaviors.dublincore.IDublinCore.tags`,
    );
    assert.ok('@id' in omitted && 'parent' in omitted);
    const described = omitted['guillotina.behaviors.dublincore.IDublinCore'] as Record<string, unknown>;
    assert.ok(!('tags' in described) && 'title' in described);
  });

  it('applies a new title from a PATCH to the Datasource, its search hit and the hits of its Resources', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    const answer = await fixture.caller.patch(path, { title: 'Quayside wiki', nonsense: 1 });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal((await fixture.caller.node(path))['title'], 'Quayside wiki');
    const found = await fixture.caller.search('', {
      advanced: { and: [{ text_contains: [{ var: 'title' }, 'quayside'] }] },
    });
    assert.equal(found.member[0]?.['@type'], 'ConfluenceDatasource');
    const inside = await fixture.caller.search('', {
      advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] },
    });
    assert.equal((inside.member[0]?.['parent_datasource'] as { title: string }).title, 'Quayside wiki');
  });

  it('returns a 412 that names the invalid fields of a PATCH', async () => {
    const { path } = await fixture.datasource({});
    const answer = await fixture.caller.patch(path, { title: ['x'], type_sync: 'sometimes' });
    const { deserialization_errors: errors } = answer.json as { deserialization_errors: { field: string }[] };
    assert.deepEqual([answer.status, errors.map(({ field }) => field)], [412, ['title', 'type_sync']]);
  });

  it('downloads a whole file or a byte range, and returns 416 for an invalid range', async () => {
    const { path } = await fixture.datasource({ 'pläne.txt': '0123456789' });
    const [child = ''] = await fixture.caller.children(path);
    const whole = await fixture.caller.call(`${child}/@download/file`);
    assert.deepEqual(
      [whole.status, whole.text, whole.headers['accept-ranges']],
      [200, '0123456789', 'bytes'],
    );
    assert.match(
      String(whole.headers['content-disposition']),
      /^attachment; .*filename\*=UTF-8''pl%C3%A4ne\.txt$/,
    );
    const ranges: [string, number, string][] = [
      ['bytes=2-4', 206, '234'],
      ['bytes=7-', 206, '789'],
      // A range may be empty, but must not end beyond the file (docs/onna-api.md §18).
      ['bytes=10-', 206, ''],
    ];
    for (const [range, status, text] of ranges) {
      const answer = await fixture.caller.call(`${child}/@download/file`, { headers: { range } });
      assert.deepEqual([range, answer.status, answer.text], [range, status, text]);
    }
    for (const [range, rest] of [
      ['bytes=11-', { reason: 'invalidRange', message: 'Invalid range' }],
      ['bytes=5-100', { reason: 'invalidRange', message: 'Invalid range, too large end value' }],
      ['bytes=-2', { reason: 'rangeNotParsable' }],
      ['lines=1-2', { reason: 'rangeNotParsable' }],
    ] as const) {
      const answer = await fixture.caller.call(`${child}/@download/file`, { headers: { range } });
      assert.deepEqual([answer.status, answer.json], [416, { range, ...rest }]);
      assert.equal(answer.headers['content-range'], 'bytes */10');
    }
    const head = await fixture.caller.call(`${child}/@download/file`, {
      method: 'HEAD',
      headers: { range: 'bytes=2-4' },
    });
    assert.deepEqual([head.status, head.headers['content-length']], [200, '10']);
    assert.match(
      String(
        (await fixture.caller.call(`${child}/@download/file?disposition=inline`)).headers[
          'content-disposition'
        ],
      ),
      /^inline/,
    );
  });

  it('interprets Range headers as the framework does, not as RFC 9110 defines them', async () => {
    const { path } = await fixture.datasource({ 'digits.txt': '0123456789', 'empty.txt': '' });
    const children = await fixture.caller.children(path);
    const at = (name: string): string => children.find((child) => child.endsWith(name)) ?? '';
    const range = (name: string, value: string): Promise<WireAnswer> =>
      fixture.caller.call(`${at(name)}/@download/file`, { headers: { range: value } });
    for (const value of ['bytes=2-4', 'bytes= 2 - 4', 'bytes=+2-4', '2-4']) {
      const { status, text, headers } = await range('digits.txt', value);
      assert.deepEqual([value, status, text, headers['content-range']], [value, 206, '234', 'bytes 2-4/10']);
    }
    for (const [name, value, reason] of [
      ['digits.txt', 'bytes=4-2', 'invalidRange'],
      ['digits.txt', 'bytes=-', 'rangeNotParsable'],
      ['digits.txt', 'bytes=0-1,3-4', 'rangeNotParsable'],
      ['digits.txt', 'Bytes=2-4', 'rangeNotParsable'],
      ['digits.txt', 'bytes=1.5-3', 'rangeNotParsable'],
      ['empty.txt', 'bytes=1-', 'invalidRange'],
      ['empty.txt', 'bytes=-5', 'rangeNotParsable'],
    ] as const) {
      const answer = await range(name, value);
      assert.deepEqual(
        [value, answer.status, (answer.json as { reason: string }).reason],
        [value, 416, reason],
      );
    }
  });

  it('encodes the file name of a download as RFC 6266 specifies', async () => {
    const { path } = await fixture.datasource({ 'notes.txt': 'a' });
    const [child = ''] = await fixture.caller.children(path);
    for (const [name, header] of [
      ['notes.txt', 'attachment; filename="notes.txt"'],
      ['two words.txt', 'attachment; filename="two words.txt"'],
      ['a"b.txt', 'attachment; filename="a\\"b.txt"'],
      ['50%25.txt', `attachment; filename="50%25.txt"; filename*=UTF-8''50%2525.txt`],
      ['líne\n.txt', `attachment; filename="l?ne?.txt"; filename*=UTF-8''l%C3%ADne%0A.txt`],
    ] as const) {
      const { headers } = await fixture.caller.call(`${child}/@download/file/${encodeURIComponent(name)}`);
      assert.equal(headers['content-disposition'], header);
    }
  });
});
