import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { eventually } from '../support/fixture.ts';
import { TemporaryFolders, numberedFiles } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';

const cli = fileURLToPath(new URL('../../../../src/sandbox/cli/cli.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly sandbox: Sandbox;
  readonly firstLine: string;
}

describe('The sandbox command', function () {
  this.timeout(30_000);
  const folders = new TemporaryFolders();
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await folders.removeAll();
  });

  async function start(...args: string[]): Promise<Running> {
    const child = spawn(process.execPath, [cli, '--json', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    const [firstLine] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, firstLine, sandbox: JSON.parse(firstLine) as Sandbox };
  }
  async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  it('prints one line of JSON with its address and login when it starts, and exits with code 0 on SIGTERM', async () => {
    const { child, firstLine, sandbox } = await start(
      '--container',
      'rel9',
      '--account',
      'harbour',
      '--user',
      'me@x.test',
    );
    assert.deepEqual(Object.keys(JSON.parse(firstLine) as object), [
      'baseUrl',
      'container',
      'account',
      'user',
      'password',
    ]);
    assert.match(sandbox.baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
    const caller = await Caller.signedIn(sandbox);
    assert.deepEqual((await caller.call('/@workspaces')).json, []);
    assert.equal(await stop(child, 'SIGTERM'), 0);
  });

  it('collects the folder given with --origin, and reports the status `syncing` until all files are collected', async () => {
    const origin = await folders.make({ 'tides.md': 'The ebb tide' });
    const { child, sandbox } = await start('--origin', `Notes=${origin}:gdrive:arch`);
    const caller = await Caller.signedIn(sandbox);
    const listed = async (): Promise<Record<string, unknown>> =>
      (await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_')).updates[0] ??
      {};
    const { title, '@type': type, type_sync: sync, sync_status: status } = await listed();
    assert.deepEqual([title, type, sync, status], ['Notes', 'GDriveDatasource', 'arch', 'syncing']);
    await eventually(async () => (await listed())['sync_status'] === 'synced');
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, '"ebb tide"'] }] } };
    await eventually(async () => (await caller.search('', query)).items_count === 1);
    assert.equal(await stop(child, 'SIGINT'), 0);
  });

  it('exits when the IPC channel to its parent process closes', async () => {
    const child = fork(cli, ['--json'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.push(child);
    const [message] = (await once(child, 'message')) as [Record<string, unknown>];
    assert.deepEqual(Object.keys(message), ['type', 'baseUrl', 'container', 'account', 'user', 'password']);
    assert.equal(message['type'], 'listening');
    child.disconnect();
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0);
  });

  it('loses no files if it is killed during a sync', async () => {
    const data = await folders.make();
    const origin = await folders.make(numberedFiles(1500));
    const args = ['--data', data, '--origin', `Pages=${origin}:box:auto`];
    const first = await start(...args);
    const before = await Caller.signedIn(first.sandbox);
    const pages = async (caller: Caller): Promise<Record<string, unknown>> =>
      (await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_')).updates[0] ??
      {};
    await eventually(async () => Number((await pages(before))['doc_count']) > 0);
    await stop(first.child, 'SIGKILL');
    const second = await start(...args);
    const after = await Caller.signedIn(second.sandbox);
    await eventually(async () => (await pages(after))['sync_status'] === 'synced');
    const { '@id': id } = await pages(after);
    const below = new URL(String(id)).pathname.replace('/api/rel0/sandbox', '');
    assert.deepEqual(await after.names(below), Object.keys(numberedFiles(1500)));
    await eventually(
      async () =>
        (
          await after.search('', {
            size: 0,
            advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] },
          })
        ).items_count === 1500,
    );
    await stop(second.child, 'SIGTERM');
  });

  it('creates sample Datasources with every status and sync type, and one Datasource with over 1,200 Resources', async () => {
    const data = await folders.make();
    const { child, sandbox } = await start('--samples', '--data', data);
    const caller = await Caller.signedIn(sandbox);
    const statuses = new Set<unknown>();
    const types = new Set<unknown>();
    let largest = 0;
    await eventually(async () => {
      const { updates } = await caller.json<{ updates: Record<string, unknown>[] }>(
        '/@data?types=_datasources_',
      );
      for (const item of updates) {
        statuses.add(item['sync_status']);
        types.add(item['type_sync']);
        largest = Math.max(largest, Number(item['doc_count']));
      }
      return statuses.size === 9 && largest > 1200;
    });
    assert.deepEqual([...statuses].sort(), [
      'created',
      'error',
      'failed',
      'invited',
      'paused',
      'pending',
      'resuming',
      'synced',
      'syncing',
    ]);
    assert.deepEqual([...types].sort(), ['arch', 'auto', 'one']);
    assert.equal(await stop(child, 'SIGTERM'), 0);
    assert.ok(existsSync(path.join(data, 'samples', 'harbour-log')));
  });

  it('prints its help with --help, and exits with code 2 if the command line is invalid', async () => {
    const run = async (arg: string): Promise<[string, unknown]> => {
      const child = spawn(process.execPath, [cli, arg], { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number];
      return [output, code];
    };
    const [help, ok] = await run('--help');
    assert.match(help, /--origin/);
    assert.equal(ok, 0);
    const [complaint, bad] = await run('--colour');
    assert.match(complaint, /--colour/);
    assert.equal(bad, 2);
  });

  it('reports an --origin path that is not a folder, and exits with code 2', async () => {
    const folder = await folders.make({ 'file.md': 'no folder' });
    for (const origin of [path.join(folder, 'nowhere'), path.join(folder, 'file.md')]) {
      const child = spawn(process.execPath, [cli, '--origin', origin], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const errorText = (await child.stderr.toArray()).join('');
      if (child.exitCode === null) await once(child, 'exit');
      assert.equal(child.exitCode, 2);
      assert.ok(errorText.startsWith(`--origin: there is no folder ${origin}`), errorText);
    }
  });

  it('refuses a data folder that a running sandbox uses, but accepts the data folder of a killed sandbox', async () => {
    const folder = await folders.make();
    const { child } = await start('--data', folder);
    const other = spawn(process.execPath, [cli, '--data', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const errorText = (await other.stderr.toArray()).join('');
    assert.match(errorText, /in use by another sandbox/);
    await stop(child, 'SIGKILL');
    const again = await start('--data', folder);
    assert.equal(await stop(again.child, 'SIGTERM'), 0);
  });

  it('removes the temporary folder of a killed sandbox at the next start', async () => {
    const { child } = await start();
    const left = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`onna-sandbox-${child.pid ?? 0}-`));
    assert.equal(left().length, 1);
    await stop(child, 'SIGKILL');
    assert.equal(left().length, 1);
    await start();
    assert.deepEqual(left(), []);
  });
});
