import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from './fixture.ts';
import { putFiles } from './temporaryFolders.ts';

/**
 * Mounts a disk in an origin folder, unmounts the disk, and mounts it again. Prints the status, the number of Resources
 * and the message of the Datasource after each step. Needs permission to mount.
 */
async function main(): Promise<void> {
  const fixture = new Fixture();
  await fixture.start();
  try {
    const origin = await fixture.folders.make({ 'a.md': 'one' });
    const disk = path.join(origin, 'disk');
    await mkdir(disk);
    const mount = (): void => void execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]);
    const fill = (): Promise<void> => putFiles(disk, { 'b.md': 'two', 'deep/c.md': 'three' });
    mount();
    await fill();
    const { path: parent } = fixture.sandbox.addWorkspace('Harbour');
    const { path: at } = fixture.sandbox.addDatasource({ parent, title: 'Wiki', type: 'confluence', origin });
    const outcomes: unknown[] = [];
    const note = async (): Promise<void> => {
      await fixture.sandbox.settled();
      const node = await fixture.caller.node(at);
      outcomes.push([node['sync_status'], node['doc_count'], node['sync_message']]);
    };
    await note();
    execFileSync('umount', [disk]);
    fixture.clock.advanceSync(30 * 60_000);
    await note();
    mount();
    await fill();
    await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
    await note();
    execFileSync('umount', [disk]);
    process.stdout.write(JSON.stringify(outcomes));
  } finally {
    await fixture.stop();
  }
}

await main();
