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

describe('The status text of a Datasource', () => {
  it('shows an unknown status exactly as the service sends it', () => {
    assert.equal(statusLabel('synced', 'synced'), 'Synced');
    assert.equal(statusLabel('unknown', 'archived'), 'archived');
  });

  it('shows how long ago a sync ended', () => {
    const wiki = datasource({ sync_status: 'synced' });
    assert.equal(statusDescription(wiki, synced + 5 * minute), 'Synced 5 min ago');
    assert.equal(statusDescription(wiki, synced + 26 * 60 * minute), 'Synced 1 d ago');
  });

  it('shows that the service will retry, or is retrying, a failed sync', () => {
    const failed = datasource({ sync_status: 'failed' });
    const now = synced + 3 * 60 * minute;
    assert.equal(statusDescription(failed, now), 'Failed 3 h ago · will retry');
    const retried = datasourceFrom(node('wiki', { sync_status: 'pending' }), failed, now);
    assert.equal(statusDescription(retried, now), 'Failed 3 h ago · retrying');
  });

  it('shows the reason for a failure and the minutes until the retry', () => {
    const next = new Date(synced + 9 * minute).toISOString();
    const failed = datasource({ sync_status: 'failed', sync_message: 'Origin not found', next_sync: next });
    assert.equal(
      statusDescription(failed, synced + 5 * minute),
      'Failed 5 min ago · Origin not found · will retry in 4 min',
    );
    const unexplained = datasource({ sync_status: 'error' });
    const finding = { reason: 'b.txt: Disk full', exceptions: undefined };
    assert.equal(
      statusDescription(unexplained, synced + 5 * minute, finding),
      'Error 5 min ago · b.txt: Disk full',
    );
  });

  it('shows the number of exceptions of a synced Datasource', () => {
    const wiki = datasource({ sync_status: 'synced' });
    const at = synced + 5 * minute;
    assert.equal(
      statusDescription(wiki, at, { reason: undefined, exceptions: 12 }),
      'Synced 5 min ago · 12 exceptions',
    );
    assert.equal(
      statusDescription(wiki, at, { reason: undefined, exceptions: 1 }),
      'Synced 5 min ago · 1 exception',
    );
  });
});
