import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import type { WireAnswer } from '../support/wire.ts';

const metadata = 'onna.canonical.behaviors.metadata.IMetadata';

describe('An upload that replaces the file of a Resource', () => {
  const fixture = new Fixture();
  let folder: string;
  let resource: string;
  beforeEach(async () => {
    await fixture.start();
    fixture.sandbox.addWorkspace('Legal', 'legal');
    folder = fixture.sandbox.addDatasource({ parent: '/workspaces/legal', title: 'Papers' }).path;
    await upload(folder, 'ebb', { 'x-upload-filename': 'a.md' });
    [resource = ''] = await fixture.caller.children(folder);
  });
  afterEach(() => fixture.stop());

  function upload(at: string, body: string, headers: Record<string, string>): Promise<WireAnswer> {
    return fixture.caller.call(`${at}/@upload/file`, { method: 'PATCH', body, headers });
  }
  async function described(): Promise<unknown[]> {
    const { title, [metadata]: fields } = await fixture.caller.node(resource);
    const { resource_name, extension, content_type } = fields as Record<string, unknown>;
    const { headers } = await fixture.caller.call(`${resource}/@download/file`);
    return [title, resource_name, extension, content_type, headers['content-disposition']];
  }

  it('gives the Resource the name and the type of the new file, but not its title', async () => {
    await upload(resource, 'a,b', { 'x-upload-filename': 'tides.csv' });
    assert.deepEqual(await described(), [
      ...['a.md', 'tides.csv', 'csv', 'text/csv', 'attachment; filename="tides.csv"'],
    ]);
    await upload(resource, 'x', { 'x-upload-filename': 'tides.bin', 'content-type': 'text/html; charset=x' });
    assert.deepEqual((await described()).slice(1, 4), ['tides.bin', 'bin', 'text/html']);
    assert.deepEqual(await fixture.caller.children(folder), [resource]);
    await upload(folder, 'ebb tide', { 'x-upload-filename': 'a.md' });
    assert.deepEqual((await described()).slice(0, 4), ['a.md', 'a.md', 'md', 'text/markdown']);
  });

  it('gets a random name if the client sends none, and its text is still found', async () => {
    await upload(resource, 'flood tide', {});
    const [title, name] = await described();
    assert.equal(title, 'a.md');
    assert.match(String(name), /^[0-9a-f]{32}$/);
    await fixture.sandbox.settled();
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'flood tide'] }] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 1);
  });

  it('is refused with a wrong size or offset, whatever the number, and for an object without files', async () => {
    for (const size of ['-1', '9', '+4']) {
      const { status, json } = await upload(resource, 'ebb', { 'x-upload-size': size });
      assert.deepEqual([status, json], [412, { reason: 'Upload size does not match what was provided' }]);
    }
    assert.equal((await upload(resource, 'ebb', { 'x-upload-size': ' +3 ' })).status, 200);
    const at = `${resource}/@tusupload/file`;
    const begin = { 'tus-resumable': '1.0.0', 'upload-length': '3' };
    await fixture.caller.call(at, { method: 'POST', headers: begin });
    for (const [offset, expected] of [
      ['-1', 409],
      ['x', 412],
      ['00', 200],
    ] as const) {
      const part = { method: 'PATCH', body: 'ebb', headers: { 'upload-offset': offset } };
      assert.equal((await fixture.caller.call(at, part)).status, expected);
    }
    for (const [method, service] of [
      ['PATCH', '@upload/file'],
      ['POST', '@tusupload/file'],
      ['PATCH', '@tusupload/file'],
    ] as const) {
      const { status, json } = await fixture.caller.call(`/workspaces/legal/${service}`, { method });
      assert.deepEqual([status, json], [404, { reason: 'No valid name' }]);
    }
  });

  it('is announced with the name in the TUS headers, and its answers are empty objects', async () => {
    const at = `${resource}/@tusupload/file`;
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': '3', 'upload-filename': 'b.csv' };
    const begun = await fixture.caller.call(at, { method: 'POST', headers });
    const part = { 'upload-offset': '0' };
    const other = { ...part, 'x-http-method-override': 'patch' };
    // The framework does not accept the name of the method in lower case, so this begins another upload.
    const refused = await fixture.caller.call(at, { method: 'POST', body: 'a,b', headers: other });
    assert.deepEqual([refused.status, refused.headers['tus-resumable']], [412, undefined]);
    const last = await fixture.caller.call(at, { method: 'PATCH', body: 'a,b', headers: part });
    assert.deepEqual([begun.status, begun.text, last.status, last.text], [201, '{}', 200, '{}']);
    assert.deepEqual((await described()).slice(0, 2), ['a.md', 'b.csv']);
  });
});
