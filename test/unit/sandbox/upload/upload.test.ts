import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';

describe('Uploading to a folder Datasource', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  const folder = '/workspaces/legal/papers';
  function addFolder(): void {
    fixture.sandbox.addWorkspace('Legal', 'legal');
    fixture.sandbox.addDatasource({ parent: '/workspaces/legal', title: 'Papers', id: 'papers' });
  }
  async function found(words: string): Promise<unknown[]> {
    await fixture.sandbox.settled();
    const { member } = await fixture.caller.search('', {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, words] }] },
      includes: ['title'],
    });
    return member.map((hit) => hit['title']);
  }
  function upload(body: string, headers: Record<string, string>, at = folder): Promise<WireAnswer> {
    return fixture.caller.call(`${at}/@upload/file`, { method: 'PATCH', body, headers });
  }

  const tus = { 'tus-resumable': '1.0.0' };
  function nameOf(name: string): Record<string, string> {
    return { 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}` };
  }
  async function begin(name: string, headers: Record<string, string>): Promise<string> {
    const answer = await fixture.caller.call(`${folder}/@tusPOST`, {
      method: 'POST',
      headers: { ...tus, ...nameOf(name), ...headers },
    });
    assert.equal(answer.status, 201);
    return new URL(String(answer.headers['location'])).pathname;
  }
  function append(at: string, offset: number | string, body: string, headers = {}): Promise<WireAnswer> {
    const sent = { ...tus, 'upload-offset': String(offset), ...headers };
    return fixture.caller.raw(at, { method: 'PATCH', body, headers: sent });
  }
  async function offsetOf(at: string): Promise<unknown> {
    return (await fixture.caller.raw(at, { method: 'HEAD', headers: tus })).headers['upload-offset'];
  }

  it('stores a whole file, which can then be searched and downloaded', async () => {
    addFolder();
    const answer = await upload('ebb tide', {
      'x-upload-filename': 'tides.md',
      'x-upload-size': '8',
      'x-upload-md5hash': createHash('md5').update('ebb tide').digest('hex'),
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(await found('ebb tide'), ['tides.md']);
    const [child = ''] = await fixture.caller.children(folder);
    assert.ok((answer.json as { '@id': string })['@id'].endsWith(child));
    assert.equal((await fixture.caller.call(`${child}/@download/file`)).text, 'ebb tide');
    assert.equal((await fixture.caller.node(folder))['doc_count'], 1);
  });

  it('replaces the content of the file that has the same name, or of the Resource in the request path', async () => {
    addFolder();
    await upload('first', { 'x-upload-filename': 'a.md' });
    await upload('second', { 'x-upload-filename': 'a.md' });
    assert.deepEqual(await found('first'), []);
    assert.deepEqual(await found('second'), ['a.md']);
    const [child = ''] = await fixture.caller.children(folder);
    await upload('third', {}, child);
    assert.deepEqual(await found('third'), ['a.md']);
    assert.equal((await fixture.caller.children(folder)).length, 1);
  });

  it('changes the status from created to synced, and updates the sync date with each upload', async () => {
    addFolder();
    assert.equal(await fixture.caller.status(folder), 'created');
    await upload('first', { 'x-upload-filename': 'a.md' });
    const first = await fixture.caller.node(folder);
    assert.deepEqual([first['sync_status'], first['doc_count']], ['synced', 1]);
    fixture.clock.advanceSync(1000);
    const location = await begin('b.md', { 'upload-length': '6' });
    await append(location, 0, 'second');
    const second = await fixture.caller.node(folder);
    assert.equal(second['sync_status'], 'synced');
    const [before, after] = [first, second].map((node) => Date.parse(String(node['last_sync'])));
    assert.equal((after ?? 0) - (before ?? 0), 1000);
  });

  it('does not change the status of a paused Datasource', async () => {
    addFolder();
    await fixture.sandbox.setStatus(folder, 'paused');
    await upload('first', { 'x-upload-filename': 'a.md' });
    assert.equal(await fixture.caller.status(folder), 'paused');
  });

  it('accepts a file in several parts with the TUS protocol, and reports the offset between parts', async () => {
    addFolder();
    const at = await begin('tides.md', { 'upload-length': '8' });
    assert.equal(await offsetOf(at), '0');
    const first = await append(at, 0, 'ebb ');
    assert.deepEqual([first.status, first.headers['upload-offset']], [200, '4']);
    assert.equal(first.headers['tus-upload-finished'], undefined);
    assert.equal(await offsetOf(at), '4');
    const last = await append(at, 4, 'tide');
    assert.deepEqual([last.headers['upload-offset'], last.headers['tus-upload-finished']], ['8', '1']);
    assert.deepEqual(await found('ebb tide'), ['tides.md']);
    assert.equal((await append(at, 8, '')).status, 404);
    assert.deepEqual(await readdir(path.join(fixture.sandbox.dataFolder, 'uploads')), []);
  });

  it('accepts an upload whose length is sent only with the last part', async () => {
    addFolder();
    const at = await begin('tides.md', { 'upload-defer-length': '1' });
    await append(at, 0, 'ebb ');
    const last = await append(at, 4, 'tide', { 'upload-length': '8' });
    assert.equal(last.headers['tus-upload-finished'], '1');
    assert.deepEqual(await found('ebb tide'), ['tides.md']);
  });

  it('returns 409 for a wrong offset, and appends nothing', async () => {
    addFolder();
    const at = await begin('tides.md', { 'upload-length': '8' });
    await append(at, 0, 'ebb ');
    for (const offset of [0, 3, 5]) {
      const answer = await append(at, offset, 'x');
      assert.equal(answer.status, 409);
      assert.match((answer.json as { reason: string }).reason, /offset \(4\)/);
    }
    assert.equal((await append(at, 'four', 'x')).status, 412);
    assert.equal((await append(at, 4, 'more than declared')).status, 413);
    assert.equal(await offsetOf(at), '4');
    await append(at, 4, 'tide');
    assert.deepEqual(await found('ebb tide'), ['tides.md']);
  });

  it('continues an upload after a restart of the sandbox', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    addFolder();
    const at = await begin('tides.md', { 'upload-length': '8' });
    await append(at, 0, 'ebb ');
    await fixture.restart({ dataFolder });
    assert.equal(await offsetOf(at), '4');
    await append(at, 4, 'tide');
    assert.deepEqual(await found('ebb tide'), ['tides.md']);
  });

  it('returns 412 and stores nothing if a required header is missing or the size is wrong', async () => {
    addFolder();
    const post = (headers: Record<string, string>): Promise<WireAnswer> =>
      fixture.caller.call(`${folder}/@tusPOST`, { method: 'POST', headers });
    for (const answer of [
      await upload('x', { 'x-upload-filename': '..' }),
      await post({ ...nameOf('a.md'), 'upload-length': '5' }),
      await post({ ...tus, ...nameOf('a.md') }),
      await post({ ...tus, ...nameOf('a.md'), 'upload-length': '-5' }),
    ])
      assert.equal(answer.status, 412);
    for (const size of ['5', '0']) {
      const { status, json } = await upload('x', { 'x-upload-filename': 'a.md', 'x-upload-size': size });
      assert.deepEqual([status, json], [412, { reason: 'Upload size does not match what was provided' }]);
    }
    assert.deepEqual(await fixture.caller.children(folder), []);
    assert.deepEqual(await readdir(path.join(fixture.sandbox.dataFolder, 'uploads')), []);
  });

  it('accepts an encoded name or no name, and does not check an MD5 in a header', async () => {
    addFolder();
    await upload('one', { 'x-upload-filename-b64': btoa('one.md') });
    await upload('two', { 'x-upload-filename': 'two.md', 'x-upload-md5hash': 'f'.repeat(32) });
    await upload('three', {});
    const names = await fixture.caller.names(folder);
    assert.equal(names.length, 3);
    assert.ok(names.includes('one.md') && names.includes('two.md'));
    assert.ok(names.some((name) => /^[0-9a-f]{32}$/.test(name)));
  });

  it('lets only one TUS upload at a time replace the file of a Resource, and accepts POST instead of PATCH', async () => {
    addFolder();
    await upload('first', { 'x-upload-filename': 'a.md' });
    const [child = ''] = await fixture.caller.children(folder);
    const at = `${child}/@tusupload/file`;
    const create = (headers: Record<string, string> = {}): Promise<WireAnswer> =>
      fixture.caller.call(at, { method: 'POST', headers: { ...tus, 'upload-length': '8', ...headers } });
    const without = await fixture.caller.call(at, { method: 'POST', headers: { 'upload-length': '8' } });
    assert.deepEqual([without.status, Object.keys(without.json as object)], [412, ['reason']]);
    const made = await create();
    assert.equal(made.status, 201);
    assert.ok(String(made.headers['location']).endsWith(at));
    assert.equal((await create()).status, 412);
    assert.equal((await create({ 'tus-override-upload': '1' })).status, 201);
    const send = (body: string, headers: Record<string, string>, method = 'PATCH'): Promise<WireAnswer> =>
      fixture.caller.call(at, { method, body, headers });
    assert.equal((await send('ebb ', {})).status, 412);
    assert.equal((await send('ebb ', { 'upload-offset': '3' })).status, 409);
    // The header TUS-Resumable is optional from here on.
    assert.equal((await send('ebb ', { 'upload-offset': '0' })).status, 200);
    assert.equal((await fixture.caller.call(at, { method: 'HEAD' })).headers['upload-offset'], '4');
    const last = await send('tide', { 'upload-offset': '4', 'x-http-method-override': 'PATCH' }, 'POST');
    assert.deepEqual([last.status, last.headers['tus-upload-finished']], [200, '1']);
    assert.deepEqual(await found('ebb tide'), ['a.md']);
    assert.deepEqual(await fixture.caller.names(folder), ['a.md']);
    assert.equal((await fixture.caller.call(at, { method: 'HEAD' })).headers['upload-offset'], '0');
    // An upload that nobody continues for 15 s blocks no other.
    assert.equal((await create()).status, 201);
    fixture.clock.advanceSync(15_000);
    assert.equal((await create()).status, 201);
  });

  it('keeps only the last segment of a file name that is a path', async () => {
    addFolder();
    await upload('words', { 'x-upload-filename': '../../etc/passwd.md' });
    assert.deepEqual(await found('words'), ['passwd.md']);
  });

  it('returns 404 for a Datasource that is not a folder, and 401 for a viewer', async () => {
    addFolder();
    const { path: wiki } = await fixture.datasource({});
    const elsewhere = await upload('x', { 'x-upload-filename': 'a.md' }, wiki);
    assert.equal(elsewhere.status, 404);
    const { login, password } = await fixture.sandbox.addUser({ login: 'viewer@sandbox.test' });
    const viewer = await Caller.signedIn(fixture.sandbox, login, password);
    for (const [service, method] of [
      ['@upload/file', 'PATCH'],
      ['@tusPOST', 'POST'],
    ] as const)
      assert.equal((await viewer.call(`${folder}/${service}`, { method })).status, 401);
  });

  it('stores the folders that a client creates, and returns 409 if a folder already exists', async () => {
    addFolder();
    const made = await fixture.caller.post(folder, {
      '@type': 'Folder',
      id: 'tides',
      title: 'Tides & currents',
    });
    assert.equal(made.status, 201);
    const inner = await fixture.caller.post(`${folder}/tides`, {
      '@type': 'Folder',
      id: '2026',
      title: '2026',
    });
    assert.ok((inner.json as { '@id': string })['@id'].endsWith(`${folder}/tides/2026`));
    assert.equal((await fixture.caller.post(folder, { '@type': 'Folder', id: 'tides' })).status, 409);
    assert.equal((await fixture.caller.node(`${folder}/tides`))['title'], 'Tides & currents');
    const answer = await fixture.caller.call(`${folder}/tides/2026/@tusPOST`, {
      method: 'POST',
      headers: { ...tus, ...nameOf('a.md'), 'upload-length': '8' },
    });
    const at = new URL(String(answer.headers['location'])).pathname;
    await append(at, 0, 'ebb tide');
    const [child = ''] = await fixture.caller.children(folder);
    assert.ok(child.endsWith(`${folder}/tides/2026/a.md`), child);
    const { title, 'onna.canonical.behaviors.origin.IOrigin': origin } = await fixture.caller.node(child);
    assert.equal(title, 'a.md');
    assert.equal((origin as Record<string, unknown>)['origin_folder_path'], '/Tides & currents/2026');
    for (const service of ['', '/@sendToSpyder'])
      assert.equal(
        (await fixture.caller.call(`${folder}/tides${service}`, { method: 'DELETE' })).status,
        404,
      );
  });

  it('deletes an upload whose content does not match the announced checksum', async () => {
    addFolder();
    const md5 = createHash('md5').update('ebb tide').digest('hex');
    const good = await begin('good.md', { 'upload-length': '8', 'upload-md5': md5 });
    assert.equal((await append(good, 0, 'ebb tide')).status, 200);
    const bad = await begin('bad.md', { 'upload-length': '8', 'upload-md5': md5 });
    assert.equal((await append(bad, 0, 'EBB TIDE')).status, 412);
    assert.equal((await fixture.caller.raw(bad, { method: 'HEAD', headers: tus })).status, 404);
    assert.deepEqual(await fixture.caller.names(folder), ['good.md']);
  });
});
