import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { summary } from '../../../../src/model/datasources/summary.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { connection, listing, node } from './wireNodes.ts';

const other = connectionTo(connection, 'olga@lumenfjord.test');

describe('The summary of all Datasources', () => {
  const store = new DatasourceStore();
  store.open(connection);
  store.open(other);
  const nodes = [
    node('synced'),
    node('error', { sync_status: 'error: no access' }),
    node('failed', { sync_status: 'failed' }),
    node('syncing', { sync_status: 'syncing' }),
    node('pending', { sync_status: 'pending' }),
    node('paused', { sync_status: 'paused' }),
  ];
  store.applyListing(connection.id, listing(nodes), true, 0);
  const elsewhere = node('elsewhere', { sync_status: 'resuming' });
  store.applyListing(other.id, listing([{ ...elsewhere, credential: 'expired' }]), true, 0);
  const found = summary(store.connections());

  it('separates Datasources that need attention from failed ones, which the service will retry', () => {
    assert.deepEqual(
      found.attention.map(({ title }) => title),
      ['error', 'elsewhere'],
    );
    assert.deepEqual(
      found.failed.map(({ title }) => title),
      ['failed'],
    );
  });

  it('lists active Datasources, even if they also need attention', () => {
    assert.deepEqual(
      found.active.map(({ title }) => title),
      ['pending', 'syncing', 'elsewhere'],
    );
  });

  it('contains no Datasources if there are no accounts', () => {
    assert.deepEqual(summary([]), { attention: [], failed: [], active: [] });
  });
});
