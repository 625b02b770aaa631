import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, open, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ContentStore, chunkBytes } from '../../../../src/sandbox/store/contents.ts';
import { Database } from '../../../../src/sandbox/store/database.ts';
import { fileDate } from '../../../../src/sandbox/store/timestamps.ts';
import { readSteadily } from '../../../../src/sandbox/sync/largeFile.ts';
import type { FileRead } from '../../../../src/sandbox/sync/largeFile.ts';
import { readSmallFile } from '../../../../src/sandbox/sync/smallFile.ts';
import { Fixture } from '../support/fixture.ts';
import { TemporaryFolders } from '../support/temporaryFolders.ts';

const metadata = 'onna.canonical.behaviors.metadata.IMetadata';
const md5 = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('hex');
const filled = (letter: string, length: number): Buffer => Buffer.alloc(length, letter);

describe('The reader of large files', () => {
  const folders = new TemporaryFolders();
  const signal = new AbortController().signal;
  let database: Database;
  let contents: ContentStore;
  let file = '';
  beforeEach(async () => {
    const folder = await folders.make();
    file = path.join(folder, 'log.txt');
    database = new Database(path.join(folder, 'store.sqlite'));
    contents = new ContentStore(database);
  });
  afterEach(async () => {
    database.close();
    await folders.removeAll();
  });

  /** Reads the file in chunks. Runs one function from `meanwhile` after each chunk. */
  async function read(...meanwhile: (() => Promise<void>)[]): Promise<FileRead & { bytes: Buffer }> {
    const handle = await open(file, 'r');
    const eventful = new Proxy(handle, {
      get(target, name) {
        if (name !== 'read') {
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        return async (...args: Parameters<FileHandle['read']>) => {
          const result = await target.read(...args);
          await meanwhile.shift()?.();
          return result;
        };
      },
    });
    try {
      const found = await readSteadily(contents, eventful, signal);
      const { content } = found;
      assert.ok(content.kind === 'stored');
      const bytes = Buffer.concat([...contents.bytes(content.id, 0, content.size)]);
      assert.deepEqual([bytes.length, md5(bytes)], [content.size, content.md5]);
      return { ...found, bytes };
    } finally {
      await handle.close();
    }
  }

  /** Sets an old modification date, so that a later write changes the date even on a file system with a low resolution. */
  async function makeOlder(): Promise<void> {
    await utimes(file, 1_700_000_000, 1_700_000_000);
  }

  it('stores the original content of a file that grows during the read', async () => {
    const length = 2.5 * chunkBytes;
    await writeFile(file, filled('a', length));
    await makeOlder();
    const grow = (): Promise<void> => appendFile(file, filled('b', 300_000));
    const { bytes, content, modified } = await read(grow, grow, grow, grow);
    assert.deepEqual(bytes, filled('a', length));
    assert.equal(modified, 1_700_000_000_000_000);
    assert.ok((await stat(file)).size > length);
    assert.ok(content.kind === 'stored');
    const [last] = [...contents.bytes(content.id, length - 10, length)];
    assert.deepEqual(Buffer.from(last ?? []), filled('a', 10));
  });

  it('never mixes the old and the new content of a file that is overwritten during the read', async () => {
    const length = 3 * chunkBytes;
    await writeFile(file, filled('a', length));
    await makeOlder();
    const { bytes, modified } = await read(() => writeFile(file, filled('b', length)));
    assert.deepEqual(bytes, filled('b', length));
    assert.equal(modified, fileDate((await stat(file)).mtimeMs));
  });

  it('stores the new content of a file that is truncated and rewritten during the read', async () => {
    for (const after of [filled('b', 1.5 * chunkBytes), filled('c', 4 * chunkBytes)]) {
      await writeFile(file, filled('a', 3 * chunkBytes));
      await makeOlder();
      const { bytes } = await read(async () => {
        await truncate(file, 0);
        await writeFile(file, after);
      });
      assert.deepEqual(bytes, after);
    }
  });

  it('stores the old content and the old date of a file that is replaced by another file during the read', async () => {
    await writeFile(file, filled('a', 2 * chunkBytes));
    await makeOlder();
    const { bytes, modified } = await read(async () => {
      await writeFile(`${file}.new`, filled('b', 2 * chunkBytes));
      await rename(`${file}.new`, file);
    });
    assert.deepEqual(bytes, filled('a', 2 * chunkBytes));
    assert.equal(modified, 1_700_000_000_000_000);
  });

  it('deletes the data of a discarded read', async () => {
    await writeFile(file, filled('a', 3 * chunkBytes));
    await makeOlder();
    await read(() => writeFile(file, filled('b', 2 * chunkBytes)));
    assert.equal(database.get('SELECT count(*) AS n FROM contents')?.['n'], 1);
    assert.equal(database.get('SELECT count(*) AS n FROM chunks')?.['n'], 2);
  });
});

describe('The synchronous reader of small files', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.removeAll());

  it('returns undefined for a file whose size or date has changed since the folder was listed', async () => {
    const folder = await folders.make({ 'a.txt': 'twelve bytes' });
    const file = path.join(folder, 'a.txt');
    await utimes(file, 1_700_000_000, 1_700_000_000);
    const known = { key: 'a.txt', file, size: 12, modified: 1_700_000_000_000_000 };
    assert.equal(Buffer.from(readSmallFile(known) ?? []).toString(), 'twelve bytes');
    assert.equal(readSmallFile({ ...known, size: 11 }), undefined);
    assert.equal(readSmallFile({ ...known, size: 13 }), undefined);
    assert.equal(readSmallFile({ ...known, modified: known.modified - 1 }), undefined);
  });
});

