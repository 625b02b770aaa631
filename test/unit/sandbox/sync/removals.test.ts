import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, rename, rm, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UnreadableEntries } from '../../../../src/sandbox/sync/unreadable.ts';
import { Fixture } from '../support/fixture.ts';
import { downgrade, olderVersions, schemaOf } from '../support/olderSchema.ts';
import { numberedFiles, putFiles } from '../support/temporaryFolders.ts';
import { asNobody } from '../support/unprivileged.ts';

const halfHourMs = 30 * 60_000;
const run = promisify(execFile);

describe('A sync that mirrors deletions (type `auto`)', () => {
  const fixture = new Fixture();
  let dataFolder: string;
  beforeEach(async () => {
    dataFolder = await fixture.folders.make();
    await fixture.start({ dataFolder });
  });
  afterEach(() => fixture.stop());

  async function syncNow(at: string): Promise<void> {
    assert.equal((await fixture.caller.call(`${at}/@sendToSpyder?force=true`)).status, 200);
    await fixture.sandbox.settled();
  }
  async function nextCycle(): Promise<void> {
    fixture.clock.advanceSync(halfHourMs);
    await fixture.sandbox.settled();
  }
  async function statusAndCount(at: string): Promise<unknown[]> {
    const { sync_status: status, doc_count: count } = await fixture.caller.node(at);
    return [status, count];
  }
  async function message(at: string): Promise<string> {
    return String((await fixture.caller.node(at))['sync_message']);
  }
  async function removeFiles(origin: string, from: number, to: number): Promise<void> {
    for (const name of Object.keys(numberedFiles(to)).slice(from)) await unlink(path.join(origin, name));
  }

  for (const [mode, what] of [
    [0o444, 'searched'],
    [0o000, 'read'],
  ] as const)
    it(`fails and names the folder if a folder cannot be ${what}, and succeeds once the folder is accessible again`, async function () {
      if (process.platform === 'win32') this.skip();
      const { path: wiki, origin } = await fixture.datasource({
        'a.md': 'one',
        'gone.md': 'two',
        'locked/b.md': 'three',
        'locked/deep/c.md': 'four',
      });
      await rm(path.join(origin, 'gone.md'));
      await putFiles(origin, { 'new.md': 'five' });
      await chmod(path.join(origin, 'locked'), mode);
      await asNobody([origin, dataFolder], () => syncNow(wiki));
      assert.deepEqual(await statusAndCount(wiki), ['failed', 5]);
      assert.match(
        await message(wiki),
        /^An entry of the origin could not be read: \/locked \(EACCES\)\. 2 of the Resources may still be there, so nothing was removed\./,
      );
      await chmod(path.join(origin, 'locked'), 0o755);
      await asNobody([origin, dataFolder], () => nextCycle());
      assert.deepEqual(await statusAndCount(wiki), ['synced', 4]);
      assert.equal((await fixture.caller.node(wiki))['sync_message'], null);
    });

  it('removes deleted files, and shows a warning about a folder that was never readable', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    await mkdir(path.join(origin, 'lost+found'), { mode: 0o000 });
    await rm(path.join(origin, 'b.md'));
    await asNobody([origin, dataFolder], () => syncNow(wiki));
    assert.deepEqual(await statusAndCount(wiki), ['synced', 1]);
    assert.match(await message(wiki), /could not be read: \/lost\+found \(EACCES\)\. Everything else was/);
    const { items } = await fixture.caller.json<{ items: Record<string, unknown>[] }>(
      `${wiki}/@getAuditLogSpyder`,
    );
    assert.deepEqual(
      items.filter(({ error }) => error === 'EACCES').map((item) => [item['action'], item['origin_path']]),
      [['unreadable', 'lost+found']],
    );
  });

  it('fails and removes nothing if a file was replaced by a symbolic link to itself', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    await rm(path.join(origin, 'b.md'));
    await symlink('b.md', path.join(origin, 'b.md'));
    await syncNow(wiki);
    assert.deepEqual(await statusAndCount(wiki), ['failed', 2]);
    assert.match(await message(wiki), /\/b\.md \(ELOOP\)/);
  });

  it('removes nothing if an empty folder has replaced the origin folder, as after an unmount', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    await rename(origin, `${origin}-disk`);
    await mkdir(origin);
    await nextCycle();
    assert.deepEqual(await statusAndCount(wiki), ['error', 2]);
    assert.match(
      await message(wiki),
      /not the same folder or disk as .* 2 of 2 Resources .* Sync Now removes the Resources/,
    );
    await rm(origin, { recursive: true });
    await rename(`${origin}-disk`, origin);
    await syncNow(wiki);
    assert.deepEqual(await statusAndCount(wiki), ['synced', 2]);
  });

  it('continues if a copy with the same files has replaced the origin folder', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
    await rename(origin, `${origin}-old`);
    await cp(`${origin}-old`, origin, { recursive: true, preserveTimestamps: true });
    await rm(`${origin}-old`, { recursive: true });
    await nextCycle();
    assert.deepEqual(await statusAndCount(wiki), ['synced', 2]);
    await rm(path.join(origin, 'a.md'));
    await nextCycle();
    assert.deepEqual(await statusAndCount(wiki), ['synced', 1]);
  });

  for (const [files, gone, stops] of [
    [50, 26, true],
    [50, 25, false],
    [20, 20, false],
    [21, 21, true],
  ] as const)
    it(`${stops ? 'waits for' : 'needs no'} confirmation when ${gone} of ${files} files were deleted`, async () => {
      const { path: wiki, origin } = await fixture.datasource(numberedFiles(files));
      await removeFiles(origin, files - gone, files);
      await nextCycle();
      assert.deepEqual(await statusAndCount(wiki), stops ? ['error', files] : ['synced', files - gone]);
      if (!stops) return;
      assert.match(
        await message(wiki),
        new RegExp(`^${gone} of ${files} Resources are no longer in the origin\\. Nothing was removed\\.`),
      );
      await nextCycle();
      assert.deepEqual(
        await statusAndCount(wiki),
        ['error', files],
        'no automatic run removes the Resources',
      );
      await syncNow(wiki);
      assert.deepEqual(await statusAndCount(wiki), ['synced', files - gone]);
    });

  it('removes Resources only after a confirmation, and no more Resources than the user confirmed', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(70));
    await removeFiles(origin, 30, 70);
    await syncNow(wiki);
    assert.deepEqual(
      await statusAndCount(wiki),
      ['error', 70],
      'the first sync only requests a confirmation',
    );
    await removeFiles(origin, 0, 30);
    await syncNow(wiki);
    assert.deepEqual(await statusAndCount(wiki), ['error', 70], 'the user has confirmed only 40 removals');
    assert.match(await message(wiki), /^70 of 70 /);
    await syncNow(wiki);
    assert.deepEqual(await statusAndCount(wiki), ['synced', 0]);
    await putFiles(origin, numberedFiles(30));
    await nextCycle();
    await removeFiles(origin, 0, 30);
    await nextCycle();
    assert.deepEqual(await statusAndCount(wiki), ['error', 30], 'a confirmation is valid only once');
  });

  it('removes no Resources if the Datasource has no origin folder', async () => {
    const { path: slips } = await generateResources(fixture.sandbox, 3);
    assert.equal((await fixture.caller.patch(slips, { type_sync: 'auto' })).status, 204);
    await fixture.sandbox.setStatus(slips, 'synced');
    await syncNow(slips);
    assert.deepEqual(await statusAndCount(slips), ['synced', 3]);
  });

  for (const version of olderVersions)
    it(`works with a data folder from an older version of the sandbox (schema ${version})`, async () => {
      const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
      const current = schemaOf(fixture.sandbox.stores.database);
      await fixture.sandbox.close();
      downgrade(path.join(dataFolder, 'sandbox.sqlite'), version);
      await fixture.start({ dataFolder });
      assert.deepEqual(schemaOf(fixture.sandbox.stores.database), current);
      await rm(path.join(origin, 'b.md'));
      await syncNow(wiki);
      assert.deepEqual(await statusAndCount(wiki), ['synced', 1]);
    });

  it('removes no Resources in a subfolder whose disk was unmounted', async function () {
    // The default timeout may be too short for the process that this test starts.
    this.timeout(60_000);
    const script = fileURLToPath(new URL('../support/unmountedDisk.ts', import.meta.url));
    const inNamespace = ['-rm', '--', process.execPath, script];
    // Only Linux has user namespaces, and some systems forbid them.
    if (!(await run('unshare', ['-rm', 'true']).catch(() => undefined))) this.skip();
    const { stdout } = await run('unshare', inNamespace);
    const [mounted, unmounted, remounted] = JSON.parse(stdout) as [unknown[], unknown[], unknown[]];
    assert.deepEqual(mounted, ['synced', 3, null]);
    assert.deepEqual(unmounted.slice(0, 2), ['error', 3]);
    assert.match(String(unmounted[2]), /^The folder \/disk of the origin is not the same folder or disk as/);
    assert.deepEqual(remounted, ['synced', 3, null]);
  });
});

describe('The list of unreadable entries of an origin folder', () => {
  it('makes a sync fail on an error that may be temporary, even if the unreadable folder has no Resources', () => {
    const entries = new UnreadableEntries();
    entries.add('lost+found', 'EACCES', 0);
    entries.throwIfUnsure();
    entries.add('disk', 'EIO', 0);
    assert.throws(() => {
      entries.throwIfUnsure();
    }, /^OriginUnreadable: 2 entries of the origin could not be read, such as \/lost\+found \(EACCES\)\. Nothing was/);
  });
});
