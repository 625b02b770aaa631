import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { HistoryReader, maxRuns } from '../../../../src/model/history/historyReader.ts';
import type { History } from '../../../../src/model/history/historyReader.ts';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import type { StatusMoment } from '../../../../src/model/history/runs.ts';
import { decodeLogPage } from '../../../../src/onna/wire/logs.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { numberedFiles, putFiles } from '../../sandbox/support/temporaryFolders.ts';
import { SandboxAccount } from './sandboxAccount.ts';

const minute = 60_000;
const noon = Date.parse('2026-03-01T12:00:00Z');
const { signal } = new AbortController();
const noJournal: Journal = { read: () => Promise.resolve([]) };

interface Journal {
  read(): Promise<readonly StatusMoment[]>;
}

function journalOf(...moments: (readonly [number, StatusMoment['status']])[]): {
  read: () => Promise<readonly StatusMoment[]>;
} {
  const read = moments.map(([at, status]) => ({
    ...{ at: noon + at * minute, status, reason: undefined, counts: undefined },
  }));
  return { read: () => Promise.resolve(read) };
}

describe('HistoryReader with the sandbox', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  beforeEach(async () => {
    await fixture.start();
    account = await SandboxAccount.signedIn(fixture.sandbox);
  });
  afterEach(async () => {
    await account.close();
    await fixture.stop();
  });

  async function sync(at: string): Promise<void> {
    fixture.clock.advanceSync(minute);
    await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }
  function read(at: string, journal = noJournal, by = account): Promise<History> {
    const logs = new LogReader(() => Promise.resolve(by.client));
    const owner = { connectionId: 'c1', datasourceId: 'uid-wiki', path: at };
    return new HistoryReader(journal, logs).read(owner, signal);
  }

  it('reads the counts of the newest run from the audit log', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(10));
    await putFiles(origin, {
      'a.md': 'a',
      'b.md': 'b',
      'deep/c.md': 'c',
      'page-00000.md': 'A longer text\n',
    });
    for (const name of ['page-00001.md', 'page-00002.md']) await rm(path.join(origin, name));
    await sync(wiki);
    const { runs, audit, collection, failure } = await read(wiki);
    assert.deepEqual(runs[0], {
      ...{ source: 'audit', start: noon + minute, end: noon + minute },
      ...{ outcome: 'synced', failedAttempts: 0, reason: undefined },
      counts: { added: 3, changed: 1, removed: 2 },
    });
    assert.deepEqual(runs[1]?.counts, { added: 10, changed: 0, removed: 0 });
    assert.deepEqual([runs.length, audit, collection, failure], [2, 'read', 'read', undefined]);
  });

  it('reads the reason and the counts of a failed run, and merges the run with its retry', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'a' });
    await rename(origin, `${origin}-away`);
    await sync(wiki);
    const [failed] = (await read(wiki)).runs;
    assert.equal(failed?.outcome, 'failed');
    assert.ok(failed.reason !== undefined && failed.reason.includes(path.basename(origin)), failed.reason);
    assert.deepEqual(failed.counts, { added: 0, changed: 0, removed: 0 });
    await rename(`${origin}-away`, origin);
    await putFiles(origin, { 'b.md': 'b' });
    await sync(wiki);
    const [mixed, first, ...others] = (await read(wiki)).runs;
    assert.deepEqual(
      [mixed?.outcome, mixed?.failedAttempts, mixed?.counts, first?.outcome, others.length],
      ['mixed', 1, { added: 1, changed: 0, removed: 0 }, 'synced', 0],
    );
  });

  it('uses only the local journal if the user may not read the logs', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'a' });
    const login = 'reader@sandbox.test';
    const { password } = await fixture.sandbox.addUser({ login, role: 'guillotina.Reader', at: wiki });
    const reader = await SandboxAccount.signedIn(fixture.sandbox, login, password);
    const history = await read(wiki, journalOf([-9, 'syncing'], [-5, 'error']), reader);
    await reader.close();
    const { runs, audit, collection, failure } = history;
    assert.deepEqual([audit, collection, failure], ['noPermission', 'noPermission', undefined]);
    assert.deepEqual(
      runs.map(({ source, outcome, counts }) => [source, outcome, counts]),
      [['journal', 'error', undefined]],
    );
  });

  it('merges the journal with the audit log', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'a' });
    const { runs } = await read(
      wiki,
      journalOf([-40, 'syncing'], [-35, 'synced'], [0, 'syncing'], [1, 'synced']),
    );
    assert.deepEqual(
      runs.map(({ source, end }) => [source, end]),
      [
        ['audit', noon],
        ['journal', noon - 35 * minute],
      ],
    );
  });
});

describe('HistoryReader', () => {
  const owner = { connectionId: 'c1', datasourceId: 'uid-wiki', path: '/ws/wiki' };

  for (const [failure, access] of [
    [{ kind: 'noPermission', status: 401 }, 'noPermission'],
    [{ kind: 'notFound' }, 'missing'],
    [{ kind: 'notFound', isPage: true }, 'unavailable'],
    [{ kind: 'serverError', status: 500 }, 'unavailable'],
  ] as const)
    it(`omits a log that cannot be read, and returns the reason: ${JSON.stringify(failure)}`, async () => {
      const error = new OnnaError(failure);
      const reader = new HistoryReader(journalOf([0, 'syncing'], [5, 'synced']), {
        read: () => Promise.reject(error),
      });
      const history = await reader.read(owner, signal);
      assert.deepEqual(
        [history.audit, history.collection, history.failure, history.runs.length],
        [access, access, access === 'unavailable' ? error : undefined, 1],
      );
    });

  it('fails with the error `cancelled` if the caller aborts the read', async () => {
    const abort = new AbortController();
    const reader = new HistoryReader(noJournal, {
      read: () => {
        abort.abort();
        return Promise.reject(new OnnaError({ kind: 'cancelled' }));
      },
    });
    assert.equal((await failureOf(reader.read(owner, abort.signal))).kind, 'cancelled');
  });

  it('returns the newest runs in the local journal without a request, up to a limit', async () => {
    const moments = Array.from({ length: 200 }, (_, at) => [at * 10, 'synced'] as const);
    const reader = new HistoryReader(journalOf(...moments), {
      read: () => assert.fail('a request was sent'),
    });
    const runs = await reader.known(owner);
    assert.deepEqual([runs.length, runs[0]?.end], [maxRuns, noon + 1_990 * minute]);
  });

  it('returns no counts for a run if the oldest log entries of the run were not read', async () => {
    const page = decodeLogPage({ items: [{ time: noon, action: 'added' }], cursor: 'c' });
    assert.ok(page);
    const collection = { items: page.items, cursor: { text: 'c', after: page } };
    const reader = new HistoryReader(noJournal, {
      read: (_, { log }) => Promise.resolve(log === 'audit' ? { items: [], cursor: undefined } : collection),
    });
    const [run] = (await reader.read(owner, signal)).runs;
    assert.deepEqual(
      [run?.source, run?.start, run?.end, run?.counts],
      ['collection', undefined, noon, undefined],
    );
  });
});
