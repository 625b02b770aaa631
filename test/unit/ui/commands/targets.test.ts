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

describe('The list of Datasources that a command applies to', () => {
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

  it('contains the selected rows that allow the command, and counts the rows that do not', async () => {
    assert.deepEqual(await resolved(on(row('wiki'), row('chat'), row('mail'))), {
      titles: ['wiki', 'mail'],
      skipped: 1,
    });
  });

  it('contains the rows selected in the view if the command is run from the Command Palette', async () => {
    selection = [row('mail')];
    assert.deepEqual(await resolved(fromPalette), { titles: ['mail'], skipped: 0 });
    assert.equal(offered, undefined);
  });

  it('is empty, with a message to the user, if no selected row allows the command', async () => {
    assert.deepEqual(await resolved(on(row('chat'), row('gone'))), { titles: [], skipped: 0 });
    assert.equal(lastMessage(), 'Resume: none of the 2 selected rows allows this at the moment.');
  });

  it('contains the clicked row even if it does not allow the command, so that the command can explain the reason', async () => {
    assert.deepEqual(await resolved(on(row('chat'))), { titles: ['chat'], skipped: 0 });
  });

  it('contains the Datasource that the user picks from a list if no row is selected', async () => {
    assert.deepEqual(await resolved(fromPalette), { titles: ['wiki'], skipped: 0 });
    assert.deepEqual(offered?.slice(1), ['mail', 'wiki']);
  });

  it('is empty, with a message to the user, if no Datasource allows the command', async () => {
    store.applyListing(connection.id, listing([node('chat')]), true, 0);
    assert.deepEqual(await resolved(fromPalette), { titles: [], skipped: 0 });
    assert.equal(lastMessage(), 'Resume: no Datasource allows this at the moment.');
  });

  it('does not contain the selected rows if the command runs on a row outside the selection', () => {
    const wiki = row('wiki');
    assert.deepEqual(rowsOf(on(wiki), [row('mail')]), [wiki]);
    assert.deepEqual(rowsOf({ ...fromPalette, isOnRow: true }, [row('mail')]), []);
  });
});
