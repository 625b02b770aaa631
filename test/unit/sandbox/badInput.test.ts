import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Fixture } from './support/fixture.ts';
import { publishedPaths } from './support/publishedPaths.ts';
import { putFiles } from './support/temporaryFolders.ts';
import type { WireRequest } from './support/wire.ts';

/** What bodies and queries of the API are made of: known names, so that the fuzz gets past the first check. */
const names = [
  ...['@type', 'id', 'title', 'type_sync', 'sync_status', 'original_url', 'urls', '__proto__', 'constructor'],
  ...['advanced', 'and', 'or', 'and_not', 'text_contains', 'in', 'exists', '>', '<', 'var', 'size', 'from'],
  ...[
    'sort',
    'field',
    'direction',
    'facets',
    'facetType',
    'facetSelected',
    'includes',
    'excludes',
    'highlight',
  ],
  ...['filters', 'filterType', 'filtersSelected', 'terms', 'term', 'term_type', 'search_after', 'cursor'],
  ...['prinrole', 'prinperm', 'roleperm', 'principal', 'role', 'setting', 'destination', 'new_id'],
  ...['X-Auth-Secret', 'Authorization', 'page_size', 'scroll', 'since', 'types', 'parent_uids'],
  ...[
    'guillotina.behaviors.dublincore.IDublinCore',
    'description',
    'username',
    'password',
    'code',
    'grant_type',
  ],
];
const hostileText = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '../../../etc/passwd',
    '..\\..\\x',
    '/',
    '%2e%2e%2f',
    'x'.repeat(70_000),
    '\ud800',
    '‮txt.exe',
  ],
  ...[
    "'; DROP TABLE nodes; --",
    '"',
    '*',
    'NEAR(',
    '"a" NOT',
    '<script>',
    '__proto__',
    'CON',
    'auto',
    'one',
    'title',
  ],
  ...[
    'extracted_text',
    'date_modified',
    'guillotina.Reader',
    'Allow',
    'Workspace',
    'ConfluenceDatasource',
    'paused',
  ],
  ...['file:///etc', 'file:///', 'http://elsewhere.test/', 'Bearer x', '/workspaces', '9'.repeat(400)],
);
const hostileNumber = fc.constantFrom(-1, 0, 1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 10_000, 10_001, 1e21);
const hostileJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    hostileText,
    hostileNumber,
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const hostileBody = fc.oneof(
  { weight: 8, arbitrary: hostileJson.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', '[1,', '{"a":1}}', '\ufeff{}', 'nul', '"\\ud800"', '1e999'),
  },
  { weight: 1, arbitrary: fc.constant(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) },
);
const hostileHeaders = fc.dictionary(
  fc.constantFrom(
    ...['tus-resumable', 'upload-offset', 'upload-length', 'upload-metadata', 'upload-defer-length', 'range'],
    ...['x-upload-filename', 'x-upload-size', 'x-upload-md5hash', 'if-range', 'content-type', 'accept'],
  ),
  fc.constantFrom(
    '1.0.0',
    '-1',
    '0',
    '1e9',
    'NaN',
    'bytes=0-',
    'bytes=5-2',
    'bytes=-0',
    '../x',
    'filename /w==',
    '',
  ),
  { maxKeys: 4 },
);

