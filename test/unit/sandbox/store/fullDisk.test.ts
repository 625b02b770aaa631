import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SandboxLogin } from '../support/wire.ts';
import { eventually } from '../support/fixture.ts';
import { TemporaryFolders } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';

const cli = fileURLToPath(new URL('../../../../src/sandbox/cli/cli.ts', import.meta.url));
const mebibyte = 1024 * 1024;

/**
 * Shell script. Mounts a 48 MiB tmpfs at `$1`, writes a 20 MiB file to it, and then runs the command in the other
 * arguments.
 */
const onSmallDisk = `
  mount -t tmpfs -o size=48m tmpfs "$1" && head -c 20971520 /dev/zero > "$1/ballast" && shift && exec "$@"`;

function canMount(folder: string): boolean {
  const { status } = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', folder]);
  return status === 0;
}

describe('A sandbox whose disk is full', function () {
  this.timeout(60_000);
  const folders = new TemporaryFolders();
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await folders.removeAll();
  });

  it('reports the full disk, keeps responding, loses no data, and continues once space is free again', async function () {
    const disk = await folders.make();
    // Mounting needs user namespaces. Only Linux has them, and some systems forbid them.
    if (!canMount(disk)) this.skip();
    const large = randomBytes(20 * mebibyte);
    const origin = await folders.make({
      'a-small.txt': 'some words',
      'large.bin': large,
      'z-last.txt': 'last words',
    });
    const data = path.join(disk, 'data');
    const options = [
      '--json',
      '--time-scale',
      '2000',
      '--data',
      data,
      '--origin',
      `Notes=${origin}:gdrive:auto`,
    ];
    const started = spawn(
      'unshare',
      ['-rm', 'sh', '-ec', onSmallDisk, 'sh', disk, process.execPath, cli, ...options],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    const logged: string[] = [];
    createInterface({ input: started.stderr }).on('line', (line) => logged.push(line));
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    const caller = await Caller.signedIn(JSON.parse(line) as SandboxLogin);
    const notes = async (): Promise<Record<string, unknown>> =>
      (await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_')).updates[0] ??
      {};

    // Reads the status and the message from the same response, because a retry clears both.
    let failed: Record<string, unknown> = {};
    await eventually(async () => {
      failed = await notes();
      return failed['sync_status'] === 'failed';
    });
    assert.match(String(failed['sync_message']), /^The disk is full/);
    const at = new URL(String((await notes())['@id'])).pathname.replace(/^\/api\/[^/]+\/[^/]+/, '');
    for (const small of await caller.children(at))
      assert.equal((await caller.call(`${small}/@download/file`)).status, 200);
    const everything = { advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] } };
    await caller.search('', everything);

    // This process reaches the sandbox's private disk through `/proc`.
    const seen = `/proc/${started.pid ?? 0}/root${disk}`;
    await rm(`${seen}/ballast`);
    await eventually(async () => (await notes())['sync_status'] === 'synced');
    assert.deepEqual(await caller.names(at), ['a-small.txt', 'large.bin', 'z-last.txt']);
    await eventually(async () => (await caller.search('', everything)).items_count === 3);
    for (const resource of await caller.children(at)) {
      const fields = (await caller.node(resource))['onna.canonical.behaviors.metadata.IMetadata'];
      const isLarge = resource.endsWith('large.bin');
      const note = isLarge ? 'No Text Content' : null;
      assert.equal((fields as Record<string, unknown>)['processing_exception'], note);
      const { headers } = await caller.call(`${resource}/@download/file`);
      if (isLarge) assert.equal(headers['content-length'], String(large.length));
    }

    // Simulates another program that fills the disk.
    await assert.rejects(writeFile(`${seen}/ballast`, Buffer.alloc(48 * mebibyte)), { code: 'ENOSPC' });
    await writeFile(path.join(origin, 'later.txt'), 'later words');
    const isLoggedAgain = (): boolean =>
      logged.slice(linesBefore).some((text) => text.includes('The disk is full'));
    const linesBefore = logged.length;
    await eventually(isLoggedAgain);
    assert.deepEqual(await caller.names(at), ['a-small.txt', 'large.bin', 'z-last.txt']);
    await rm(`${seen}/ballast`);
    await eventually(async () => (await caller.search('', everything)).items_count === 4);
    const all = logged.join('\n');
    assert.match(all, /Notes: failed, The disk is full/);
    assert.doesNotMatch(all, /rollback|unexpectedly|Download Error|Unhandled/i);
    started.kill('SIGTERM');
    const [code] = (await once(started, 'exit')) as [number];
    assert.equal(code, 0);
  });
});
