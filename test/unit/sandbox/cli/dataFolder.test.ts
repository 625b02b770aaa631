import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../../../src/sandbox/sandbox.ts';
import { TemporaryFolders } from '../support/temporaryFolders.ts';
import { asNobody } from '../support/unprivileged.ts';

const cli = fileURLToPath(new URL('../../../../src/sandbox/cli/cli.ts', import.meta.url));

/** Shell scripts that run the command in the other arguments after mounting a disk at `$1`. */
const onFullDisk = `
  mount -t tmpfs -o size=1m tmpfs "$1" || exit 9
  head -c 2097152 /dev/zero > "$1/ballast" 2>/dev/null
  shift && exec "$@"`;
const onReadOnlyDisk = 'mount -t tmpfs -o ro tmpfs "$1" || exit 9; shift && exec "$@"';

function canMount(folder: string): boolean {
  return spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', folder]).status === 0;
}

describe('The option --data of the sandbox command', function () {
  this.timeout(30_000);
  const folders = new TemporaryFolders();
  afterEach(() => folders.removeAll());

  /** Runs a command that must fail. @returns its error output */
  async function failing(command: string, args: readonly string[]): Promise<string> {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = new Promise((resolve) => child.once('close', resolve));
    const text = (await child.stderr.toArray()).join('');
    assert.equal(await exited, 1, text);
    return text;
  }
  function refused(data: string): Promise<string> {
    return failing(process.execPath, [cli, '--data', data]);
  }
  async function refusedOnDisk(script: string): Promise<[disk: string, text: string]> {
    const disk = await folders.make();
    const command = [process.execPath, cli, '--data', path.join(disk, 'data')];
    return [disk, await failing('unshare', ['-rm', 'sh', '-c', script, 'sh', disk, ...command])];
  }
  function sentence(data: string, reason: string): string {
    return `The sandbox could not be started: The data folder ${data} can’t be used: ${reason}\n`;
  }

  it('is refused at once with one sentence, if the path is a file or leads through a file', async () => {
    const folder = await folders.make({ 'notes.md': 'text' });
    const file = path.join(folder, 'notes.md');
    assert.equal(await refused(file), sentence(file, 'it is a file. Use another folder.'));
    const below = path.join(file, 'data');
    assert.equal(await refused(below), sentence(below, 'a part of its path is a file. Use another folder.'));
  });

  it('is refused if it is empty, with the exit code of a wrong command line', () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, '--data', ''], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /^--data does not name a folder\n/);
  });

  it('is refused if the path is a loop of links', async () => {
    const folder = await folders.make();
    const loop = path.join(folder, 'loop');
    await symlink(loop, loop);
    assert.equal(
      await refused(path.join(loop, 'data')),
      sentence(path.join(loop, 'data'), 'its path contains a loop of links. Use another folder.'),
    );
  });

  it('is refused if the disk is full or read-only', async function () {
    // Mounting needs user namespaces. Only Linux has them, and some systems forbid them.
    if (!canMount(await folders.make())) this.skip();
    const [full, fullText] = await refusedOnDisk(onFullDisk);
    const [readOnly, readOnlyText] = await refusedOnDisk(onReadOnlyDisk);
    assert.equal(
      fullText,
      sentence(path.join(full, 'data'), 'its disk is full. Make room, or use another folder.'),
    );
    assert.equal(
      readOnlyText,
      sentence(path.join(readOnly, 'data'), 'its disk is read-only. Use another folder.'),
    );
  });

  it('is refused if the user may not write to the folder, or may not create it', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = await folders.make();
    await chmod(folder, 0o555);
    for (const data of [folder, path.join(folder, 'data')]) {
      await asNobody([folder], async () => {
        await chmod(folder, 0o555).catch(() => undefined);
        await assert.rejects(startSandbox({ dataFolder: data, passwordCost: 16 }), {
          name: 'DataFolderUnusable',
          message: `The data folder ${data} can’t be used: this user may not write to it. Change its permissions, or use another folder.`,
        });
      });
    }
    assert.equal(existsSync(path.join(folder, 'data')), false);
  });

  it('is refused if its database is read-only, and works again when the database is writable', async function () {
    if (process.platform === 'win32') this.skip();
    const data = await folders.make();
    const file = path.join(data, 'sandbox.sqlite');
    const start = async (): Promise<void> =>
      (await startSandbox({ dataFolder: data, passwordCost: 16 })).close();
    await start();
    await chmod(file, 0o444);
    await chmod(data, 0o777);
    await chmod(path.join(data, '.onna-sandbox-data'), 0o666);
    await asNobody([], async () => {
      await assert.rejects(start(), {
        message: `${file} can’t be locked, because it is read-only or its disk has no locks. Make it writable, or use another data folder.`,
      });
    });
    await chmod(file, 0o644);
    await start();
  });

  it('is refused if its database is another file or a folder', async () => {
    const other = await folders.make({
      'sandbox.sqlite': 'no database, but a text of a person\n'.repeat(50),
    });
    const otherFile = path.join(other, 'sandbox.sqlite');
    assert.equal(
      await refused(other),
      `The sandbox could not be started: ${otherFile} is not a file of the sandbox. Move it away, or use another data folder.\n`,
    );
    const folder = await folders.make();
    await mkdir(path.join(folder, 'sandbox.sqlite'));
    assert.equal(
      await refused(folder),
      `The sandbox could not be started: ${path.join(folder, 'sandbox.sqlite')} can’t be opened. Check its permissions, or use another data folder.\n`,
    );
  });
});
