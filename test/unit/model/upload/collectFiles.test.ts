import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { shownName } from '../../../../src/model/upload/localFile.ts';
import { TemporaryFolders } from '../../sandbox/support/temporaryFolders.ts';

describe('collectFiles', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.removeAll());
  const { signal } = new AbortController();

  it('writes names in the composed form that other systems use, and opens the file as it is stored', async () => {
    const name = 'Größe'.normalize('NFD');
    const root = await folders.make({ [`${name}/${name}.txt`]: 'a' });
    const { files } = await collectFiles([path.join(root, name)], signal);
    assert.deepEqual(
      files.map((file) => [file.folder, file.name]),
      [[['Größe'.normalize('NFC')], 'Größe.txt'.normalize('NFC')]],
    );
    const opened = await files[0]?.open();
    assert.equal(opened?.size, 1);
    await opened.close();
  });

  it('takes the last name of a Windows path', () => {
    assert.equal(shownName(String.raw`C:\plans\2026.md`, path.win32), '2026.md');
    assert.equal(shownName(String.raw`\\server\share\plans`, path.win32), 'plans');
    assert.equal(shownName('C:\\', path.win32), '');
  });

  it('finds the files in all folders, and follows all links except those that form a loop', async () => {
    const root = await folders.make({ 'top/a.txt': 'a', 'top/inner/b.txt': 'b', 'c.txt': 'c' });
    await symlink('..', path.join(root, 'top/inner/up'));
    await symlink('../c.txt', path.join(root, 'top/link.txt'));
    await symlink('nowhere', path.join(root, 'top/broken'));
    await symlink('self', path.join(root, 'top/self'));
    const { files, leftOut } = await collectFiles([path.join(root, 'top'), path.join(root, 'c.txt')], signal);
    assert.deepEqual(
      files.map(({ folder, name }) => [...folder, name].join('/')),
      ['top/a.txt', 'top/inner/b.txt', 'top/link.txt', 'c.txt'],
    );
    assert.deepEqual(
      leftOut.map(({ path: at, reason }) => [path.relative(root, at), reason]),
      [
        ['top/broken', 'special'],
        ['top/inner/up', 'loop'],
        ['top/self', 'loop'],
      ],
    );
  });

  it('omits pipes and missing files, and returns the reasons', async function () {
    const root = await folders.make({});
    await mkdir(path.join(root, 'in'));
    if (spawnSync('mkfifo', [path.join(root, 'in/pipe')]).status !== 0) this.skip();
    const { files, leftOut } = await collectFiles([path.join(root, 'in'), path.join(root, 'gone')], signal);
    assert.deepEqual(files, []);
    assert.equal(leftOut[0]?.reason, 'special');
    assert.equal((leftOut[1]?.reason as NodeJS.ErrnoException).code, 'ENOENT');
  });
});
