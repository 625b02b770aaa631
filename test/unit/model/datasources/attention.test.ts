import assert from 'node:assert/strict';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { attentionOverview, attentionReason } from '../../../../src/model/datasources/attention.ts';
import { datasourceFrom, type Datasource } from '../../../../src/model/datasources/datasource.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { connection, listing, node } from './wireNodes.ts';

const { user } = connection;
const now = Date.parse('2026-03-01T12:00:00Z');

function datasource(fields: Record<string, unknown>): Datasource {
  return datasourceFrom(node('wiki', fields), undefined, now);
}

function reason(fields: Record<string, unknown>, login: string | undefined = user): string | undefined {
  return attentionReason(datasource(fields), login);
}

describe('The reason why a Datasource needs attention', () => {
  it('is an error for every status that begins with “error”', () => {
    assert.equal(reason({ sync_status: 'error_quota' }), 'error');
  });

  it('is expired credentials, even if the status is an error, because they are the cause', () => {
    assert.equal(reason({ sync_status: 'error', credential_state: 'expired' }), 'credentials');
    assert.equal(reason({ sync_status: 'synced', credential_state: 'expired' }), 'credentials');
  });

  it('is a failure only if the last success is at least two hours older than the failed sync', () => {
    const failed = { sync_status: 'failed', '@timestamp': '2026-03-01T11:00:00+00:00' };
    assert.equal(reason({ ...failed, last_sync: '2026-03-01T09:00:00+00:00' }), 'failing');
    assert.equal(reason({ ...failed, last_sync: '2026-03-01T09:00:01+00:00' }), undefined);
    assert.equal(reason({ ...failed, creation_date: '2026-02-27T11:00:00+00:00' }), 'failing');
    assert.equal(reason(failed), undefined, 'without a date, the failure may be the first one');
  });

  it('stays a failure while the service retries, and disappears after a success', () => {
    const dates = { last_sync: '2026-02-28T11:00:00+00:00' };
    const failed = datasource({ ...dates, sync_status: 'failed' });
    const retried = datasourceFrom(node('wiki', { ...dates, sync_status: 'syncing' }), failed, now);
    assert.equal(attentionReason(retried, user), 'failing');
    const synced = datasourceFrom(node('wiki', { ...dates, sync_status: 'synced' }), retried, now);
    assert.equal(attentionReason(synced, user), undefined);
  });

  it('is an invitation only for the invited user', () => {
    const owners = { [user]: ['guillotina.Owner'], 'olga@lumenfjord.test': ['guillotina.Owner'] };
    const invited = {
      sync_status: 'invited',
      creators: ['olga@lumenfjord.test'],
      '@assigned-roles': owners,
    };
    assert.equal(reason(invited), 'invitation');
    assert.equal(reason(invited, user.toUpperCase()), 'invitation');
    assert.equal(reason(invited, 'olga@lumenfjord.test'), undefined);
  });

  it('is an invitation for everyone except the owners if the service does not say who was invited', () => {
    const invited = { sync_status: 'invited', creators: ['olga@lumenfjord.test'] };
    assert.equal(reason(invited), 'invitation');
    assert.equal(reason(invited, 'olga@lumenfjord.test'), undefined);
  });

  it('does not exist for other statuses', () => {
    for (const sync_status of ['synced', 'syncing', 'pending', 'paused', 'created', 'resuming', 'odd'])
      assert.equal(reason({ sync_status }), undefined, sync_status);
  });
});

describe('The overview of the Datasources that need attention', () => {
  const other = connectionTo(connection, 'olga@lumenfjord.test');
  const store = new DatasourceStore();
  store.open(connection);
  store.open(other);
  const at = (hour: number): string => `2026-03-01T${String(hour).padStart(2, '0')}:00:00+00:00`;
  store.applyListing(
    connection.id,
    listing([
      node('invited', { sync_status: 'invited', creators: ['olga@lumenfjord.test'] }),
      node('old error', { sync_status: 'error', '@timestamp': at(3) }),
      node('new error', { sync_status: 'error', '@timestamp': at(9) }),
      node('fine'),
    ]),
    true,
    now,
  );
  store.applyListing(
    other.id,
    listing([
      node('failing', { sync_status: 'failed', '@timestamp': at(9), last_sync: at(1) }),
      node('expired', { credential_state: 'expired' }),
      node('middle error', { sync_status: 'error', '@timestamp': at(5) }),
    ]),
    true,
    now,
  );
  const titles = (max: number): string[] =>
    attentionOverview(store.connections(), max).first.map(({ datasource: { title } }) => title);

  it('lists the Datasources of all accounts, sorted by urgency, with the latest failures first', () => {
    const expected = ['expired', 'new error', 'middle error', 'old error', 'failing', 'invited'];
    assert.deepEqual(titles(10), expected);
  });

  it('lists at most the requested number of Datasources, but counts all of them', () => {
    assert.deepEqual(titles(2), ['expired', 'new error']);
    assert.equal(attentionOverview(store.connections(), 2).total, 6);
    assert.deepEqual(attentionOverview([], 2), { first: [], total: 0 });
  });

  it('takes less than 100 ms for 10,000 failed Datasources', () => {
    const many = new DatasourceStore();
    many.open(connection);
    const nodes = Array.from({ length: 10_000 }, (_, index) =>
      node(`d${index}`, { sync_status: 'error', '@timestamp': at(index % 12) }),
    );
    many.applyListing(connection.id, listing(nodes), true, now);
    const started = performance.now();
    const { first, total } = attentionOverview(many.connections(), 200);
    const tookMs = performance.now() - started;
    assert.deepEqual([first.length, total], [200, 10_000]);
    assert.ok(tookMs < 100, `${tookMs} ms`);
  });
});
