import assert from 'node:assert/strict';
import { datasourceFrom, type Datasource } from '../../../../src/model/datasources/datasource.ts';
import '../../../doubles/useFakeVscode.ts';
import { node } from '../../model/datasources/wireNodes.ts';

const { statusDescription, statusLabel } = await import('../../../../src/ui/text/statusText.ts');

const synced = Date.parse('2026-03-01T11:00:00Z');
const minute = 60_000;

function datasource(fields: Record<string, unknown>): Datasource {
  return datasourceFrom(node('wiki', fields), undefined, synced);
}

describe('The words for a status', () => {
  it('show an unknown status as the service sends it', () => {
    assert.equal(statusLabel('synced', 'synced'), 'Synced');
    assert.equal(statusLabel('unknown', 'archived'), 'archived');
  });

  it('say how long ago a sync ended', () => {
    const wiki = datasource({ sync_status: 'synced' });
    assert.equal(statusDescription(wiki, synced + 5 * minute), 'Synced 5 min ago');
    assert.equal(statusDescription(wiki, synced + 26 * 60 * minute), 'Synced 1 d ago');
  });

  it('say that the service will retry a failed sync, and when', () => {
    const failed = datasource({ sync_status: 'failed' });
    const now = synced + 3 * 60 * minute;
    assert.equal(statusDescription(failed, now), 'Failed 3 h ago · will retry');
    const retried = datasourceFrom(node('wiki', { sync_status: 'pending' }), failed, now);
    assert.equal(statusDescription(retried, now), 'Failed 3 h ago · retrying');
  });
});
