import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../../src/base/clock.ts';
import { DatasourceDownload } from '../../../../src/model/resources/datasourceDownload.ts';
import { fileInMemory } from '../../../../src/model/upload/localFile.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { UploadWorld } from '../upload/uploadWorld.ts';

const long = 'n'.repeat(250);
/** Paths of files whose names some systems do not allow. Each file contains its own path. */
const paths: readonly string[] = [
  // Device names of Windows, and characters that Windows forbids or drops at the end.
  ...[
    'con',
    'NUL.txt',
    'com1.tar.gz',
    'aux/lpt9',
    'a<b>c:d"e|f?g*h.txt',
    'ends with a dot.',
    'ends with a space ',
  ],
  // Names that Windows and macOS consider equal.
  ...['Case.txt', 'case.txt', 'CASE.TXT', 'Docs/plan.md', 'docs/plan.md', 'h\u00f6he.md', 'ho\u0308he.md'],
  // 255 bytes, and equal except for the last byte before the extension.
  ...[`${long}a.txt`, `${long}b.txt`, `${'ö'.repeat(125)}x.txt`],
  ...['.hidden', '-rf', '$(reboot)', '=1+1.csv', 'right\u202eto left.txt', 'tab\tand\nline'],
];

/** Whether Windows accepts a name and keeps it unchanged. */
function isValidOnWindows(name: string): boolean {
  return (
    !/[<>:"/\\|?*\p{Cc}]|[. ]$/u.test(name) &&
    !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}

describe('Files whose names are not valid everywhere', () => {
  let world: UploadWorld;
  let folder: string;
  beforeEach(async () => {
    world = await UploadWorld.start();
    folder = await mkdtemp(path.join(tmpdir(), 'names-'));
  });
  afterEach(async () => {
    await world.stop();
    await rm(folder, { recursive: true });
  });

  async function download(): Promise<DatasourceDownload['totals']> {
    const whole = new DatasourceDownload({
      client: () => Promise.resolve(world.account.client),
      ...{ clock: systemClock, datasource: world.path, folder },
      ended: () => undefined,
      report: () => undefined,
    });
    await whole.run(new AbortController().signal);
    return whole.totals;
  }

  it('keep their names in the service, and get valid and distinct names when they are downloaded', async () => {
    const items = paths.map((each, index) => {
      const parts = each.split('/');
      const name = parts.at(-1) ?? '';
      const file = fileInMemory(name, () => Promise.resolve(Buffer.from(each)), parts.slice(0, -1));
      return { file, name, replaces: undefined, index };
    });
    const { client } = world.account;
    const { signal } = new AbortController();
    const { outcomes } = await new UploadRun({ client, path: world.path, signal, record: undefined }).run(
      items,
    );
    assert.deepEqual(
      outcomes.filter(({ error }) => error),
      [],
    );
    const { nodes, resources } = world.sandbox.stores;
    const stored = resources.some(nodes.byPath(world.path)?.id ?? 0, 0, 100);
    // The sandbox drops control characters, and spaces at the end.
    const kept = paths.map((each) => each.replaceAll(/\p{Cc}/gu, '').trimEnd());
    assert.deepEqual(stored.map(({ originKey }) => originKey).sort(), kept.sort());

    const totals = await download();
    assert.deepEqual([totals.saved, totals.failed, totals.noFile], [paths.length, 0, 0]);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const { name } of entries) assert.ok(isValidOnWindows(name), JSON.stringify(name));
    const places = entries.map(({ parentPath, name }) => path.join(parentPath, name));
    assert.equal(new Set(places.map((place) => place.normalize('NFC').toLowerCase())).size, places.length);
    const files = entries.filter((entry) => entry.isFile());
    const contents = await Promise.all(
      files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), 'utf8')),
    );
    assert.deepEqual(contents.sort(), [...paths].sort());

    // The same files get the same names again.
    const again = await download();
    assert.deepEqual([again.present, again.bytes], [paths.length, 0]);
  });
});