describe('Whatever is sent to the sandbox', function () {
  this.timeout(120_000);
  const fixture = new Fixture();
  beforeEach(() => fixture.start({ log: (line) => lines.push(line) }));
  afterEach(() => fixture.stop());
  const lines: string[] = [];

  const answered = publishedPaths.filter(({ kind, method }) => kind === 'answered' && method !== 'HEAD');
  const segment = fc.constantFrom(
    'workspaces',
    'harbour',
    'wiki',
    'wallet',
    'x',
    '..',
    '%2e%2e',
    '%00',
    '%ff',
    '__proto__',
  );

  it('is answered with a status that says what is wrong, never with a failure of the server', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words', 'b.md': 'more' });
    const [child = ''] = await fixture.caller.children(wiki);
    const folder = fixture.sandbox.addDatasource({
      parent: '/workspaces/harbour',
      title: 'Papers',
      id: 'papers',
    });
    const at = fc.constantFrom(wiki, child, folder.path, '/workspaces/harbour');
    const fill = (known: string): string => known.replaceAll(/\{\w+\}/g, 'file');
    const target = fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .tuple(fc.constantFrom(...answered), at)
          .map(([known, place]) => [known.method, fill(known.path.replace('{ds}', place))] as const),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'HEAD'),
          fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
        ),
      },
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), hostileText), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        ...([target, query, hostileBody, hostileHeaders] as const),
        async ([method, place], parameters, body, headers) => {
          // The objects have to stay for the next case.
          if (method === 'DELETE' || place.includes('/@move')) return;
          const search = new URLSearchParams(
            parameters.map(([key, value]): [string, string] => [key, value.slice(0, 2000)]),
          );
          const request: WireRequest = { method, headers, ...(method === 'HEAD' ? {} : { body }) };
          const answer = await fixture.caller.call(`${place}?${search.toString()}`, request);
          assert.ok(
            answer.status < 500,
            `${method} ${place}: ${answer.status} ${answer.text}\n${lines.at(-1) ?? ''}`,
          );
          if (answer.status >= 400 && method !== 'HEAD') assert.notEqual(answer.text, '');
        },
      ),
      { numRuns: 4000 },
    );
    assert.equal((await fixture.caller.call(wiki)).status, 200);
  });

  it('neither reads nor writes a file outside of the origins and the data folder', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'onna-outside-'));
    try {
      await writeFile(path.join(outside, 'secret.txt'), 'canary of the outside');
      const { path: wiki, origin } = await fixture.datasource(
        { 'a.md': 'words' },
        { title: 'Jail', id: 'jail', type: 'gdrive' },
      );
      await symlink(path.join(outside, 'secret.txt'), path.join(origin, 'link.txt'));
      await symlink(outside, path.join(origin, 'folder'));
      await symlink('../'.repeat(20), path.join(origin, 'up'));
      await putFiles(origin, { 'sub/b.md': 'more' });
      await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
      assert.deepEqual(await fixture.caller.names(wiki), ['a.md', 'b.md']);
      const papers = fixture.sandbox.addDatasource({
        parent: '/workspaces/harbour',
        title: 'Inbox',
        id: 'inbox',
      });
      for (const name of [
        `../../${path.basename(outside)}/x.md`,
        `${outside}/x.md`,
        '..',
        '.',
        'a\0b.md',
        'CON.md',
      ]) {
        const headers = { 'x-upload-filename': encodeURIComponent(name) };
        const answer = await fixture.caller.call(`${papers.path}/@upload/file`, {
          method: 'PATCH',
          body: 'x',
          headers,
        });
        assert.ok(answer.status < 500, answer.text);
      }
      assert.deepEqual(await readdir(outside), ['secret.txt']);
      assert.equal(await readFile(path.join(outside, 'secret.txt'), 'utf8'), 'canary of the outside');
      const found = await fixture.caller.search('', {
        advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'canary'] }] },
      });
      assert.equal(found.items_count, 0);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('follows no link that takes a folder’s place in the middle of a run', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'onna-outside-'));
    try {
      await putFiles(outside, { 'page-00000.md': 'canary of the outside' });
      const files = Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [`sub/page-${String(index).padStart(5, '0')}.md`, 'words']),
      );
      const origin = await fixture.folders.make(files);
      const { path: at } = fixture.sandbox.addDatasource({
        parent: fixture.sandbox.addWorkspace('Harbour').path,
        ...{ title: 'Swapped', id: 'swapped', type: 'dropbox', sync: 'auto', origin },
      });
      // The first batch is stored: the run is in the middle.
      while (Number((await fixture.caller.node(at))['doc_count']) === 0);
      await rm(path.join(origin, 'sub'), { recursive: true });
      await symlink(outside, path.join(origin, 'sub'));
      await fixture.sandbox.settled();
      const found = await fixture.caller.search(at, {
        advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'canary'] }] },
      });
      assert.equal(found.items_count, 0);
    } finally {
      await rm(outside, { recursive: true });
    }
  });
});
