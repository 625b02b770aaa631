import assert from 'node:assert/strict';
import { appendFile, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { StatusWatch } from '../../../../src/model/datasources/statusTransitions.ts';
import { StatusJournal } from '../../../../src/model/history/statusJournal.ts';
import { runsFromStatuses } from '../../../../src/model/history/runs.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { makeTemporaryFolder } from '../../../support/temporaryFolder.ts';
import type { TemporaryFolder } from '../../../support/temporaryFolder.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const { id } = connection;
const noon = Date.parse('2026-03-01T12:00:00Z');
const second = 1_000;

/** A simulated window with its own store and journal. All windows share one folder. */
class JournalWindow {
  readonly clock = new FakeClock(noon);
  readonly store = new DatasourceStore();
  readonly watch = new StatusWatch(this.store);
  readonly errors: unknown[] = [];
  readonly journal: StatusJournal;

  constructor(folder: string) {
    this.journal = new StatusJournal(folder, this.watch, this.clock, (error) => this.errors.push(error));
    this.store.open(connection);
  }

  /** Stores a status. @param at Time in seconds after noon. @param fields Other fields of the Datasource. */
  see(at: number, status: string, fields: Record<string, unknown> = {}, names = ['wiki']): void {
    this.clock.jump(noon + at * second - this.clock.now());
    const nodes = names.map((name) => node(name, { sync_status: status, ...fields }));
    this.store.applyListing(id, listing(nodes), false, this.clock.now());
  }

  async statuses(name = 'wiki'): Promise<string[]> {
    const moments = await this.journal.read(id, `uid-${name}`);
    return moments.map(({ at, status }) => `${status} ${(at - noon) / second}`);
  }

  async runs(name = 'wiki'): Promise<string[]> {
    const runs = runsFromStatuses(await this.journal.read(id, `uid-${name}`), 'journal');
    return runs.map(({ outcome, start, end }) =>
      [outcome, ...[start, end].map((at) => (at === undefined ? '?' : (at - noon) / second))].join(' '),
    );
  }

  close(): void {
    this.journal.dispose();
    this.watch.dispose();
    this.store.dispose();
  }
}

/** The fields of a result with an end time. @param at The end time, in seconds after noon. */
function endedAt(at: number): Record<string, unknown> {
  return { '@timestamp': new Date(noon + at * second).toISOString() };
}

describe('StatusJournal', () => {
  let folder: TemporaryFolder;
  let windows: JournalWindow[];
  beforeEach(async () => {
    folder = await makeTemporaryFolder('onna-journal');
    windows = [];
  });
  afterEach(async () => {
    for (const window of windows) {
      assert.deepEqual(window.errors, []);
      window.close();
    }
    await folder.remove();
  });

  function open(): JournalWindow {
    const window = new JournalWindow(folder.path);
    windows.push(window);
    return window;
  }
  const file = (): string => path.join(folder.path, `${id}.jsonl`);
  /** Counts the appends to the file. Every append starts with an empty line. */
  const appends = async (): Promise<number> =>
    (await readFile(file(), 'utf8')).split('\n').filter((line) => line === '').length - 1;

  it('restores its entries after a restart, from a file that only the owner can read', async () => {
    const window = open();
    window.see(0, 'pending');
    window.see(1, 'syncing');
    window.see(9, 'synced', endedAt(8));
    await window.journal.flush();
    window.close();
    assert.deepEqual(await open().statuses(), ['syncing 1', 'synced 8']);
    assert.equal((await stat(file())).mode & 0o077, 0);
  });

  it('writes no entry for the first known status', async () => {
    const window = open();
    window.see(0, 'failed', endedAt(0));
    await window.journal.flush();
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('writes an expected status only after the service has confirmed the status', async () => {
    const window = open();
    window.see(0, 'syncing');
    window.store.expect(id, 'uid-wiki', 'paused')();
    await window.journal.flush();
    assert.deepEqual(await readdir(folder.path), []);
    window.store.expect(id, 'uid-wiki', 'paused');
    assert.deepEqual(await window.statuses(), []);
    window.see(4, 'paused');
    assert.deepEqual(await window.statuses(), ['paused 4']);
  });

  it('writes no entry if neither the status nor the result changes', async () => {
    const window = open();
    window.see(0, 'synced', endedAt(0));
    window.see(5, 'synced', { ...endedAt(5), title: 'Renamed' });
    assert.deepEqual(await window.statuses(), []);
  });

  it('writes 10,000 transitions in one append after two seconds', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `d${index}`);
    const window = open();
    window.see(0, 'synced', {}, names);
    window.see(1, 'pending', {}, names.slice(0, 5_000));
    window.see(2, 'pending', {}, names.slice(5_000));
    assert.equal(window.clock.nextIn, second * 2);
    assert.deepEqual(await readdir(folder.path), []);
    await window.clock.advance(2 * second);
    assert.deepEqual(await window.statuses('d9999'), ['pending 2']);
    assert.equal(await appends(), 1);
    assert.equal(window.clock.pending, 0);
  });

  it('returns a run once if two windows record it', async () => {
    const [first, other] = [open(), open()];
    for (const window of [first, other]) window.see(0, 'pending');
    first.see(1, 'syncing');
    other.see(3, 'syncing');
    other.see(9, 'synced', endedAt(8));
    first.see(11, 'synced', endedAt(8));
    for (const window of [other, first]) await window.journal.flush();
    assert.deepEqual(await first.runs(), ['synced 1 8']);
    assert.deepEqual(await other.runs(), ['synced 1 8']);
  });

  it('returns a run once if two windows record it and the service sends no end time', async () => {
    const [first, other] = [open(), open()];
    const undated = { '@timestamp': undefined };
    for (const window of [first, other]) window.see(0, 'syncing', undated);
    first.see(9, 'failed', undated);
    other.see(39, 'failed', undated);
    for (const window of [other, first]) await window.journal.flush();
    assert.deepEqual(await first.runs(), ['failed ? 9']);
  });

  it('returns one run if a window records the start after another window has recorded the end', async () => {
    const [first, other] = [open(), open()];
    for (const window of [first, other]) window.see(0, 'pending');
    first.see(1, 'syncing');
    first.see(8, 'synced', endedAt(8));
    other.see(9, 'syncing');
    other.see(15, 'synced', endedAt(8));
    for (const window of [other, first]) await window.journal.flush();
    assert.deepEqual(await first.runs(), ['synced 1 8']);
  });

  it('returns runs in quick succession as separate runs', async () => {
    const window = open();
    window.see(0, 'synced', endedAt(0));
    for (const at of [10, 20, 30]) {
      window.see(at, 'syncing');
      window.see(at + 3, 'synced', endedAt(at + 2));
    }
    assert.deepEqual(await window.runs(), ['synced 30 32', 'synced 20 22', 'synced 10 12']);
  });

  it('keeps the order of changes if the clock of the service is behind the local clock', async () => {
    const window = open();
    window.see(0, 'pending');
    window.see(1, 'syncing');
    window.see(9, 'synced', endedAt(-60));
    assert.deepEqual(await window.statuses(), ['syncing 1', 'synced -60']);
    assert.deepEqual(await window.runs(), ['synced ? -60']);
  });

  it('loses only the incomplete line of a killed window', async () => {
    const window = open();
    window.see(0, 'pending');
    window.see(1, 'syncing');
    await window.journal.flush();
    await appendFile(file(), '{"id":"uid-wiki","at":17723');
    assert.deepEqual(await window.statuses(), ['syncing 1']);
    window.see(8, 'synced', endedAt(8));
    assert.deepEqual(await window.statuses(), ['syncing 1', 'synced 8']);
  });

  it('ignores lines that are not valid entries', async () => {
    const known = JSON.stringify({ id: 'uid-wiki', at: noon, status: 'failed', reason: 'Full', more: 1 });
    await writeFile(file(), `nonsense\n[]\n{"id":"uid-wiki"}\n{"id":1,"at":2,"status":3}\n${known}\n`);
    const [moment, ...others] = await open().journal.read(id, 'uid-wiki');
    assert.deepEqual([moment?.status, moment?.reason, others.length], ['failed', 'Full', 0]);
  });

  it('truncates long texts from the service', async () => {
    const window = open();
    window.see(0, 'synced');
    window.see(1, `error${'!'.repeat(1e6)}`, {
      sync_message: 'W'.repeat(1e6),
      error_message: 'W'.repeat(1e6),
    });
    assert.deepEqual((await window.statuses()).length, 1);
    assert.ok((await stat(file())).size < 1_000);
  });

  it('shortens a file above 4 MB, and keeps the newest transitions of each Datasource', async () => {
    const line = (name: string, at: number, reason = 'x'.repeat(60)): string =>
      `${JSON.stringify({ id: `uid-${name}`, at: noon + at * second, status: at % 2 === 0 ? 'synced' : 'syncing', reason })}\n`;
    const lines = Array.from({ length: 40_000 }, (_, at) => line(`d${at % 100}`, at));
    await writeFile(file(), line('quiet', -9).repeat(1) + lines.join('') + line('loud', 0).repeat(500));
    assert.ok((await stat(file())).size > 4 << 20);
    const window = open();
    window.see(49_998, 'syncing');
    window.see(50_000, 'failed', endedAt(50_000));
    await window.journal.flush();
    const { size } = await stat(file());
    assert.ok(size <= 2 << 20, String(size));
    assert.deepEqual(await window.statuses(), ['failed 50000']);
    const text = await readFile(file(), 'utf8');
    assert.equal(text.match(/"uid-loud"/g)?.length, 200);
    assert.match(text, /"at":1772406399000/, 'the newest entry is kept');
    assert.doesNotMatch(text, new RegExp(`"at":${noon + 5 * second},`), 'an old entry is removed');
    assert.deepEqual(await readdir(folder.path), [`${id}.jsonl`]);
  });

  it('does not shorten the file at every append, even if its texts are long', async () => {
    const reason = 'ä'.repeat(500);
    const line = (at: number): string =>
      `${JSON.stringify({ id: `d${at}`, at, status: 'failed', reason })}\n`;
    await writeFile(file(), Array.from({ length: 4_100 }, (_, at) => line(at)).join(''));
    const window = open();
    window.see(0, 'syncing');
    window.see(1, 'paused');
    await window.journal.flush();
    const { size, ino } = await stat(file());
    window.see(2, 'syncing');
    await window.journal.flush();
    const next = await stat(file());
    assert.ok(next.size > size && next.size < 3 << 20);
    assert.equal(next.ino, ino);
  });

  it('deletes all files of an account, but no files of other accounts', async () => {
    const window = open();
    window.see(0, 'pending');
    window.see(1, 'syncing');
    await window.journal.flush();
    await writeFile(`${file()}.0b1c.tmp`, 'left behind');
    await writeFile(path.join(folder.path, 'other.jsonl'), '');
    window.see(2, 'failed');
    await window.journal.forget(id);
    await window.clock.advance(10 * second);
    assert.deepEqual(await readdir(folder.path), ['other.jsonl']);
    assert.deepEqual(await window.statuses(), []);
  });

  it('leaves no file behind if the account signs out while a change is being written and another is pending', async () => {
    const window = open();
    window.see(0, 'pending');
    window.see(1, 'syncing');
    const writing = window.journal.flush();
    window.see(2, 'failed');
    // As in the extension, the store closes the account first.
    window.store.close(id);
    const forgetting = window.journal.forget(id);
    const reading = window.statuses();
    await Promise.all([writing, forgetting, reading]);
    await window.clock.advance(10_000);
    assert.deepEqual(await readdir(folder.path), []);
    assert.equal(window.clock.pending, 0);
  });

  it('does not fail if the account to delete has no file', async () => {
    await open().journal.forget(id);
    await new JournalWindow(path.join(folder.path, 'missing')).journal.forget(id);
  });

  it('reports an error if the folder is not writable, and continues', async () => {
    const window = new JournalWindow(path.join(folder.path, 'blocked'));
    await writeFile(path.join(folder.path, 'blocked'), 'a file, not a folder');
    window.see(0, 'pending');
    window.see(1, 'syncing');
    await window.journal.flush();
    assert.equal(window.errors.length, 1);
    assert.deepEqual(await window.statuses(), []);
    window.close();
  });
});
