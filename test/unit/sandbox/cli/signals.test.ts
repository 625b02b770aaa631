import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/fixture.ts';
import { TemporaryFolders } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';
import type { SandboxLogin } from '../support/wire.ts';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** Process ids and names of the running processes in a process group. Zombies are excluded. */
function livingIn(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name = '', state, pgrp] =
          /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(pgrp) === group && state !== 'Z' ? [`${pid} ${name}`] : [];
      } catch {
        // The process ended after `/proc` was listed.
        return [];
      }
    });
}

describe('npm run sandbox', function () {
  this.timeout(60_000);
  const folders = new TemporaryFolders();
  let npm: ChildProcess | undefined;
  afterEach(async () => {
    try {
      if (npm?.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
    } catch {
      // All processes of the group have already ended.
    }
    await folders.removeAll();
  });

  async function start(data: string, origin: string): Promise<[group: number, caller: Caller]> {
    const args = [
      'run',
      '--silent',
      'sandbox',
      '--',
      '--json',
      '--data',
      data,
      '--origin',
      `Notes=${origin}:gdrive`,
    ];
    // A terminal also starts each command in a process group of its own.
    const started = spawn('npm', args, {
      cwd: repository,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    npm = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    assert.ok(started.pid !== undefined);
    return [started.pid, await Caller.signedIn(JSON.parse(line) as SandboxLogin)];
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
    it(`ends all processes of the sandbox when npm receives ${signal}, and keeps the stored data`, async function () {
      if (process.platform !== 'linux') this.skip();
      const data = await folders.make();
      const origin = await folders.make({ 'a.md': 'kept' });
      const [group, first] = await start(data, origin);
      const synced = async (caller: Caller): Promise<boolean> => {
        const { updates } = await caller.json<{ updates: Record<string, unknown>[] }>(
          '/@data?types=_datasources_',
        );
        return updates[0]?.['sync_status'] === 'synced' && updates[0]['doc_count'] === 1;
      };
      await eventually(() => synced(first));
      assert.ok(livingIn(group).length >= 3, livingIn(group).join(', '));
      // Ctrl+C signals the whole process group. Other signals reach only npm, which forwards some of them to its shell.
      process.kill(signal === 'SIGINT' ? -group : group, signal);
      await eventually(() => livingIn(group).length === 0);
      // A second sandbox can lock the data folder, and finds all data in it.
      const [, second] = await start(data, origin);
      assert.ok(await synced(second));
    });
  }

  it('ends at once if npm and its shell have exited before the script runs', async function () {
    if (process.platform !== 'linux') this.skip();
    const data = await folders.make();
    // The first shell exits while the second one, in the background, waits for a line.
    const script = '(read line <&3; exec "$@") & exit 0';
    const command = [process.execPath, 'test/support/ensure.js', 'src/sandbox/cli/cli.ts', '--data', data];
    const shell = spawn('sh', ['-c', script, 'sh', ...command], {
      ...{ cwd: repository, detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
      env: { ...process.env, npm_lifecycle_event: 'sandbox' },
    });
    npm = shell;
    await once(shell, 'exit');
    assert.ok(shell.pid !== undefined);
    const group = shell.pid;
    (shell.stdio[3] as Writable).write('go\n');
    await eventually(() => livingIn(group).length === 0);
  });
});
