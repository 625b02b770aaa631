import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Fixture } from '../support/fixture.ts';
import { publishedPaths } from '../support/publishedPaths.ts';
import type { PublishedPath } from '../support/publishedPaths.ts';
import type { WireAnswer } from '../support/wire.ts';

describe('The sandbox’s implementation of Onna’s published API', () => {
  const fixture = new Fixture();
  before(() => fixture.start());
  after(() => fixture.stop());

  let folder = '';
  let resource = '';
  let upload = '';
  before(async () => {
    const { user, stores } = fixture.sandbox;
    stores.groups.save({ id: 'x', title: 'Pilots', members: [user] });
    const made = fixture.sandbox.addDatasource({ parent: `/${user}`, title: 'Papers', id: 'papers' });
    folder = made.path;
    const headers = { 'x-upload-filename': 'a.md' };
    await fixture.caller.call(`${folder}/@upload/file`, { method: 'PATCH', body: 'words', headers });
    resource = (await fixture.caller.children(folder))[0] ?? '';
    const begun = await fixture.caller.call(`${folder}/@tusPOST`, {
      method: 'POST',
      headers: {
        ...{ 'tus-resumable': '1.0.0', 'upload-length': '9' },
        'upload-metadata': `filename ${btoa('b.md')}`,
      },
    });
    upload = String(begun.headers['location']).split('/').at(-1) ?? '';
  });

  /** Replaces the placeholders of a published path with objects of the sandbox. */
  function addressOf({ method, path }: PublishedPath): string {
    const at = path.startsWith('{ds}/@download/') ? resource : folder;
    const [service = '', ...rest] = path.replace('{ds}', at).split('/{field_name}');
    if (service.endsWith('/@tusupload') && method !== 'POST') return `${service}/${upload}`;
    const field = rest.length === 0 ? '' : path.includes('{filename}') ? '/file/name.md' : '/file';
    return (service + field).replace('{uid}', 'none').replaceAll(/\{[a-z_]+\}/g, 'x');
  }

  async function answerTo(published: PublishedPath): Promise<WireAnswer> {
    const { method } = published;
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: {} };
    return fixture.caller.call(addressOf(published), { method, ...body });
  }

  /** Requests with DELETE come last, because they delete the Datasource that the other requests use. */
  const inOrder = [...publishedPaths].sort(
    (left, right) =>
      Number(left.method === 'DELETE') - Number(right.method === 'DELETE') ||
      right.path.length - left.path.length,
  );

  it('returns the kind of response that `publishedPaths` expects for each path: a result or 404', async () => {
    const wrong: unknown[] = [];
    for (const published of inOrder) {
      const { status, json } = await answerTo(published);
      const isUnknown =
        (json as { reason?: unknown } | undefined)?.reason === 'object and/or route not found' ||
        (published.method === 'HEAD' && status === 404);
      const kind = status === 404 && isUnknown ? 'absent' : 'answered';
      if (status >= 500 || kind !== published.kind)
        wrong.push([published.method, published.path, status, kind]);
    }
    assert.deepEqual(wrong, []);
  }).timeout(20_000);

  it('matches the table and the list in docs/sandbox/api-coverage.md', async () => {
    const page = await readFile(new URL('../../../../docs/sandbox/api-coverage.md', import.meta.url), 'utf8');
    const [, section = ''] = page.split('## Answered');
    const [table = '', absent = ''] = section.split('## Not answered');
    for (const { method, path, kind } of publishedPaths) {
      const row = table.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
      if (row === undefined) assert.ok(kind === 'absent' && absent.includes(`\`${path}\``), path);
      else assert.ok(row.includes(method) && kind !== 'absent', `${method} ${path}`);
    }
  });
});
