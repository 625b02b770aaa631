import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { DatasourceTarget } from '../../../../src/ui/commands/targets.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';

const { AttentionList } = await import('../../../../src/ui/commands/attentionList.ts');
const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');

describe('The list behind the status bar item', () => {
  let store: DatasourceStore;
  let list: InstanceType<typeof AttentionList>;
  let offered: string[];
  let shown: DatasourceTarget[];
  let focusedViews: number;

  beforeEach(() => {
    [offered, shown, focusedViews] = [[], [], 0];
    store = new DatasourceStore();
    store.open(connection);
    const ready = (): Promise<void> => Promise.resolve();
    const picker = new DatasourcePicker(store, { now: () => 0 }, ready, () => []);
    list = new AttentionList({ ready, store }, picker, (target) => {
      shown.push(target);
      return Promise.resolve();
    });
    desktop.commands.set('onna.datasources.focus', () => focusedViews++);
    desktop.attendant = {
      pick: (items) => {
        offered = (items as { label: string; datasource?: object }[])
          .filter(({ datasource }) => datasource)
          .map(({ label }) => label);
        return items.at(-1);
      },
      choose: () => undefined,
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
  });
  afterEach(() => {
    desktop.attendant = undefined;
    desktop.commands.delete('onna.datasources.focus');
    store.dispose();
  });

  async function show(...statuses: readonly string[]): Promise<void> {
    const nodes = statuses.map((status) => node(status, { sync_status: status }));
    store.applyListing(connection.id, listing(nodes), true, 0);
    await list.show();
  }

  it('contains the Datasources that need attention or have failed, and opens the details of the chosen one', async () => {
    await show('synced', 'error', 'failed', 'syncing');
    assert.deepEqual(offered.toSorted(), ['error', 'failed']);
    assert.deepEqual(
      shown.map(({ connectionId, datasource }) => [connectionId, datasource.title]),
      [[connection.id, offered.at(-1)]],
    );
  });

  it('contains the syncing Datasources if none needs attention or has failed', async () => {
    await show('synced', 'syncing');
    assert.deepEqual(offered, ['syncing']);
    assert.equal(shown.length, 1);
  });

  it('is not shown if all Datasources are synced: the command focuses the tree view instead', async () => {
    await show('synced');
    assert.deepEqual([offered, shown, focusedViews], [[], [], 1]);
  });
});
