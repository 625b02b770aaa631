import assert from 'node:assert/strict';
import { Renewals } from '../../../../src/model/credentials/renewals.ts';
import { Wallet, readDelayMs } from '../../../../src/model/credentials/wallet.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { ResourceLists } from '../../../../src/model/resources/resourceLists.ts';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { noFindings } from '../../../doubles/noFindings.ts';
import { noMarks } from '../../../doubles/noMarks.ts';
import '../../../doubles/useFakeVscode.ts';
import { until } from '../../../support/until.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const { CredentialRefresh } = await import('../../../../src/ui/tree/credentialRefresh.ts');
const { TreeProvider } = await import('../../../../src/ui/tree/treeProvider.ts');

const { id } = connection;
const minute = 60_000;

describe('The group Needs Renewal', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let store: DatasourceStore;
  let tree: InstanceType<typeof TreeProvider>;
  let renewals: Renewals;
  let refresh: InstanceType<typeof CredentialRefresh>;
  let parts: { dispose(): void }[];
  /** The kinds of the changed rows, for each event of the tree. */
  let events: string[];
  let wallet: object[];

  beforeEach(async () => {
    clock = new FakeClock();
    wallet = [];
    server = await ScriptedServer.start(({ path }, response) => {
      if (path.endsWith('@wallet')) json(response, []);
      else if (path.endsWith('@data')) json(response, { updates: wallet, cursor: null });
      else json(response, {});
    });
    store = new DatasourceStore();
    const client = server.client();
    const common = { store, clock, client: () => Promise.resolve(client) };
    const lists = new ResourceLists({ ...common, pageSize: () => 100 });
    const known = new Wallet({ ...common, onError: (error) => assert.ifError(error) });
    renewals = new Renewals({ ...common, acted: () => undefined });
    tree = new TreeProvider({
      ...{ store, lists, clock, grouping: 'workspace', findings: noFindings, marks: noMarks },
      ready: () => Promise.resolve(),
      credentials: { wallet: known, renewals },
    });
    refresh = new CredentialRefresh(tree);
    parts = [refresh, tree, renewals, known, lists, store];
    events = [];
    tree.onDidChangeTreeData((changed) =>
      events.push(
        [changed]
          .flat()
          .map((row) => row?.kind)
          .join(),
      ),
    );
    store.open(connection);
    see({}, {});
  });
  afterEach(async () => {
    for (const part of parts) part.dispose();
    await server.close();
  });

  /** Simulates a poll that returns two Datasources with these fields. */
  function see(chat: object, wiki: object): void {
    const nodes = [
      node('chat', { '@type': 'SlackDatasource', wallet_entry: 'w', ...chat }),
      node('wiki', { '@type': 'SlackDatasource', wallet_entry: 'w', ...wiki }),
    ];
    store.applyListing(id, listing(nodes), true, clock.now());
  }

  /** Draws all rows down to the Datasources, as VS Code does. */
  async function drawn(parent?: TreeNode, depth = 0): Promise<string[]> {
    const rows = await tree.getChildren(parent);
    const texts: string[] = [];
    for (const row of rows) {
      const { label, description, contextValue } = tree.getTreeItem(row);
      const words = [label, description, contextValue?.split(' ')[0]].map((part) =>
        typeof part === 'string' ? part : '',
      );
      texts.push(`${'  '.repeat(depth)}${words.join(' | ')}`);
      if (row.kind !== 'datasource') texts.push(...(await drawn(row, depth + 1)));
    }
    return texts;
  }
  const renewalLines = async (): Promise<string[]> =>
    (await drawn()).filter((line) => /\| (renewals|credentials|stopped)$/.test(line));
  const expired = { credential_state: 'expired' };

  it('is shown only if credentials must be renewed', async () => {
    assert.deepEqual(await renewalLines(), []);
    see(expired, expired);
    assert.deepEqual(events.splice(0), ['connection']);
    assert.deepEqual(await renewalLines(), [
      '  Needs Renewal | 1 | renewals',
      '    Slack | expired · stops 2 Datasources | credentials',
      '      chat | Synced 1 h ago · credentials expired | stopped',
      '      wiki | Synced 1 h ago · credentials expired | stopped',
    ]);
    see({ credential_state: 'valid' }, { credential_state: 'valid' });
    assert.equal(events.at(-1), 'connection');
    assert.deepEqual(await renewalLines(), []);
  });

  it('takes the title and the date of the entry from the wallet, and then refreshes only its own rows', async () => {
    see(expired, expired);
    wallet = [
      {
        ...{ '@id': '/lumenfjord/wallet/w', '@type': 'WalletEntry', '@uid': 'w', title: 'Slack of Ines' },
        expiration_date: '2026-03-01T10:00:00+00:00',
      },
    ];
    await renewalLines();
    await until('the wallet was read', () => events.includes('renewals'));
    assert.equal(
      (await renewalLines())[1],
      '    Slack | expired 2 h ago · stops 2 Datasources · Slack of Ines | credentials',
    );
    events.length = 0;
    see({ ...expired, sync_status: 'error' }, expired);
    assert.deepEqual(events, ['renewals']);
    see({ ...expired, sync_status: 'error' }, expired);
    assert.deepEqual(events, ['renewals'], 'nothing has changed');
  });

  it('shows credentials that expire soon, and keeps the remaining time up to date', async () => {
    wallet = [
      {
        ...{ '@id': '/lumenfjord/wallet/w', '@type': 'WalletEntry', '@uid': 'w', title: 'Slack of Ines' },
        expiration_date: '2026-03-03T12:00:30+00:00',
      },
    ];
    await drawn();
    clock.advanceSync(readDelayMs);
    await until('the wallet was read', () => events.includes('connection'));
    assert.equal(
      (await renewalLines())[1],
      '    Slack | expires in 2 days · used by 2 Datasources · Slack of Ines | credentials',
    );
    events.length = 0;
    clock.advanceSync(minute);
    refresh.tick();
    assert.deepEqual(events, ['renewals']);
    assert.match((await renewalLines())[1] ?? '', /expires in 1 day /);
  });

  it('is hidden by a filter', async () => {
    see(expired, expired);
    await drawn();
    tree.filter = 'chat';
    assert.deepEqual(await renewalLines(), []);
    tree.filter = '';
    assert.equal((await renewalLines()).length, 4);
  });

  it('is replaced by “credentials renewed” in the rows of all Datasources of the entry', async () => {
    see(expired, expired);
    await drawn();
    events.length = 0;
    const snapshot = store.get(id);
    assert.ok(snapshot);
    const datasources = [...snapshot.datasources.values()];
    await renewals.withSecret(id, { id: 'w', path: '/workspaces/harbour/chat', datasources }, 'secret');
    see({ credential_state: 'valid' }, { credential_state: 'valid' });
    assert.ok(events.includes('datasource,datasource'));
    const renewed = (await drawn()).filter((line) => line.endsWith('| datasource'));
    assert.deepEqual(renewed, [
      '    chat | credentials renewed · Synced 1 h ago | datasource',
      '    wiki | credentials renewed · Synced 1 h ago | datasource',
    ]);
    clock.advanceSync(10 * minute);
    assert.ok((await drawn()).every((line) => !line.includes('renewed')));
  });
});
