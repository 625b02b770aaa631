import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UploadWorld } from './uploadWorld.ts';

const peakProcess = fileURLToPath(new URL('./peakProcess.ts', import.meta.url));
const mebibyte = 1024 * 1024;
const defaultSize = 64;
/** Size of the file, in MiB. `ONNA_TEST_UPLOAD_MIB=2048` uploads 2 GiB, which takes some minutes. */
const size = Number(process.env['ONNA_TEST_UPLOAD_MIB'] ?? defaultSize);
/** Maximum size of the objects and buffers that an upload keeps in memory, in MiB. */
const maxGrowth = 16;
/** The second option collects on the main thread: a measurement waits until all garbage is gone. */
const execArgv = ['--expose-gc', '--single-threaded-gc'];

describe('The upload of a large file', function () {
  this.timeout(60_000 + size * 1_000);
  let world: UploadWorld;
  beforeEach(async () => {
    world = await UploadWorld.start();
  });
  afterEach(() => world.stop());

  it(`keeps less than ${maxGrowth} MiB in memory for a sparse file of ${size} MiB`, async () => {
    const target = path.join(await world.folders.make({}), 'sparse.bin');
    await writeFile(target, '');
    await truncate(target, size * mebibyte);
    const { baseUrl, container, account, user, password } = world.sandbox;
    const task = JSON.stringify({
      login: { baseUrl, container, account, user, password },
      ...{ path: world.path, target },
    });
    const begun = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, peakProcess, task]);
    const growth = Math.round(Number(stdout) / mebibyte);
    if (size !== defaultSize)
      console.log(`${size} MiB: memory +${growth} MiB, ${Math.round((performance.now() - begun) / 1000)} s`);
    assert.ok(growth < maxGrowth, `the upload kept ${growth} MiB in memory`);
    const { nodes, resources } = world.sandbox.stores;
    const [stored] = resources.some(nodes.byPath(world.path)?.id ?? 0, 0, 2);
    assert.equal(stored?.size, size * mebibyte);
  });
});
