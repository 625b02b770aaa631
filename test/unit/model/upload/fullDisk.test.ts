import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../../src/base/clock.ts';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { resumedItems } from '../../../../src/model/upload/resumedItems.ts';
import { UnfinishedUploads } from '../../../../src/model/upload/unfinishedUploads.ts';
import { UploadRun, readStored } from '../../../../src/model/upload/uploadRun.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';
import { TemporaryFolders } from '../../sandbox/support/temporaryFolders.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

const cli = fileURLToPath(new URL('../../../../src/sandbox/cli/cli.ts', import.meta.url));
const mebibyte = 1024 * 1024;

/** Shell script. Mounts an 80 MiB tmpfs at `$1`, fills 60 MiB of it, and runs the command in the other arguments. */
const onSmallDisk = `
  mount -t tmpfs -o size=80m tmpfs "$1" && head -c 62914560 /dev/zero > "$1/ballast" && shift && exec "$@"`;

describe('An upload to a server whose disk is full', function () {
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

  it('reports the full disk, keeps the complete files, and continues once there is free space', async function () {
    const disk = await folders.make();
    // Mounting needs user namespaces. Only Linux has them, and some systems forbid them.
    if (spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', disk]).status !== 0) this.skip();
    const files: Record<string, Uint8Array> = { 'a-small.txt': Buffer.from('small') };
    for (let index = 0; index < 12; index++) files[`large ${index}.bin`] = randomBytes(2 * mebibyte);
    const root = await folders.make(files);
    const options = ['--json', '--data', path.join(disk, 'data')];
    const shell = ['-rm', 'sh', '-ec', onSmallDisk, 'sh', disk, process.execPath, cli, ...options];
    const started = spawn('unshare', shell, { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    const login = JSON.parse(line) as SandboxLogin & { readonly user: string };
    const account = await SandboxAccount.signedIn(login);
    const { client } = account;
    const made = { '@type': 'StaticDatasource', title: 'Papers', id: 'papers', type_sync: 'one' };
    const at = (await client.content.create(`/${login.user}`, made)) ?? '';

    const { signal } = new AbortController();
    const planned = planFiles((await collectFiles([root], signal)).files, [], 'skip');
    const uploads = new UnfinishedUploads(await folders.make(), systemClock, () => undefined);
    const record = await uploads.begin({ connectionId: 'c1', datasourceId: 'papers', path: at }, planned);
    const deps = { client, path: at, signal, retryDelaysMs: [1] };
    const items = planned.map((file, index) => ({ ...file, index }));
    const { outcomes, stopped } = await new UploadRun({ ...deps, record }).run(items);
    assert.ok(outcomes.some(({ error }) => isOnnaError(error, 'serverError')));
    const done = outcomes.filter(({ error }) => error === undefined);
    assert.ok(done.length < items.length, String(stopped?.failure.kind));
    assert.equal((await readStored(client, at, signal)).length, done.length);

    await rm(`/proc/${started.pid ?? 0}/root${disk}/ballast`);
    record.released();
    await record.flush();
    const [unfinished] = await uploads.list();
    assert.ok(unfinished);
    const again = await new UploadRun({ ...deps, record }).run(resumedItems(unfinished).items);
    assert.deepEqual(
      again.outcomes.filter(({ error }) => error),
      [],
    );
    const stored = await readStored(client, at, signal);
    assert.equal(stored.length, items.length);
    await account.close();
  });
});
