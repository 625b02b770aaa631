import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { numberedFiles } from '../../sandbox/support/temporaryFolders.ts';
import type { TransferResult, TransferTask } from './transferProcess.ts';

const transferProcess = fileURLToPath(new URL('./transferProcess.ts', import.meta.url));
const mebibyte = 1024 * 1024;

/** Shell script. Mounts a 48 MiB tmpfs at `$1`, fills it up to `$2` bytes, and runs the command in the other arguments. */
const onSmallDisk = `
  mount -t tmpfs -o size=48m tmpfs "$1" && head -c $((50331648 - $2)) /dev/zero > "$1/ballast" && shift 2 && exec "$@"`;

describe('A disk that becomes full during a transfer', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  let child: ChildProcess | undefined;
  let disk: string;
  beforeEach(async function () {
    await fixture.start();
    disk = await fixture.folders.make();
    // Mounting needs user namespaces. Only Linux has them, and some systems forbid them.
    if (spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', disk]).status !== 0) this.skip();
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await fixture.stop();
  });

  /**
   * Runs a transfer twice on a disk with `freeBytes` free bytes. Deletes the other files of the disk in between.
   * @param check Called after each run with the result and the folder
   */
  async function runTwice(
    task: Pick<TransferTask, 'kind' | 'source'> & { readonly name: string },
    freeBytes: number,
    check: (result: TransferResult, folder: string, isFirst: boolean) => Promise<void>,
  ): Promise<void> {
    const { baseUrl, container, account, user, password } = fixture.sandbox;
    const login = { baseUrl, container, account, user, password };
    const argument = JSON.stringify({ ...task, target: path.join(disk, task.name), login });
    const shell = ['-rm', 'sh', '-ec', onSmallDisk, 'sh', disk, String(freeBytes)];
    const command = [...shell, process.execPath, transferProcess, argument];
    const started = spawn('unshare', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    child = started;
    const lines = createInterface({ input: started.stdout });
    const seen = `/proc/${started.pid ?? 0}/root${disk}`;
    for (const isFirst of [true, false]) {
      const [line] = (await once(lines, 'line')) as [string];
      await check(JSON.parse(line) as TransferResult, seen, isFirst);
      if (!isFirst) continue;
      await rm(path.join(seen, 'ballast'));
      started.stdin.write('again\n');
    }
    started.stdin.end();
    await once(started, 'exit');
  }

  it('stops the download of a Datasource, which keeps the complete files and continues once there is free space', async () => {
    const files: Record<string, string | Uint8Array> = numberedFiles(20);
    for (let index = 0; index < 10; index++) files[`page-0001${index}a.bin`] = randomBytes(2 * mebibyte);
    const { path: wiki, origin } = await fixture.datasource(files);
    let bytesOfFirst = 0;
    const task = { kind: 'datasource', source: wiki, name: 'wiki' } as const;
    await runTwice(task, 7 * mebibyte, async ({ failure, totals }, seen, isFirst) => {
      assert.equal(failure, isFirst ? 'ENOSPC' : undefined);
      const folder = path.join(seen, 'wiki');
      const names = (await readdir(folder)).filter((name) => name !== '.onna-download');
      for (const name of names)
        assert.deepEqual(await readFile(path.join(folder, name)), await readFile(path.join(origin, name)));
      if (isFirst) {
        assert.ok(names.length > 0 && names.length < Object.keys(files).length);
        // The download stops at the first failure, instead of trying each of the other files.
        assert.ok((totals?.failed ?? 0) <= 3, String(totals?.failed));
        bytesOfFirst = totals?.bytes ?? 0;
        return;
      }
      assert.deepEqual((await readdir(folder)).sort(), (await readdir(origin)).sort());
      const all = 20 * mebibyte + 20 * 20;
      assert.ok(
        (totals?.bytes ?? 0) + bytesOfFirst < all + 6 * mebibyte,
        'most bytes are received only once',
      );
    });
  });

  it('makes a file download and an export of hits fail without a partial file, but succeed when repeated', async () => {
    const content = randomBytes(8 * mebibyte);
    const { path: wiki } = await fixture.datasource({ 'large.bin': content });
    const [source = ''] = await fixture.caller.children(wiki);
    const file = {
      kind: 'file',
      source: source.slice(source.indexOf('/workspaces')),
      name: 'large.bin',
    } as const;
    await runTwice(file, 3 * mebibyte, async ({ failure }, seen, isFirst) => {
      assert.equal(failure, isFirst ? 'ENOSPC' : undefined);
      assert.deepEqual(await readdir(seen), [isFirst ? 'ballast' : 'large.bin']);
      if (!isFirst) assert.deepEqual(await readFile(path.join(seen, 'large.bin')), content);
    });
    await generateResources(fixture.sandbox, 5_000);
    const hits = { kind: 'export', source: '', name: 'hits.jsonl' } as const;
    await runTwice(hits, mebibyte / 2, async ({ failure }, seen, isFirst) => {
      assert.equal(failure, isFirst ? 'ENOSPC' : undefined);
      assert.deepEqual(await readdir(seen), [isFirst ? 'ballast' : 'hits.jsonl']);
      if (isFirst) return;
      const lines = (await readFile(path.join(seen, 'hits.jsonl'), 'utf8')).trimEnd().split('\n');
      assert.equal(lines.length, 5_001);
    });
  });
});
