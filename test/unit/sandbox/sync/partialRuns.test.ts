import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { putFiles } from '../support/temporaryFolders.ts';
import { asNobody } from '../support/unprivileged.ts';

interface Entry {
  readonly action: string;
  readonly type: string;
  readonly file_name: string;
  readonly error: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

describe('A sync that can read only part of its origin folder', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /** Returns the entries of a log, oldest first. */
  async function log(at: string): Promise<Entry[]> {
    return (await fixture.caller.json<{ items: Entry[] }>(at)).items.reverse();
  }
  async function syncNow(at: string): Promise<void> {
    await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }

  it('logs collected files as successes, and unreadable files and folders as errors', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({});
    await putFiles(origin, { 'a.md': 'one', 'b.md': 'two', 'c.md': 'three', 'deep/d.md': 'four' });
    for (const name of ['b.md', 'deep']) await chmod(path.join(origin, name), 0);
    await asNobody([origin, fixture.sandbox.dataFolder], () => syncNow(wiki));
    await chmod(path.join(origin, 'deep'), 0o755);
    const entries = await log(`${wiki}/@getAuditLogSpyder`);
    assert.deepEqual(
      entries
        .map(({ file_name: name, action, type, error }) => [name, action, type, error])
        .sort(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
      [
        ['a.md', 'added', 'Success', null],
        ['b.md', 'unreadable', 'Error', 'Download Error'],
        ['c.md', 'added', 'Success', null],
        ['deep', 'unreadable', 'Error', 'EACCES'],
      ],
    );
    assert.equal(await fixture.caller.status(wiki), 'synced');
    const { sync_message: message } = await fixture.caller.node(wiki);
    assert.match(String(message), /^An entry of the origin could not be read: \/deep \(EACCES\)/);
  });

  it('fails if a folder with known Resources is unreadable, and logs the numbers of added and changed files', async function () {
    if (process.platform === 'win32') this.skip();
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'one', 'deep/b.md': 'two' });
    await putFiles(origin, { 'a.md': 'one, revised', 'c.md': 'three', 'd.md': 'four' });
    await chmod(path.join(origin, 'deep'), 0);
    await asNobody([origin, fixture.sandbox.dataFolder], () => syncNow(wiki));
    await chmod(path.join(origin, 'deep'), 0o755);
    assert.equal(await fixture.caller.status(wiki), 'failed');
    const ended = (await log(`${wiki}/@getAuditLogDS`)).at(-1);
    assert.equal(ended?.type, 'Error');
    const { from, to, added, changed, removed } = ended.payload;
    assert.deepEqual([from, to, added, changed, removed], ['syncing', 'failed', 2, 1, 0]);
    const entries = (await log(`${wiki}/@getAuditLogSpyder`)).slice(2);
    assert.deepEqual(entries.map(({ file_name: name, type }) => [name, type]).sort(), [
      ['a.md', 'Success'],
      ['c.md', 'Success'],
      ['d.md', 'Success'],
      ['deep', 'Error'],
    ]);
  });
});
