import assert from 'node:assert/strict';
import { datasourceFrom } from '../../../../src/model/datasources/datasource.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { sharingWith } from '../../../../src/model/datasources/connectionSnapshot.ts';
import '../../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';

const { detailsHeader } = await import('../../../../src/ui/details/detailsHeader.ts');

const noon = Date.parse('2026-03-01T12:00:00Z');
const minute = 60_000;
const noNumbers = {
  bytesProcessed: undefined,
  resources: undefined,
  exceptions: undefined,
  notes: undefined,
};

function facts(
  fields: Record<string, unknown>,
  sharing: readonly string[] = [],
  now = noon,
): Map<string, unknown> {
  const datasource = datasourceFrom(node('wiki', fields), undefined, noon);
  const context = { place: 'Harbour', account: 'lumenfjord', sharing, now };
  return new Map(
    detailsHeader(datasource, noNumbers, context).facts.map(({ label, value, at }) => [label, value ?? at]),
  );
}

describe('The header of a details page', () => {
  it('shows the state of the credentials, and the Datasources that share them', () => {
    assert.equal(facts({}).get('Credentials'), undefined);
    assert.equal(facts({ credential_state: 'valid' }).get('Credentials'), 'valid');
    assert.equal(
      facts({ credential_state: 'valid' }, ['Pier']).get('Credentials'),
      'valid · shared with Pier',
    );
    assert.equal(facts({}, ['A', 'B', 'C', 'D', 'E']).get('Credentials'), 'shared with A, B, C and 2 more');
  });

  it('offers first the action that fits the status: sync, pause, resume, or renew expired credentials', () => {
    const firstOf = (fields: Record<string, unknown>): string | undefined => {
      const datasource = datasourceFrom(node('wiki', { type_sync: 'auto', ...fields }), undefined, noon);
      const context = { place: 'Harbour', account: 'lumenfjord', sharing: [], now: noon };
      return detailsHeader(datasource, noNumbers, context).actions[0]?.id;
    };
    assert.deepEqual(
      [
        { sync_status: 'synced' },
        { sync_status: 'syncing' },
        { sync_status: 'paused' },
        { sync_status: 'failed', credential_state: 'expired' },
      ].map(firstOf),
      ['sync', 'pause', 'resume', 'credentials'],
    );
  });

  it('shows that the next sync is overdue', () => {
    const last = { last_sync: new Date(noon - 10 * minute).toISOString() };
    assert.equal(facts(last).get('Next sync'), noon + 20 * minute);
    assert.equal(facts(last, [], noon + 60 * minute).get('Next sync (overdue)'), noon + 20 * minute);
  });
});

describe('sharingWith', () => {
  it('returns the other Datasources with the same wallet entry', () => {
    const store = new DatasourceStore();
    store.open(connection);
    const entries = { wiki: 'w1', drive: 'w1', slack: 'w2', box: undefined, jira: '' };
    const nodes = Object.entries(entries).map(([name, entry]) => node(name, { wallet_entry: entry }));
    store.applyListing(connection.id, listing(nodes), true, noon);
    const snapshot = store.get(connection.id);
    assert.ok(snapshot);
    const sharing = (name: string): string[] => {
      const datasource = snapshot.datasources.get(`uid-${name}`);
      return datasource ? sharingWith(datasource, snapshot).map(({ title }) => title) : [];
    };
    assert.deepEqual(
      [sharing('wiki'), sharing('slack'), sharing('box'), sharing('jira')],
      [['drive'], [], [], []],
    );
  });
});
