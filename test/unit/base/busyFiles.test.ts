import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { whenFree, writeWholeFile } from '../../../src/base/busyFiles.ts';

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('whenFree', () => {
  let waits: number[] = [];
  let tries = 0;
  beforeEach(() => {
    waits = [];
    tries = 0;
  });

  /** An action that fails with these codes, one after the other, and then succeeds. */
  function failing(...codes: readonly string[]): () => Promise<string> {
    return () => {
      const code = codes[tries++];
      return code === undefined ? Promise.resolve('done') : Promise.reject(failure(code));
    };
  }

  const on = (platform: NodeJS.Platform): Parameters<typeof whenFree>[1] => ({
    platform,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });

  it('repeats an action on Windows while another process has the file open', async () => {
    assert.equal(await whenFree(failing('EBUSY', 'EPERM', 'EACCES'), on('win32')), 'done');
    assert.equal(tries, 4);
    assert.deepEqual(waits, [20, 60, 120]);
  });

  it('gives up on Windows after 1.2 seconds, with the last error', async () => {
    const codes = Array.from({ length: 20 }, () => 'EBUSY');
    await assert.rejects(whenFree(failing(...codes), on('win32')), { code: 'EBUSY' });
    assert.equal(
      waits.reduce((sum, ms) => sum + ms),
      1_200,
    );
  });

  it('fails at once for any other error', async () => {
    await assert.rejects(whenFree(failing('ENOENT'), on('win32')), { code: 'ENOENT' });
    assert.deepEqual(waits, []);
  });

  it('fails at once on systems on which an open file can be replaced', async () => {
    for (const platform of ['linux', 'darwin'] as const) {
      tries = 0;
      await assert.rejects(whenFree(failing('EACCES'), on(platform)), { code: 'EACCES' });
    }
    assert.deepEqual(waits, []);
  });
});

describe('writeWholeFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'onna-whole-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('creates and replaces a file that only the user can read', async () => {
    const file = path.join(folder, 'a.json');
    for (const text of ['first', 'second']) {
      await writeWholeFile(file, text);
      assert.equal(await readFile(file, 'utf8'), text);
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.deepEqual(await readdir(folder), ['a.json']);
    }
  });

  it('leaves no temporary file if the file cannot be replaced', async () => {
    const file = path.join(folder, 'a.json');
    await mkdir(file);
    await assert.rejects(writeWholeFile(file, 'text'), { syscall: 'rename' });
    assert.deepEqual(await readdir(folder), ['a.json']);
  });
});
