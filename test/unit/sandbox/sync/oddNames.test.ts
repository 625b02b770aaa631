import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { readableName, toFilePath } from '../../../../src/sandbox/sync/filePath.ts';
import { Fixture, eventually } from '../support/fixture.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';

type Item = Readonly<Record<string, unknown>>;

function bytes(...parts: readonly (string | number | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );
}

/** Restores the bytes of a file name from its readable form. */
function readBack(readable: string): Buffer {
  const parts = readable.split(/\\x([89a-f][0-9a-f]|5c)/);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 0 ? 'utf8' : 'hex')));
}

/** Creates `depth` nested folders and a file in the innermost one. The path may exceed the maximum path length. */
function makeDeeper(folder: string, name: string, depth: number): void {
  const script = `
    const fs = require('node:fs');
    for (let level = 0; level < ${depth}; level++) { fs.mkdirSync('${name}'); process.chdir('${name}'); }
    fs.writeFileSync('bottom.md', 'bottom');`;
  execFileSync(process.execPath, ['-e', script], { cwd: folder });
}

describe('An origin folder', () => {
  const fixture = new Fixture();
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    return fixture.start({ log: (line) => lines.push(line) });
  });
  afterEach(() => fixture.stop());

  async function syncNow(at: string): Promise<void> {
    assert.equal((await fixture.caller.call(`${at}/@sendToSpyder?force=true`)).status, 200);
    await fixture.sandbox.settled();
  }
  /** Returns the text of each file of a Datasource, by the title of the file. */
  async function contents(at: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const child of await fixture.caller.children(at)) {
      // An id may contain spaces.
      const url = child.split('/').map(encodeURIComponent).join('/');
      const { title } = await fixture.caller.node(url);
      assert.ok(typeof title === 'string' && !(title in found), child);
      found[title] = (await fixture.caller.call(`${url}/@download/file`)).text;
    }
    return found;
  }
  async function log(at: string): Promise<readonly Item[]> {
    return (await fixture.caller.json<{ items: Item[] }>(`${at}/@getAuditLogSpyder`)).items;
  }

  it('can contain file names that are not valid UTF-8 or look like escaped names', async function () {
    // The file systems of other platforms reject names that are not valid UTF-8.
    if (process.platform !== 'linux') this.skip();
    const { path: wiki, origin } = await fixture.datasource({
      'x\ufffd.txt': 'a real U+FFFD',
      'x\\xff.txt': 'looks escaped',
      'x\\x5cxff.txt': 'looks escaped twice',
      'x.txt': 'plain',
    });
    const folder = bytes(origin, '/ord', 0xe9, 'e');
    await mkdir(folder);
    await writeFile(bytes(origin, '/x', 0xff, '.txt'), 'one byte');
    await writeFile(bytes(origin, '/x', 0xed, 0xa0, 0x80, '.txt'), 'a surrogate');
    await writeFile(bytes(origin, '/', ...Array<number>(255).fill(0xfe)), 'long');
    await writeFile(bytes(folder, '/inside.txt'), 'in the folder');
    await symlink(bytes('x', 0xff, '.txt'), path.join(origin, 'alias.txt'));
    await syncNow(wiki);
    assert.equal(await fixture.caller.status(wiki), 'synced');
    assert.deepEqual(await contents(wiki), {
      'x\ufffd.txt': 'a real U+FFFD',
      'x\\x5cxff.txt': 'looks escaped',
      'x\\x5cx5cxff.txt': 'looks escaped twice',
      'x.txt': 'plain',
      'x\\xff.txt': 'one byte',
      'x\\xed\\xa0\\x80.txt': 'a surrogate',
      ['\\xfe'.repeat(255)]: 'long',
      'inside.txt': 'in the folder',
      'alias.txt': 'one byte',
    });
    const before = await log(wiki);
    assert.ok(before.some((item) => item['origin_path'] === 'ord\\xe9e/inside.txt'));
    await syncNow(wiki);
    assert.equal((await log(wiki)).length, before.length, 'a second run adds and removes nothing');
    await rm(bytes(origin, '/x', 0xff, '.txt'));
    await syncNow(wiki);
    assert.equal((await fixture.caller.node(wiki))['doc_count'], 7, 'the file and its alias are gone');
  });

  it('can contain any file name: the readable form of the name can be converted back to its bytes', () => {
    const part = fc.oneof(
      fc
        .constantFrom('\\', 'x', 'ff', '5c', '\\xff', '\\x5c', 'é', '😀', '\ufeff')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ minLength: 1, maxLength: 4 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = Buffer.concat(parts);
        assert.ok(readBack(readableName(toFilePath(name))).equals(name));
      }),
      { numRuns: 2_000 },
    );
  });

  it('can contain file names of any length and with any characters, and names that differ only in case', async function () {
    if (process.platform !== 'linux') this.skip();
    const names = [
      'caf\u00e9.md',
      'cafe\u0301.md',
      'README.md',
      'readme.md',
      'line\nbreak.md',
      'bell\u0007.md',
      ' .md',
      '%2e%2e.md',
      'a?b#c.md',
      '契約書.txt',
      `${'n'.repeat(252)}.md`,
      `${'契'.repeat(84)}.md`,
    ];
    const { path: wiki } = await fixture.datasource(Object.fromEntries(names.map((name) => [name, name])));
    assert.deepEqual(await contents(wiki), Object.fromEntries(names.map((name) => [name, name])));
  });

  it('can have 200 levels of subfolders', async () => {
    const { path: wiki } = await fixture.datasource({ [`${'d/'.repeat(200)}bottom.md`]: 'bottom' });
    assert.deepEqual(await contents(wiki), { 'bottom.md': 'bottom' });
  });

  it('can contain a path that is too long: the sync reports the path and collects all other files', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'z/b.md': 'two' });
    try {
      makeDeeper(origin, 'd'.repeat(200), 24);
      await putFiles(origin, { 'm.md': 'new' });
      await syncNow(wiki);
      const node = await fixture.caller.node(wiki);
      assert.equal(node['sync_status'], 'synced');
      assert.deepEqual(await fixture.caller.names(wiki), ['a.md', 'b.md', 'm.md']);
      assert.match(
        String(node['sync_message']),
        /^An entry .* \(ENAMETOOLONG\)\. Everything else was collected/,
      );
      assert.ok(String(node['sync_message']).length <= 500);
      const logged = lines.filter((line) => line.includes('ENAMETOOLONG'));
      assert.equal(logged.length, 2, logged.join('\n'));
      assert.ok(logged.every((line) => line.length <= 500));
    } finally {
      // Node's `rm` cannot delete a path that exceeds the maximum length.
      execFileSync('rm', ['-rf', origin]);
    }
  });

  it('can contain pipes, sockets and links to other places: the sync skips each entry and logs the reason', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'sub/b.md': 'two' });
    execFileSync('mkfifo', [path.join(origin, 'pipe')]);
    const server = createServer().listen(path.join(origin, 'socket'));
    const links: Record<string, string> = {
      'to-folder': 'sub',
      'to-origin': '.',
      'sub/to-above': '..',
      'to-pipe': 'pipe',
      'to-socket': 'socket',
      'to-nowhere': 'nothing',
      'to-outside': '/etc/hosts',
      'to-device': '/dev/null',
      'to-loop': 'to-loop',
    };
    try {
      for (const [name, target] of Object.entries(links)) await symlink(target, path.join(origin, name));
      await syncNow(wiki);
    } finally {
      server.close();
    }
    const reasons = (await log(wiki))
      .filter(({ type }) => type === 'Error')
      .map((item) => [item['origin_path'], `${String(item['action'])}: ${String(item['error'])}`]);
    assert.deepEqual(Object.fromEntries(reasons), {
      pipe: 'refused: a pipe',
      socket: 'refused: a socket',
      'to-folder': 'refused: a link to a folder',
      'to-origin': 'refused: a link to a folder',
      'sub/to-above': 'refused: a link to a folder',
      'to-pipe': 'refused: a link to a pipe',
      'to-socket': 'refused: a link to a socket',
      'to-nowhere': 'refused: a link to nowhere',
      'to-outside': 'refused: a link out of the origin',
      'to-device': 'refused: a link out of the origin',
      'to-loop': 'unreadable: ELOOP',
    });
    assert.deepEqual(await fixture.caller.names(wiki), ['a.md', 'b.md']);
  });

  it('can change during a sync: only the files that stay unchanged become Resources', async () => {
    const origin = await fixture.folders.make(numberedFiles(5));
    const { path: parent } = fixture.sandbox.addWorkspace('Slow');
    const { path: slow } = fixture.sandbox.addDatasource({
      ...{ parent, title: 'Slow', type: 'slack', origin, paceMs: 1000 },
    });
    const collected = async (): Promise<number> => Number((await fixture.caller.node(slow))['doc_count']);
    // The sync has already checked all five files, because it checks a whole group of files in advance.
    await eventually(async () => (await collected()) === 1 && fixture.clock.pending > 0);
    const [, second = '', third = '', fourth = ''] = Object.keys(numberedFiles(5));
    await rm(path.join(origin, second));
    await rm(path.join(origin, third));
    await mkdir(path.join(origin, third));
    await rename(path.join(origin, fourth), path.join(origin, 'renamed.md'));
    await symlink('renamed.md', path.join(origin, fourth));
    await eventually(async () => {
      fixture.clock.advanceSync(1000);
      return (await fixture.caller.status(slow)) === 'synced';
    });
    assert.deepEqual(await fixture.caller.names(slow), ['page-00000.md', 'page-00004.md']);
    assert.ok((await log(slow)).every(({ action }) => action === 'added'));
  });

  it('can contain many pipes: the log lists the first 50 and the total number', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one' });
    execFileSync(
      'mkfifo',
      Array.from({ length: 80 }, (_, index) => path.join(origin, `pipe-${index}`)),
    );
    await syncNow(wiki);
    assert.equal(lines.filter((line) => line.startsWith('not collected: ')).length, 51);
    assert.ok(lines.includes('not collected: 80 in all, see the collection log'));
  });
});
