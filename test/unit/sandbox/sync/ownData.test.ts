import assert from 'node:assert/strict';
import { link, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { startSandbox } from '../../../../src/sandbox/sandbox.ts';
import { Fixture } from '../support/fixture.ts';
import { putFiles } from '../support/temporaryFolders.ts';

describe('A sync of a folder that contains data of a sandbox', () => {
  const fixture = new Fixture();
  let origin: string;
  beforeEach(async () => {
    origin = await fixture.folders.make({ 'mine.md': 'words' });
  });
  afterEach(() => fixture.stop());

  /** Adds a Datasource and syncs it twice, because only the second run could find files that the first run wrote. */
  async function collectTwice(): Promise<string> {
    const { path: parent } = fixture.sandbox.addWorkspace('Harbour');
    const { path: wiki } = fixture.sandbox.addDatasource({
      parent,
      ...{ title: 'Wiki', type: 'confluence', sync: 'auto', origin },
    });
    await fixture.sandbox.settled();
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.equal((await fixture.caller.node(wiki))['sync_message'], null);
    return wiki;
  }
  async function refused(wiki: string): Promise<string[]> {
    const { items } = await fixture.caller.json<{ items: Record<string, unknown>[] }>(
      `${wiki}/@getAuditLogSpyder`,
    );
    const own = items.filter(({ error }) => error === 'data of a sandbox');
    return [...new Set(own.map((item) => String(item['origin_path'])))].sort();
  }

  it('skips and logs the sandbox’s own files in a data folder inside the origin folder', async () => {
    const dataFolder = path.join(origin, 'deep/state');
    await fixture.start({ dataFolder });
    await putFiles(dataFolder, {
      'uploads/half': 'bytes',
      'samples/a.md': 'sample',
      'notes.md': 'not its own',
    });
    const wiki = await collectTwice();
    assert.deepEqual(await fixture.caller.names(wiki), ['mine.md', 'notes.md']);
    assert.deepEqual(await refused(wiki), [
      'deep/state/samples',
      'deep/state/sandbox.sqlite',
      'deep/state/sandbox.sqlite-wal',
      'deep/state/uploads',
    ]);
  });

  it('skips the sandbox’s own files if the origin folder is the data folder', async () => {
    await fixture.start({ dataFolder: origin });
    assert.deepEqual(await fixture.caller.names(await collectTwice()), ['mine.md']);
  });

  it('skips links to the data folder and links to the files in it', async function () {
    if (process.platform === 'win32') this.skip();
    const state = path.join(origin, 'state');
    await mkdir(state);
    const alias = path.join(await fixture.folders.make(), 'alias');
    await symlink(state, alias);
    await fixture.start({ dataFolder: alias });
    await symlink(path.join(state, 'sandbox.sqlite'), path.join(origin, 'symbolic.md'));
    await link(path.join(state, 'sandbox.sqlite'), path.join(origin, 'hard.md'));
    assert.deepEqual(await fixture.caller.names(await collectTwice()), ['mine.md']);
  });

  it('skips the files of another sandbox', async () => {
    const other = await startSandbox({ dataFolder: path.join(origin, 'other'), passwordCost: 16 });
    try {
      await fixture.start();
      assert.deepEqual(await fixture.caller.names(await collectTwice()), ['mine.md']);
    } finally {
      await other.close();
    }
  });

  it('skips the sandbox’s own files in the default temporary folder', async () => {
    const former = process.env['TMPDIR'];
    process.env['TMPDIR'] = origin;
    try {
      await fixture.start();
    } finally {
      if (former === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = former;
    }
    assert.ok(fixture.sandbox.dataFolder.startsWith(origin));
    assert.deepEqual(await fixture.caller.names(await collectTwice()), ['mine.md']);
  });

  it('collects sample files if the origin folder is the samples folder', async () => {
    const dataFolder = path.join(origin, 'state');
    await putFiles(dataFolder, { 'samples/wiki/a.md': 'sample' });
    await symlink('a.md', path.join(dataFolder, 'samples/wiki/alias.md'));
    await fixture.start({ dataFolder });
    origin = path.join(dataFolder, 'samples/wiki');
    assert.deepEqual(await fixture.caller.names(await collectTwice()), ['a.md', 'alias.md']);
  });
});
