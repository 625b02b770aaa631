import assert from 'node:assert/strict';
import { appendFile, chmod, open, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { FolderRefused } from '../../../../src/model/upload/folderRefused.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { UploadWorld, md5 } from './uploadWorld.ts';

describe('An upload into a folder Datasource', () => {
  let world: UploadWorld;
  beforeEach(async () => {
    world = await UploadWorld.start();
  });
  afterEach(() => world.stop());

  it('keeps the folders, the names and the content of each file', async () => {
    const long = `${'n'.repeat(251)}.txt`;
    const files: Record<string, string> = {
      'Tides & currents/ebb.txt': 'ebb tide',
      'Tides & currents/Flut/höhe.txt': 'flood tide',
      'Tides & currents/empty.txt': '',
      'Tides & currents/con': 'a device name of Windows',
      'Tides & currents/a?b*c.txt': 'characters that Windows forbids',
      'Tides & currents/Case.txt': 'upper',
      'Tides & currents/case.txt': 'lower',
      [`Tides & currents/${long}`]: 'long',
    };
    const root = await world.folders.make(files);
    const { outcomes, unverified, stopped } = await world.upload([path.join(root, 'Tides & currents')]);
    assert.deepEqual([outcomes.length, unverified, stopped], [8, 0, undefined]);
    assert.deepEqual(
      outcomes.filter(({ error }) => error),
      [],
    );
    const expected = Object.entries(files).map(([name, content]) => `${name} ${md5(content)}`);
    assert.deepEqual(await world.stored(), expected.sort());
    assert.equal((await world.caller.node(world.path))['sync_status'], 'synced');
  });

  it('uploads a file of several parts, and replaces it when it is uploaded again', async () => {
    const content = Buffer.alloc(9 * 1024 * 1024, 'harbour ');
    const root = await world.folders.make({ 'large.bin': content });
    const file = path.join(root, 'large.bin');
    assert.deepEqual((await world.upload([file])).outcomes[0]?.error, undefined);
    assert.deepEqual(await world.stored(), [`/large.bin ${md5(content)}`]);
    await appendFile(file, 'more');
    await world.upload([file]);
    assert.deepEqual(await world.stored(), [
      `/large.bin ${md5(Buffer.concat([content, Buffer.from('more')]))}`,
    ]);
  });

  it('reports a file that has disappeared, and uploads all others', async () => {
    const root = await world.folders.make({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    await rename(path.join(root, 'b.txt'), path.join(root, 'gone.txt'));
    const signal = new AbortController().signal;
    // Lists the files before one of them disappears.
    const { files } = await collectFiles([root], signal);
    await rename(path.join(root, 'gone.txt'), path.join(root, 'elsewhere'));
    const items = files.map((file, index) => ({ file, name: file.name, replaces: undefined, index }));
    const { client } = world.account;
    const run = new UploadRun({ client, path: world.path, signal, record: undefined });
    const { outcomes } = await run.run(items);
    const failed = outcomes.filter(({ error }) => error);
    assert.deepEqual(
      failed.map(({ item, error }) => [item.name, (error as NodeJS.ErrnoException).code]),
      [['gone.txt', 'ENOENT']],
    );
    assert.equal((await world.stored()).length, 2);
  });

  it('fails for a file that grows or shrinks during the upload', async () => {
    const root = await world.folders.make({});
    for (const [name, change] of [
      ['grows.bin', (file: string) => appendFile(file, 'x')],
      ['shrinks.bin', (file: string) => truncate(file, 10)],
    ] as const) {
      const file = path.join(root, name);
      await writeFile(file, Buffer.alloc(9 * 1024 * 1024));
      let changed: Promise<void> | undefined;
      const { outcomes } = await world.upload([file], {
        report: () => {
          changed ??= change(file);
        },
      });
      assert.equal(outcomes[0]?.error?.name, 'FileChanged');
      await changed;
    }
    // A growing file is stored as it was when the upload began. A shortened file is never stored.
    assert.deepEqual(
      (await world.stored()).map((line) => line.split(' ')[0]),
      ['/grows.bin'],
    );
  });

  it('reports all files below a folder that the service refuses to create, after a single request', async () => {
    const { path: wiki } = world.sandbox.addDatasource({
      parent: '/workspaces/legal',
      ...{ title: 'Wiki', id: 'wiki', type: 'confluence' },
    });
    const root = await world.folders.make({ 'docs/a.txt': 'a', 'docs/b.txt': 'b', 'docs/in/c.txt': 'c' });
    const { signal } = new AbortController();
    const { files } = await collectFiles([path.join(root, 'docs')], signal);
    const run = new UploadRun({ client: world.account.client, path: wiki, signal, record: undefined });
    const { outcomes, stopped } = await run.run(
      files.map((file, index) => ({ file, name: file.name, replaces: undefined, index })),
    );
    assert.equal(stopped, undefined);
    assert.deepEqual(
      outcomes.map(({ error }) => error instanceof FolderRefused && error.folder),
      ['docs', 'docs', 'docs'],
    );
    const sent = world.sandbox.requests().filter(({ method }) => method === 'POST');
    assert.equal(sent.filter((request) => request.path.endsWith('/wiki')).length, 1);
  });

  it('stops when the user loses the permission, and sends no more files', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `${index}`]));
    const root = await world.folders.make(files);
    const { login, password } = await world.sandbox.addUser({
      login: 'ed@sandbox.test',
      role: 'guillotina.Editor',
      at: world.path,
    });
    const account = await SandboxAccount.signedIn(world.sandbox, login, password);
    let revoked: Promise<unknown> | undefined;
    const prinrole = [{ principal: login, role: 'guillotina.Editor', setting: 'Unset' }];
    const { outcomes, stopped } = await world.upload([root], {
      account,
      report: () => {
        revoked ??= world.caller.post(`${world.path}/@sharing`, { prinrole });
      },
    });
    await revoked;
    await account.close();
    assert.ok(isOnnaError(stopped, 'noPermission'));
    assert.ok(outcomes.length < 40, String(outcomes.length));
    const done = outcomes.filter(({ error }) => error === undefined).length;
    assert.equal((await world.stored()).length, done);
  });

  it('needs less than 200 MiB of memory for a file of 320 MiB', async function () {
    this.timeout(120_000);
    const root = await world.folders.make({});
    const file = path.join(root, 'sparse.bin');
    await writeFile(file, '');
    await truncate(file, 320 * 1024 * 1024);
    global.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const { outcomes } = await world.upload([file], {
      report: () => (peak = Math.max(peak, process.memoryUsage().rss)),
    });
    assert.equal(outcomes[0]?.error, undefined);
    const growth = Math.round((peak - before) / 1024 / 1024);
    // This includes the memory of the sandbox, which runs in the same process.
    assert.ok(growth < 200, `the memory grew by ${growth} MiB`);
  });

  it('reports a file that it may not read', async function () {
    const root = await world.folders.make({ 'secret.txt': 'x', 'open.txt': 'y' });
    await chmod(path.join(root, 'secret.txt'), 0);
    const canRead = await open(path.join(root, 'secret.txt')).then(
      (handle) => handle.close().then(() => true),
      () => false,
    );
    // The superuser may read everything.
    if (canRead) this.skip();
    const { outcomes } = await world.upload([root]);
    assert.deepEqual(
      outcomes.filter(({ error }) => error).map(({ item }) => item.name),
      ['secret.txt'],
    );
  });
});
