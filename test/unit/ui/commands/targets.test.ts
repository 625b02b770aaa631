import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import type { RowCall } from '../../../../src/ui/contributions.ts';
import type { DatasourceNode, TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';

const { DatasourcePicker, rowsOf } = await import('../../../../src/ui/commands/targets.ts');

function row(name: string): DatasourceNode {
  const datasourceId = `uid-${name}`;
  return { kind: 'datasource', id: name, connectionId: connection.id, datasourceId, parent: undefined };
}

function on(...rows: readonly TreeNode[]): RowCall {
  return { row: rows[0], rows, isOnRow: true };
}

const fromPalette: RowCall = { row: undefined, rows: [], isOnRow: false };
const isPaused = ({ status }: Datasource): boolean => status === 'paused';

function lastMessage(): string {
  return desktop.notifications.at(-1)?.message ?? '';
}

describe('The Datasources that a command applies to', () => {
  let store: DatasourceStore;
  let selection: readonly TreeNode[];
  let picker: InstanceType<typeof DatasourcePicker>;
  /** The labels that the last quick pick offered. */
  let offered: readonly string[] | undefined;

  beforeEach(() => {
    store = new DatasourceStore();
    store.open(connection);
    const nodes = [
      node('wiki', { sync_status: 'paused' }),
      node('mail', { sync_status: 'paused' }),
      node('chat', { sync_status: 'synced' }),
    ];
    store.applyListing(connection.id, listing(nodes), true, 0);
    selection = [];
    offered = undefined;
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: (items) => {
        offered = (items as { label: string }[]).map(({ label }) => label);
        return items.at(-1);
      },
      choose: () => undefined,
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
    picker = new DatasourcePicker(
      store,
      { now: () => 0 },
      () => Promise.resolve(),
      () => selection,
    );
  });
  afterEach(() => {
    desktop.attendant = undefined;
    store.dispose();
  });

  const resolved = async (call: RowCall): Promise<{ titles: string[]; skipped: number }> => {
    const { targets, skipped } = await picker.resolveAll(call, 'Resume', isPaused);
    return { titles: targets.map(({ datasource }) => datasource.title), skipped };
  };

  it('are the selected rows that allow it; the others are counted', async () => {
    assert.deepEqual(await resolved(on(row('wiki'), row('chat'), row('mail'))), {
      titles: ['wiki', 'mail'],
      skipped: 1,
    });
  });

  it('are the rows selected in the view for a call from the Command Palette', async () => {
    selection = [row('mail')];
    assert.deepEqual(await resolved(fromPalette), { titles: ['mail'], skipped: 0 });
    assert.equal(offered, undefined);
  });

  it('are none, and a message says so, if no selected row allows it', async () => {
    assert.deepEqual(await resolved(on(row('chat'), row('gone'))), { titles: [], skipped: 0 });
    assert.equal(lastMessage(), 'Resume: none of the 2 selected rows allows this at the moment.');
  });

  it('are the clicked row even if it does not allow it, so that the command can say why', async () => {
    assert.deepEqual(await resolved(on(row('chat'))), { titles: ['chat'], skipped: 0 });
  });

  it('are one that the user picks if there is no row, and only those that allow it are offered', async () => {
    assert.deepEqual(await resolved(fromPalette), { titles: ['wiki'], skipped: 0 });
    assert.deepEqual(offered?.slice(1), ['mail', 'wiki']);
  });

  it('are none, and a message says so, if no Datasource allows it', async () => {
    store.applyListing(connection.id, listing([node('chat')]), true, 0);
    assert.deepEqual(await resolved(fromPalette), { titles: [], skipped: 0 });
    assert.equal(lastMessage(), 'Resume: no Datasource allows this at the moment.');
  });

  it('never include the selection for a call on a row', () => {
    const wiki = row('wiki');
    assert.deepEqual(rowsOf(on(wiki), [row('mail')]), [wiki]);
    assert.deepEqual(rowsOf({ ...fromPalette, isOnRow: true }, [row('mail')]), []);
  });
});
