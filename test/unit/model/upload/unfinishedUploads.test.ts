import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../../src/base/clock.ts';
import { fileInMemory } from '../../../../src/model/upload/localFile.ts';
import { resumedItems } from '../../../../src/model/upload/resumedItems.ts';
import { UnfinishedUploads } from '../../../../src/model/upload/unfinishedUploads.ts';
import { UploadRun, type UploadResult } from '../../../../src/model/upload/uploadRun.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { UploadWorld, md5 } from './uploadWorld.ts';

const uploadProcess = fileURLToPath(new URL('./uploadProcess.ts', import.meta.url));

describe('An interrupted upload', function () {
  this.timeout(60_000);
  let world: UploadWorld;
  let records: string;
  let uploads: UnfinishedUploads;
  beforeEach(async () => {
    world = await UploadWorld.start();
    records = await world.folders.make({});
    uploads = new UnfinishedUploads(records, systemClock, (error) => {
      throw error;
    });
  });
  afterEach(() => world.stop());

  /** Uploads a folder in a process that is killed as soon as `isEnough` returns true. */
  async function kill(target: string, isEnough: (files: number, bytes: number) => boolean): Promise<void> {
    const { baseUrl, container, account, user, password } = world.sandbox;
    const login = { baseUrl, container, account, user, password };
    const task = JSON.stringify({ login, path: world.path, target, records });
    const child = spawn(process.execPath, [uploadProcess, task], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const [files = 0, bytes = 0] = line.split(' ').map(Number);
      if (isEnough(files, bytes)) break;
    }
    child.kill('SIGKILL');
    await exited;
  }

  async function resume(): Promise<UploadResult> {
    const [unfinished] = await uploads.list();
    assert.ok(unfinished);
    const resumed = await uploads.resume(unfinished.id);
    assert.ok(resumed);
    const { record } = resumed;
    const { signal } = new AbortController();
    const run = new UploadRun({ client: world.account.client, path: world.path, signal, record });
    const result = await run.run(resumedItems(resumed.unfinished).items);
    await record.remove();
    return result;
  }

  it('continues in another process at the point where it stopped, and stores the complete content', async () => {
    const large = randomBytes(24 * 1024 * 1024);
    const files: Record<string, Uint8Array> = { 'docs/large.bin': large };
    for (let index = 0; index < 30; index++) files[`docs/${index}.txt`] = Buffer.from(`text ${index}`);
    const root = await world.folders.make(files);
    await kill(path.join(root, 'docs'), (_, bytes) => bytes > 9 * 1024 * 1024);

    const [unfinished] = await uploads.list();
    const left = unfinished?.left.find(({ name }) => name === 'large.bin');
    assert.ok(left?.at !== undefined);
    const head = await world.account.client.uploads.send({
      method: 'HEAD',
      url: world.account.client.uploads.uploadUrl(left.at),
      headers: { 'tus-resumable': '1.0.0' },
    });
    const offset = Number(head.headers.get('upload-offset'));
    assert.ok(offset >= 8 * 1024 * 1024 && offset < large.length, String(offset));

    const { outcomes, restarted, unverified } = await resume();
    assert.deepEqual([outcomes.filter(({ error }) => error), restarted, unverified], [[], [], 0]);
    const expected = Object.entries(files).map(([name, content]) => `${name} ${md5(content)}`);
    assert.deepEqual(await world.stored(), expected.sort());
    assert.deepEqual(await uploads.list(), []);
    assert.deepEqual(await readdir(records), []);
  });

  it('starts a file again if it has changed since the interruption, and reports this', async () => {
    const root = await world.folders.make({ 'large.bin': randomBytes(16 * 1024 * 1024) });
    await kill(root, (_, bytes) => bytes > 0);
    const file = path.join(root, 'large.bin');
    await appendFile(file, 'more');
    const { outcomes, restarted } = await resume();
    assert.deepEqual([outcomes[0]?.error, restarted.map(({ name }) => name)], [undefined, ['large.bin']]);
    assert.match((await world.stored()).join(), /^\S*\/large\.bin \w+$/);
  });

  it('does not send a file again if the file was complete when the process ended', async () => {
    const root = await world.folders.make({ 'in/a.txt': 'a', 'in/b.txt': 'b' });
    await kill(path.join(root, 'in'), (files) => files === 2);
    // As if the process had been killed before it recorded the complete files.
    const [name = ''] = await readdir(records);
    const { readFile, writeFile } = await import('node:fs/promises');
    const text = await readFile(path.join(records, name), 'utf8');
    await writeFile(path.join(records, name), text.replaceAll(/\{"done".*\n/g, ''));
    const before = await world.caller.children(world.path);
    const { outcomes } = await resume();
    assert.equal(outcomes.filter(({ error }) => error === undefined).length, 2);
    assert.deepEqual(await world.caller.children(world.path), before);
  });

  it('reports a file that no longer exists', async () => {
    const root = await world.folders.make({ 'large.bin': randomBytes(16 * 1024 * 1024) });
    await kill(root, (_, bytes) => bytes > 0);
    await rm(path.join(root, 'large.bin'));
    const { outcomes } = await resume();
    assert.equal((outcomes[0]?.error as NodeJS.ErrnoException).code, 'ENOENT');
  });

  it('continues in only one of several windows that resume it at the same time', async () => {
    const target = { connectionId: 'c1', datasourceId: 'papers', path: world.path };
    const files = ['a.txt', 'b.txt'].map((name) => ({
      file: fileInMemory(name, () => Promise.resolve(Buffer.from(name))),
      name,
      replaces: undefined,
    }));
    const interrupted = await uploads.begin(target, files);
    interrupted.released();
    await interrupted.flush();
    const windows = [
      uploads,
      ...Array.from({ length: 4 }, () => new UnfinishedUploads(records, systemClock, throwUncaught)),
    ];
    const [unfinished] = await uploads.list();
    assert.ok(unfinished);
    const results = await Promise.all(windows.map((each) => each.resume(unfinished.id)));
    const [winner, ...losers] = results.filter((result) => result !== undefined);
    assert.ok(winner && losers.length === 0);
    // No window can resume a running upload. After its release, a window can resume it, and sees the remaining files.
    assert.equal(await uploads.resume(unfinished.id), undefined);
    winner.record.done(winner.unfinished.left[0]?.index ?? -1);
    winner.record.released();
    await winner.record.flush();
    const again = await uploads.resume(unfinished.id);
    assert.ok(again);
    assert.equal(again.unfinished.left.length, unfinished.left.length - 1);
    await again.record.remove();
    assert.equal(await uploads.resume(unfinished.id), undefined);
  });

  it('is not listed while it runs, is deleted on sign-out, and is one of at most ten per account', async () => {
    const target = { connectionId: 'c1', datasourceId: 'papers', path: world.path };
    const file = {
      file: fileInMemory('a.txt', () => Promise.resolve(Buffer.from('a'))),
      name: 'a.txt',
      replaces: undefined,
    };
    for (let index = 0; index < 12; index++) await uploads.begin(target, [file]);
    await uploads.begin({ ...target, connectionId: 'c2' }, [file]);
    assert.equal((await readdir(records)).length, 11);
    assert.deepEqual(await uploads.list(), []);
    // Long after the last write, another process may have the same id, so the upload counts as interrupted.
    const later = new UnfinishedUploads(records, { now: () => Date.now() + 200_000 }, () => undefined);
    const [first] = await later.list();
    assert.equal(first?.left.length, 1);
    assert.equal(resumedItems(first).lost.length, 1);
    await later.forget('c1');
    assert.equal((await later.list()).length, 1);
  });
});
