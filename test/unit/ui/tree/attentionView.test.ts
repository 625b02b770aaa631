import assert from 'node:assert/strict';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { ResourceLists } from '../../../../src/model/resources/resourceLists.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop, type TreeSource, type View } from '../../../doubles/desktop.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { noCredentials } from '../../../doubles/noCredentials.ts';
import { noFindings } from '../../../doubles/noFindings.ts';
import { noMarks } from '../../../doubles/noMarks.ts';
import '../../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';

const { AttentionView } = await import('../../../../src/ui/tree/attentionView.ts');
const { maxAttentionRows } = await import('../../../../src/ui/tree/attentionProvider.ts');
const { TreeProvider } = await import('../../../../src/ui/tree/treeProvider.ts');

const { id } = connection;
const other = connectionTo({ ...connection, account: 'fjordwise' }, 'olga@lumenfjord.test');

interface Item {
  readonly label: string;
  readonly description: string | undefined;
  readonly contextValue: string;
  readonly collapsibleState: number;
  readonly resourceUri: unknown;
  readonly command: { readonly command: string; readonly arguments: readonly unknown[] } | undefined;
  readonly accessibilityInformation: { readonly label: string } | undefined;
}

describe('The view “Needs Attention”', () => {
  let clock: FakeClock;
  let store: DatasourceStore;
  let attention: InstanceType<typeof AttentionView>;
  let source: TreeSource;
  let view: View;
  let parts: { dispose(): void }[];
  /** The changed rows of each event: their ids, or `all`. */
  let events: (readonly string[] | 'all')[];
  /** The number of times that the view was shown or hidden. */
  let visibilityChanges: number;

  beforeEach(() => {
    [events, visibilityChanges] = [[], 0];
    clock = new FakeClock(Date.parse('2026-03-01T12:00:00Z'));
    store = new DatasourceStore();
    const refuse = (): Promise<never> => Promise.reject(new Error('this view must not send requests'));
    const lists = new ResourceLists({ store, clock, client: refuse, pageSize: () => 100 });
    const tree = new TreeProvider({
      ...{ store, lists, clock, findings: noFindings, marks: noMarks, credentials: noCredentials },
      grouping: 'workspace',
      ready: () => Promise.resolve(),
    });
    attention = new AttentionView({
      ...{ tree, clock },
      zone: { current: { timeZone: 'UTC', isReaders: true } },
      ready: () => Promise.resolve(),
      onVisible: () => visibilityChanges++,
    });
    const registered = desktop.otherViews.get('onna.needsAttention');
    assert.ok(registered);
    ({ view, tree: source } = registered);
    source.onDidChangeTreeData((change) => {
      events.push(change === undefined ? 'all' : (change as TreeNode[]).map((row) => row.id));
    });
    parts = [attention, tree, lists, store];
    store.open(connection);
  });

  afterEach(() => parts.forEach((part) => part.dispose()));

  function list(...fields: readonly (readonly [name: string, fields: Record<string, unknown>])[]): void {
    const nodes = fields.map(([name, values]) => node(name, values));
    store.applyListing(id, listing(nodes), true, clock.now());
  }

  async function rows(): Promise<TreeNode[]> {
    return (await source.getChildren()) as TreeNode[];
  }

  async function items(): Promise<Item[]> {
    return (await rows()).map((row) => source.getTreeItem(row) as Item);
  }

  it('shows each row as the tree does, with the reason and the same actions, but without children', async () => {
    list(['wiki', { sync_status: 'error', sync_message: 'No space left' }], ['fine', {}]);
    const [item, ...others] = await items();
    assert.equal(others.length, 0);
    assert.equal(item?.label, 'wiki');
    assert.equal(item.description, 'Error 1 h ago · No space left');
    assert.match(item.contextValue, /^datasource\b.*\bsync\b/);
    assert.equal(item.collapsibleState, 0);
  });

  it('gives each row the context value that enables the inline action for its reason', async () => {
    list(
      ['a', { credential_state: 'expired' }],
      ['b', { sync_status: 'invited', creators: ['olga@lumenfjord.test'] }],
    );
    const [expired, invited] = await items();
    assert.match(expired?.contextValue ?? '', /\bexpired\b/);
    assert.match(invited?.contextValue ?? '', /\baccept\b/);
  });

  it('opens the details of the selected row', async () => {
    list(['wiki', { sync_status: 'error' }]);
    const [row] = await rows();
    const [item] = await items();
    const { command } = item ?? {};
    assert.deepEqual([command?.command, command?.arguments], ['onna.showDetails', [row]]);
  });

  it('requests no decorations, so that the tree does not treat the Datasources as visible', async () => {
    list(['wiki', { sync_status: 'error' }]);
    assert.equal((await items())[0]?.resourceUri, undefined);
  });

  it('names the account only if there are several accounts', async () => {
    list(['wiki', { sync_status: 'error' }]);
    assert.doesNotMatch((await items())[0]?.description ?? '', /lumenfjord/);
    store.open(other);
    store.applyListing(other.id, listing([]), true, clock.now());
    const [item] = await items();
    assert.match(item?.description ?? '', / · lumenfjord$/);
    assert.match(item?.accessibilityInformation?.label ?? '', /, lumenfjord$/);
  });

  it('waits for the first list before it says that nothing needs attention', async () => {
    let isAnswered = false;
    const answer = rows().then((found) => {
      isAnswered = true;
      return found;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isAnswered, false);
    list(['wiki', { sync_status: 'error' }]);
    assert.equal((await answer).length, 1);
  });

  it('shows a row that reports that an account could not be loaded, and that loads it again when selected', async () => {
    store.fail(id, new OnnaError({ kind: 'unreachable', host: 'onna.example.test', code: 'ECONNREFUSED' }));
    const [item] = await items();
    assert.equal(item?.label, 'Could not load. Select to try again.');
    assert.equal(item.command?.command, 'onna.refresh');
  });

  it('lists at most 200 of 10,000 failed Datasources, and a row that filters the tree', async () => {
    list(...Array.from({ length: 10_000 }, (_, index) => [`d${index}`, { sync_status: 'error' }] as const));
    const found = await items();
    assert.equal(found.length, maxAttentionRows + 1);
    assert.equal(found.at(-1)?.label, 'and 9,800 more');
    assert.equal(found.at(-1)?.command?.command, 'onna.filter');
    await clock.advance(1_000);
    assert.equal(view.description, '10,000');
  });

  it('refreshes only the rows that have changed', async () => {
    list(['a', { sync_status: 'error' }], ['b', { sync_status: 'error' }]);
    await items();
    await clock.advance(1_000);
    events.length = 0;
    list(['a', { sync_status: 'error' }], ['b', { sync_status: 'error', sync_message: 'Disk full' }]);
    await clock.advance(1_000);
    assert.deepEqual(events, [[`attention/${id}/uid-b`]]);
  });

  it('refreshes all rows if Datasources were added, removed or reordered, and shows their total number', async () => {
    list(['a', { sync_status: 'error' }]);
    await items();
    await clock.advance(1_000);
    assert.equal(view.description, '1');
    list(['a', {}]);
    await clock.advance(1_000);
    assert.equal(events.at(-1), 'all');
    assert.equal(view.description, undefined);
    assert.deepEqual(await rows(), []);
  });

  it('collects a burst of changes into one event', async () => {
    list(['a', { sync_status: 'error' }]);
    await items();
    await clock.advance(1_000);
    events.length = 0;
    for (let count = 0; count < 50; count++)
      list(['a', { sync_status: 'error', sync_message: `Attempt ${count}` }]);
    await clock.advance(1_000);
    assert.equal(events.length, 1);
  });

  it('updates the ages once per minute while it is visible', async () => {
    list(['a', { sync_status: 'error', '@timestamp': '2026-03-01T11:59:00+00:00' }]);
    await items();
    await clock.advance(1_000);
    events.length = 0;
    await clock.advance(60_000);
    assert.deepEqual(events, [[`attention/${id}/uid-a`]]);
    assert.match((await items())[0]?.description ?? '', /2 min ago/);
  });

  it('refreshes no rows while it is hidden, and all rows when it is shown again', async () => {
    list(['a', { sync_status: 'error' }]);
    await items();
    await clock.advance(1_000);
    view.visible = false;
    view.visibility.fire({ visible: false });
    events.length = 0;
    list(['a', { sync_status: 'error' }], ['b', { sync_status: 'error' }]);
    await clock.advance(3 * 60_000);
    assert.deepEqual(events, []);
    assert.equal(view.description, '2');
    view.visible = true;
    view.visibility.fire({ visible: true });
    assert.deepEqual(events, ['all']);
    assert.equal(visibilityChanges, 2);
  });

  it('has no badge, because the view of Datasources already has one', async () => {
    list(['a', { sync_status: 'error' }]);
    await items();
    await clock.advance(1_000);
    assert.equal(view.badge, undefined);
  });
});
