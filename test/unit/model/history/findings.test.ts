import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { ExceptionCounts } from '../../../../src/model/history/exceptionCounts.ts';
import { Findings } from '../../../../src/model/history/findings.ts';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { until } from '../../../support/until.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');

describe('Findings', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let clock: FakeClock;
  let findings: Findings;
  let changes: string[];
  let errors: unknown[];
  let searchStatus: number;
  let logStatus: number;

  beforeEach(async () => {
    [searchStatus, logStatus, changes, errors] = [200, 200, [], []];
    server = await ScriptedServer.start(({ path }, response) => {
      if (path.includes('@frontsearch'))
        json(
          response,
          {
            member: [{ '@id': 'x' }],
            items_count: 12,
            aggregations: { 'parent_datasource.uuid': { buckets: [{ key: 'uid-wiki', doc_count: 12 }] } },
          },
          searchStatus,
        );
      else
        json(
          response,
          {
            items: [
              { file_name: 'a.txt', type: 'Success' },
              { file_name: 'b.txt', error: 'Disk full' },
            ],
          },
          logStatus,
        );
    });
    clock = new FakeClock(noon);
    store = new DatasourceStore();
    store.open(connection);
    const client = server.client();
    const get = (): Promise<typeof client> => Promise.resolve(client);
    findings = new Findings({
      logs: new LogReader(get),
      counts: new ExceptionCounts(get),
      clock,
      onDidChangeStore: store.onDidChange,
      onError: (error) => errors.push(error),
    });
    findings.onDidChange(({ datasourceIds }) => changes.push(...datasourceIds));
  });
  afterEach(async () => {
    assert.deepEqual(errors, []);
    findings.dispose();
    await server.close();
  });

  function see(fields: Record<string, unknown>): Datasource {
    store.applyListing(connection.id, listing([node('wiki', fields)]), false, clock.now());
    const datasource = store.find(connection.id, 'uid-wiki');
    assert.ok(datasource);
    return datasource;
  }
  const sent = (service: string): number => server.seen.filter(({ path }) => path.includes(service)).length;

  it('requests the collection log once for each failure, and returns the newest error in the log', async () => {
    const wiki = see({ sync_status: 'failed' });
    for (let times = 0; times < 3; times++) findings.shown(connection.id, wiki);
    await until('the reason is known', () => changes.length > 0);
    assert.equal(findings.get(connection.id, wiki).reason, 'b.txt: Disk full');
    assert.equal(sent('@getAuditLogSpyder'), 1);
  });

  it('requests no log for a failure with a message or for a synced Datasource', async () => {
    findings.shown(connection.id, see({ sync_status: 'failed', sync_message: 'Gone' }));
    findings.shown(connection.id, see({ sync_status: 'synced' }));
    await clock.advance(60_000);
    assert.equal(sent('@getAuditLogSpyder'), 0);
  });

  it('does not request the log of a failure again after the service has refused the log', async () => {
    logStatus = 404;
    const wiki = see({ sync_status: 'failed' });
    findings.shown(connection.id, wiki);
    await until('the log was requested', () => sent('@getAuditLogSpyder') > 0);
    findings.shown(connection.id, wiki);
    await clock.advance(60_000);
    assert.equal(sent('@getAuditLogSpyder'), 1);
    assert.equal(findings.get(connection.id, wiki).reason, undefined);
  });

  it('repeats a failed request for a log after five minutes, rather than each time the row is shown', async () => {
    logStatus = 500;
    const wiki = see({ sync_status: 'failed' });
    findings.shown(connection.id, wiki);
    await until('the log was requested', () => server.log.length > 0);
    logStatus = 200;
    for (let minute = 1; minute <= 4; minute++) {
      await clock.advance(60_000);
      findings.shown(connection.id, wiki);
    }
    assert.equal(sent('@getAuditLogSpyder'), 1);
    await clock.advance(60_000);
    findings.shown(connection.id, wiki);
    await until('the reason is known', () => findings.get(connection.id, wiki).reason !== undefined);
    assert.equal(sent('@getAuditLogSpyder'), 2);
  });

  it('discards responses that arrive after the account has signed out', async () => {
    const waiting: (() => void)[] = [];
    const { answer } = server;
    server.answer = (...args) => waiting.push(() => answer(...args));
    const wiki = see({ sync_status: 'failed' });
    findings.shown(connection.id, wiki);
    await clock.advance(10_000);
    await until('both were requested', () => waiting.length === 2);
    findings.forget(connection.id);
    for (const send of waiting) send();
    await until('both were answered', () => server.log.length === 2);
    await settle();
    assert.deepEqual(findings.get(connection.id, wiki), { reason: undefined, exceptions: undefined });
    assert.deepEqual(changes, []);
  });

  it('counts exceptions with one request for the whole account, at most every five minutes', async () => {
    const wiki = see({ sync_status: 'synced' });
    findings.shown(connection.id, wiki);
    await clock.advance(10_000);
    await until('the exceptions are counted', () => changes.length > 0);
    assert.equal(findings.get(connection.id, wiki).exceptions, 12);
    findings.shown(connection.id, wiki);
    await clock.advance(60_000);
    assert.equal(sent('@frontsearch'), 1);
    findings.shown(connection.id, see({ sync_status: 'syncing' }));
    await clock.advance(60_000);
    assert.equal(sent('@frontsearch'), 1);
    await clock.advance(4 * 60_000);
    await until('the exceptions are counted again', () => sent('@frontsearch') === 2);
  });

  it('does not count exceptions again in this session after the service has refused a count', async () => {
    searchStatus = 404;
    const wiki = see({ sync_status: 'synced' });
    findings.shown(connection.id, wiki);
    await clock.advance(10_000);
    await until('the count was refused', () => sent('@frontsearch') > 0);
    await clock.advance(60_000);
    findings.shown(connection.id, see({ sync_status: 'syncing' }));
    await clock.advance(10 * 60_000);
    assert.equal(sent('@frontsearch'), 1);
  });
});
