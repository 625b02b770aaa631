import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openFileAt } from '../../../../src/model/resources/resourceContent.ts';
import { downloadResumably } from '../../../../src/model/resources/resumableDownload.ts';
import type { ResumableDownload } from '../../../../src/model/resources/resumableDownload.ts';
import type { Clock } from '../../../../src/base/clock.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer } from '../../onna/scriptedServer.ts';

const content = Buffer.from('High water at noon. '.repeat(5_000));
const md5 = createHash('md5').update(content).digest('hex');

/** A clock that does not wait, but records the requested delays. */
function impatientClock(waits: number[]): Clock {
  return {
    now: () => 0,
    random: () => 0,
    after: (delayMs, callback) => {
      // Only the waits between attempts are shorter than 20 s. Request timeouts must not fire.
      if (delayMs < 20_000) {
        waits.push(delayMs);
        setImmediate(callback);
      }
      return () => undefined;
    },
  };
}

describe('downloadResumably', () => {
  let server: ScriptedServer;
  let folder: string;
  let waits: number[];
  /** The response whose connection breaks as soon as some of its bytes have arrived. */
  let breaking: ServerResponse | undefined;
  /** The `Range` header of each request. */
  let ranges: (string | undefined)[];
  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'resume-'));
    waits = [];
    breaking = undefined;
    ranges = [];
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Serves the content. `breakAfter` returns the number of bytes after which the connection breaks. */
  function serve(breakAfter: (request: number) => number | undefined, bytes = content): void {
    let count = 0;
    server.answer = ({ range }, response) => {
      const request = count++;
      ranges.push(range);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      sendFrom(response, bytes, from, breakAfter(request));
    };
  }
  function sendFrom(response: ServerResponse, bytes: Buffer, from: number, breakAfter?: number): void {
    const rest = bytes.subarray(from);
    const headers: Record<string, string> = { 'content-length': String(rest.length) };
    if (from > 0) headers['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from > 0 ? 206 : 200, headers);
    if (breakAfter === undefined) response.end(rest);
    else if (breakAfter === 0) response.destroy();
    else {
      response.write(rest.subarray(0, breakAfter));
      breaking = response;
    }
  }
  function download(change: Partial<ResumableDownload> = {}): Promise<number> {
    const { signal } = change.signal ? { signal: change.signal } : new AbortController();
    const client = server.client();
    return downloadResumably({
      open: (from) => openFileAt(client, '/ws/tides', from, signal),
      part: path.join(folder, 'tides.part'),
      target: path.join(folder, 'tides.txt'),
      overwrite: true,
      ...{ clock: impatientClock(waits), signal },
      report: () => breaking?.destroy(),
      ...change,
    });
  }
  const saved = (): Promise<Buffer> => readFile(path.join(folder, 'tides.txt'));

  it('continues after each break at the byte where the connection broke', async () => {
    serve((request) => (request < 3 ? 20_000 : undefined));
    assert.equal(await download({ md5 }), content.length);
    assert.deepEqual(await saved(), content);
    assert.equal(ranges[0], undefined);
    assert.ok(ranges.length === 4 && ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? '')));
    assert.deepEqual(await readdir(folder), ['tides.txt']);
  });

  it('completes a part file that already has all bytes, without reading the response body', async () => {
    await writeFile(path.join(folder, 'tides.part'), content);
    server.answer = ({ range }, response) => {
      ranges.push(range);
      // The framework's answer: a length of the whole file, no bytes, and a broken connection.
      const end = content.length;
      response.writeHead(206, {
        'content-length': String(end),
        'content-range': `bytes ${end}-${end - 1}/${end}`,
      });
      response.flushHeaders();
      breaking = response;
    };
    assert.equal(await download({ md5 }), content.length);
    assert.deepEqual(ranges, [`bytes=${content.length}-`]);
    assert.deepEqual(await saved(), content);
    assert.deepEqual(waits, []);
  });

  it('continues the part file of an earlier download, and starts again if the service ignores the range', async () => {
    serve(() => undefined);
    await writeFile(path.join(folder, 'tides.part'), content.subarray(0, 1_000));
    await download({ md5 });
    assert.deepEqual(ranges, ['bytes=1000-']);
    await writeFile(path.join(folder, 'tides.part'), content.subarray(0, 1_000));
    server.answer = (_, response) => sendFrom(response, content, 0);
    await download({ md5 });
    assert.deepEqual(await saved(), content);
  });

  it('starts again if a shorter or longer file replaced the file while the connection was broken', async () => {
    for (const other of [content.subarray(0, 10_000), Buffer.concat([content, content])]) {
      let count = 0;
      server.answer = ({ range }, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
        if (count++ === 0) sendFrom(response, content, 0, 20_000);
        else if (from >= other.length) response.writeHead(416).end();
        else sendFrom(response, other, from);
      };
      await download();
      assert.deepEqual(await saved(), other);
    }
  });

  it('fails after three attempts without new bytes, keeps the part file and creates no target file', async () => {
    serve((request) => (request === 0 ? 20_000 : 0));
    assert.equal((await failureOf(download())).kind, 'unreachable');
    assert.deepEqual(await readdir(folder), ['tides.part']);
    assert.ok(waits.length >= 2);
  });

  it('rejects a file whose MD5 differs, and deletes the part file', async () => {
    serve(() => undefined);
    assert.equal((await failureOf(download({ md5: '0'.repeat(32) }))).kind, 'decode');
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps an existing target file if replacing is not allowed', async () => {
    serve(() => undefined);
    await writeFile(path.join(folder, 'tides.txt'), 'mine');
    await assert.rejects(download({ overwrite: false }), { code: 'EEXIST' });
    assert.equal(String(await saved()), 'mine');
  });

  it('fails with the error `cancelled` after an abort, and keeps the part file', async () => {
    const abort = new AbortController();
    serve(() => 20_000);
    await assert.rejects(download({ signal: abort.signal, report: () => abort.abort() }), (error) =>
      isOnnaError(error, 'cancelled'),
    );
    assert.ok((await readdir(folder)).every((name) => name === 'tides.part'));
  });

  it('sets the modification time of the saved file', async () => {
    serve(() => undefined);
    const modified = Date.parse('2024-05-06T07:08:09Z');
    await download({ modified });
    assert.equal((await stat(path.join(folder, 'tides.txt'))).mtimeMs, modified);
  });
});
