import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { numberedFiles } from '../../sandbox/support/temporaryFolders.ts';
import { transfer, type TransferTask } from './transferProcess.ts';

const transferProcess = fileURLToPath(new URL('./transferProcess.ts', import.meta.url));
const mebibyte = 1024 * 1024;

describe('A transfer whose process is killed', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  let account: SandboxAccount;
  let folder: string;
  beforeEach(async () => {
    await fixture.start();
    account = await SandboxAccount.signedIn(fixture.sandbox);
    folder = await fixture.folders.make();
  });
  afterEach(async () => {
    await account.close();
    await fixture.stop();
  });

  /** Runs a transfer in a process that stops after a number of bytes or hits, and kills this process. */
  async function kill(task: Omit<TransferTask, 'login'>): Promise<void> {
    const { baseUrl, container, account: name, user, password } = fixture.sandbox;
    const login = { baseUrl, container, account: name, user, password };
    const argument = JSON.stringify({ ...task, login });
    const child = spawn(process.execPath, [transferProcess, argument], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    child.kill('SIGKILL');
    await exited;
    assert.equal(line, 'stopped');
  }

  async function onlyResource(datasource: string): Promise<string> {
    return (await account.client.children(datasource, 10, undefined)).children[0]?.path ?? '';
  }

  /** Sets the modification time of all temporary files to one hour ago, and returns their names. */
  async function waitLong(): Promise<readonly string[]> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.part'));
    const past = new Date(Date.now() - 3_600_000);
    for (const name of names) await utimes(path.join(folder, name), past, past);
    return names;
  }

  it('leaves only complete files of a Datasource, and continues an incomplete file where it stopped', async () => {
    const large = randomBytes(16 * mebibyte);
    const files: Record<string, string | Uint8Array> = { ...numberedFiles(20), 'page-00003a.bin': large };
    const { path: wiki, origin } = await fixture.datasource(files);
    const task = { kind: 'datasource', source: wiki, target: folder } as const;
    await kill({ ...task, stopAfter: 8 * mebibyte });

    const names = (await readdir(folder)).filter((name) => name !== '.onna-download');
    assert.ok(!names.includes('page-00003a.bin'));
    for (const name of names)
      assert.deepEqual(await readFile(path.join(folder, name)), await readFile(path.join(origin, name)));

    const { failure, totals } = await transfer(account, { ...task, login: fixture.sandbox });
    assert.equal(failure, undefined);
    assert.ok(totals);
    assert.equal(totals.present, names.length);
    assert.equal(totals.saved + names.length, Object.keys(files).length);
    // The first process received half of the large file.
    assert.ok(totals.bytes <= 9 * mebibyte, String(totals.bytes));
    assert.deepEqual(await readdir(folder), await readdir(origin));
    for (const name of await readdir(origin))
      assert.deepEqual(await readFile(path.join(folder, name)), await readFile(path.join(origin, name)));
  });

  it('leaves only a temporary file of a Resource, which the next download into the folder deletes', async () => {
    const content = randomBytes(16 * mebibyte);
    const { path: wiki } = await fixture.datasource({ 'large.bin': content });
    const target = path.join(folder, 'large.bin');
    const task = { kind: 'file', source: await onlyResource(wiki), target } as const;
    await kill({ ...task, stopAfter: 4 * mebibyte });
    assert.equal((await waitLong()).length, 1);
    assert.equal((await readdir(folder)).length, 1);
    assert.equal((await transfer(account, { ...task, login: fixture.sandbox })).failure, undefined);
    assert.deepEqual(await readdir(folder), ['large.bin']);
    assert.deepEqual(await readFile(target), content);
  });

  it('leaves the previous file of an export unchanged, and does not prevent the next export', async () => {
    const count = 5_000;
    await generateResources(fixture.sandbox, count);
    const target = path.join(folder, 'hits.jsonl');
    await writeFile(target, 'older hits');
    const task = { kind: 'export', source: '', target } as const;
    await kill({ ...task, stopAfter: 3_000 });
    assert.equal(await readFile(target, 'utf8'), 'older hits');
    assert.equal((await waitLong()).length, 1);
    assert.equal((await transfer(account, { ...task, login: fixture.sandbox })).failure, undefined);
    assert.deepEqual(await readdir(folder), ['hits.jsonl']);
    const lines = (await readFile(target, 'utf8')).trimEnd().split('\n');
    assert.equal(new Set(lines).size, count);
  });

  it('never makes the next transfer delete a temporary file that another process or machine may be writing', async () => {
    const [living, recent] = [process.pid, 2 ** 22 + 1].map(
      (pid) => `.onna-${pid}-00000000-0000-4000-8000-000000000000.part`,
    );
    assert.ok(living !== undefined && recent !== undefined);
    await writeFile(path.join(folder, living), 'half');
    await waitLong();
    await writeFile(path.join(folder, recent), 'half');
    await writeFile(path.join(folder, '.onna-notes.part'), 'mine');
    const { path: wiki } = await fixture.datasource({ 'a.md': 'a' });
    const target = path.join(folder, 'a.md');
    const task = { kind: 'file', source: await onlyResource(wiki), target } as const;
    assert.equal((await transfer(account, { ...task, login: fixture.sandbox })).failure, undefined);
    assert.deepEqual((await readdir(folder)).sort(), [living, recent, '.onna-notes.part', 'a.md'].sort());
  });
});
