import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { eventually } from './support/fixture.ts';
import { TemporaryFolders, numberedFiles, putFiles } from './support/temporaryFolders.ts';
import { Caller } from './support/wire.ts';

const cli = fileURLToPath(new URL('../../../src/sandbox/cli.ts', import.meta.url));
const kills = 50;
/** In ms after it listens: from before the first file is read to after the last one is processed. */
const latestKill = 400;

describe('A sandbox that is killed at random moments', function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let child: ChildProcess | undefined;
  async function kill(): Promise<void> {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  afterEach(async () => {
    await kill();
    await folders.removeAll();
  });

  it('has every file of the origin once, searchable, in a legal status, after 50 kills while collecting and processing', async () => {
    const files = numberedFiles(150);
    const origin = await folders.make(files);
    const dataFolder = await folders.make();
    const expected = new Set(Object.keys(files));
    async function start(): Promise<Sandbox> {
      const options = ['--json', '--time-scale', '5000', '--data', dataFolder];
      const started = spawn(process.execPath, [cli, ...options, '--origin', `Notes=${origin}:gdrive:auto`], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child = started;
      const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
      return JSON.parse(line) as Sandbox;
    }
    for (let round = 0; round < kills; round++) {
      const added = Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`added-${round}-${index}.md`, `Page ${round} ${index}`]),
      );
      await putFiles(origin, added);
      for (const name of Object.keys(added)) expected.add(name);
      const [gone = ''] = expected;
      expected.delete(gone);
      await rm(path.join(origin, gone));
      await start();
      await setTimeout(Math.random() * latestKill);
      await kill();
    }
    const caller = await Caller.signedIn(await start());
    const listed = async (): Promise<Record<string, unknown>> =>
      (await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_')).updates[0] ??
      {};
    const query = { advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] } };
    await eventually(async () => {
      const { sync_status: status, doc_count: count } = await listed();
      assert.ok(['pending', 'syncing', 'resuming', 'synced'].includes(String(status)), String(status));
      return status === 'synced' && count === expected.size;
    });
    await eventually(async () => (await caller.search('', query)).items_count === expected.size);
    const at = new URL(String((await listed())['@id'])).pathname.replace(/^\/api\/[^/]+\/[^/]+/, '');
    assert.deepEqual(await caller.names(at), [...expected].sort());
  });
});