/** Source of a program that appends data to the files in its arguments until it is killed. */
const appender = `
const { appendFileSync } = require('node:fs');
const files = process.argv.slice(1);
console.log('ready');
setInterval(() => { for (const file of files) appendFileSync(file, 'x'.repeat(1 + Math.floor(Math.random() * 2_000))); }, 1);
`;

describe('A sync of files that another program keeps changing', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  let writer: ChildProcess | undefined;
  beforeEach(() => fixture.start());
  afterEach(async () => {
    if (writer?.exitCode === null && writer.signalCode === null) {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    await fixture.stop();
  });

  it('stores each file with matching size, digest and content, and reads the file again in the next run', async () => {
    const names = Array.from({ length: 6 }, (_, number) => `log-${number}.txt`);
    const sizes = names.map((_, number) => (number % 2 === 0 ? 50_000 : 2 * chunkBytes));
    const { path: wiki, origin } = await fixture.datasource(
      Object.fromEntries(names.map((name, number) => [name, filled('x', sizes[number] ?? 0)])),
    );
    const files = names.map((name) => path.join(origin, name));
    const started = spawn(process.execPath, ['-e', appender, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    writer = started;
    await once(createInterface({ input: started.stdout }), 'line');
    let former = new Map<string, number>();
    for (let round = 0; round < 2; round++) {
      await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
      const now = new Map<string, number>();
      for (const child of await fixture.caller.children(wiki)) {
        const fields = (await fixture.caller.node(child))[metadata] as Record<string, unknown>;
        const { headers, text } = await fixture.caller.call(`${child}/@download/file`);
        assert.deepEqual(
          [Number(headers['content-length']), text.length, md5(text)],
          [fields['content_length'], fields['content_length'], fields['md5']],
        );
        assert.match(text, /^x+$/);
        now.set(child, text.length);
      }
      assert.equal(now.size, names.length);
      for (const [child, length] of former)
        assert.ok((now.get(child) ?? 0) > length, 'the second run read the file again');
      former = now;
    }
  });

  it('does not interrupt a running download of the previous version of a file', async () => {
    const length = 24 * chunkBytes;
    const { path: wiki, origin } = await fixture.datasource({ 'a.bin': filled('a', length) });
    const [child = ''] = await fixture.caller.children(wiki);
    const { baseUrl, container, account } = fixture.sandbox;
    const headers = { authorization: `Bearer ${fixture.caller.token}` };
    const url = `${baseUrl}/api/${container}/${account}${child}/@download/file`;
    const [response] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage];
    // The test reads only the first bytes, so the sandbox has not sent the rest yet.
    await once(response, 'readable');
    await writeFile(path.join(origin, 'a.bin'), filled('b', 10));
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.call(`${child}/@download/file`)).text, 'b'.repeat(10));
    const bytes = Buffer.concat((await response.toArray()) as Buffer[]);
    assert.equal(bytes.length, length);
    assert.ok(bytes.equals(filled('a', length)));
  });
});
