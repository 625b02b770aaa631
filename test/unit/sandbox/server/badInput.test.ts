import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { putFiles } from '../support/temporaryFolders.ts';

describe('A hostile request or origin folder', function () {
  this.timeout(120_000);
  const fixture = new Fixture();
  beforeEach(() => fixture.start({ log: (line) => lines.push(line) }));
  afterEach(() => fixture.stop());
  const lines: string[] = [];

  it('cannot make the sandbox read or write files outside the origin folders and the data folder', async () => {
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

  it('cannot make a sync follow a symbolic link that replaces a folder during the sync', async () => {
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
      // Waits until the first batch is stored, so that the sync is in progress.
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
