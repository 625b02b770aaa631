import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { databaseName } from '../../../../src/sandbox/base/dataFolder.ts';
import { Fixture } from '../support/fixture.ts';

const program = fileURLToPath(new URL('../support/killedAtPart.ts', import.meta.url));

type Parts = readonly (readonly [title: string, uid: string])[];

/** The parts in the order in which they were stored. No sandbox may use the folder. */
function storedParts(dataFolder: string): Parts {
  const database = new DatabaseSync(path.join(dataFolder, databaseName));
  try {
    return database
      .prepare('SELECT title, uid FROM resources WHERE parent_id IS NOT NULL ORDER BY id')
      .all()
      .map((row) => [String(row['title']), String(row['uid'])]);
  } finally {
    database.close();
  }
}

describe('A sandbox that is killed between two parts of an archive', () => {
  const fixture = new Fixture();
  afterEach(() => fixture.stop());

  it('has all parts once after a restart, and keeps the uids of those that were stored', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `part-${index}.txt`);
    const archive = zipSync(Object.fromEntries(names.map((name) => [name, strToU8(`words of ${name}`)])));
    const origin = await fixture.folders.make({ 'all.zip': archive });
    const dataFolder = await fixture.folders.make();
    const child = spawn(process.execPath, [program, dataFolder, origin, '4'], { stdio: 'ignore' });
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
    const before = storedParts(dataFolder);
    assert.deepEqual(
      before.map(([title]) => title),
      names.slice(0, 3),
    );
    await fixture.start({ dataFolder });
    await fixture.sandbox.settled();
    const { items } = await fixture.caller.json<{ items: { title: string; '@uid': string }[] }>(
      '/workspaces/harbour/wiki/@getAllChildrenData',
    );
    assert.deepEqual(items.map(({ title }) => title).sort(), ['all.zip', ...names]);
    const uids = new Map(items.map((item) => [item.title, item['@uid']]));
    for (const [title, uid] of before) assert.equal(uids.get(title), uid, title);
    for (const name of names) {
      const { member } = await fixture.caller.search('', {
        advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, `"words of ${name}"`] }] },
        ...{ hide_children: false, includes: ['title'] },
      });
      assert.deepEqual(
        member.map((hit) => hit['title']),
        [name],
      );
    }
  }).timeout(60_000);
});
