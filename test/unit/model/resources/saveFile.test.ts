import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { saveFile } from '../../../../src/model/resources/saveFile.ts';
import type { SaveProgress } from '../../../../src/model/resources/saveFile.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import type { TransportResponse } from '../../../../src/onna/transport/transport.ts';
import { ScriptedServer } from '../../onna/scriptedServer.ts';

describe('saveFile', () => {
  let server: ScriptedServer;
  let folder: string;
  let target: string;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'save-'));
    target = path.join(folder, 'tides.txt');
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function save(
    signal = new AbortController().signal,
    report: (progress: SaveProgress) => void = () => undefined,
  ): Promise<void> {
    await saveFile(await server.client().download('/ws/tides', 'file', signal), target, signal, report);
  }

  it('saves the whole file, and reports the progress', async () => {
    server.answer = (_, response) => response.end('High water at noon.');
    const reports: SaveProgress[] = [];
    await save(undefined, (progress) => reports.push(progress));
    assert.equal(await readFile(target, 'utf8'), 'High water at noon.');
    assert.deepEqual(reports.at(-1), { received: 19, added: 19, total: 19 });
  });

  it('reports no total size if the service compresses the file', async () => {
    const text = 'High water at noon. '.repeat(100);
    const packed = gzipSync(text);
    server.answer = (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-length': String(packed.length) })
        .end(packed);
    const reports: SaveProgress[] = [];
    await save(undefined, (progress) => reports.push(progress));
    assert.equal(await readFile(target, 'utf8'), text);
    assert.equal(reports.at(-1)?.total, undefined);
  });

  it('saves two simultaneous downloads with the same file name of maximum length', async () => {
    target = path.join(folder, `${'t'.repeat(251)}.txt`);
    server.answer = (_, response) => response.end('High water at noon.');
    await Promise.all([save(), save()]);
    assert.equal(await readFile(target, 'utf8'), 'High water at noon.');
    assert.deepEqual(await readdir(folder), [path.basename(target)]);
  });

  it('leaves no file behind if the connection breaks', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('High');
      setImmediate(() => response.destroy());
    };
    await assert.rejects(save(), (error) => isOnnaError(error, 'unreachable'));
    assert.deepEqual(await readdir(folder), []);
  });

  it('fails with the error `cancelled` after an abort, and leaves no file behind', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'content-length': '100' }).write('High');
    const abort = new AbortController();
    await assert.rejects(
      save(abort.signal, () => abort.abort()),
      (error) => isOnnaError(error, 'cancelled'),
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it('leaves an existing file unchanged if overwriting is not allowed', async () => {
    server.answer = (_, response) => response.end('High water at noon.');
    await writeFile(target, 'Mine.');
    const signal = new AbortController().signal;
    const download = (): Promise<TransportResponse> => server.client().download('/ws/tides', 'file', signal);
    const saveNew = async (): Promise<void> =>
      saveFile(await download(), target, signal, () => undefined, false);
    await assert.rejects(saveNew(), { code: 'EEXIST' });
    assert.equal(await readFile(target, 'utf8'), 'Mine.');
    assert.deepEqual(await readdir(folder), ['tides.txt']);
    await rm(target);
    await saveNew();
    assert.equal(await readFile(target, 'utf8'), 'High water at noon.');
    assert.deepEqual(await readdir(folder), ['tides.txt']);
  });
});
