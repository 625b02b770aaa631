import assert from 'node:assert/strict';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';

const { KeyedRows } = await import('../../../../src/ui/commands/keyedRows.ts');

const wiki: TreeNode = {
  kind: 'datasource',
  id: 'w',
  connectionId: 'c',
  datasourceId: 'wiki',
  parent: undefined,
};
const chat: TreeNode = { ...wiki, id: 'x', datasourceId: 'chat' };
const plans: TreeNode = { ...wiki, id: 'y', datasourceId: 'plans' };

describe('The rows to which a key applies', () => {
  let focused: TreeNode | undefined;
  let view: { selection: readonly TreeNode[] };
  let rows: InstanceType<typeof KeyedRows>;

  beforeEach(() => {
    focused = undefined;
    view = { selection: [] };
    const other = { selection: [plans] };
    rows = new KeyedRows({ key: view, otherKey: other });
    // This command behaves as in VS Code 1.139.
    desktop.commands.set('list.toggleSelection', () => {
      const row = focused;
      if (!row) return;
      const { selection } = view;
      view.selection = selection.includes(row) ? selection.filter((one) => one !== row) : [...selection, row];
    });
  });

  afterEach(() => desktop.commands.delete('list.toggleSelection'));

  it('are only the focused row if that row is not selected, and the selection stays the same', async () => {
    focused = wiki;
    view.selection = [chat, plans];
    assert.deepEqual(await rows.argumentsOf(['key']), [wiki, [wiki]]);
    assert.deepEqual(view.selection, [chat, plans]);
  });

  it('are all selected rows if the focused row is one of them', async () => {
    focused = wiki;
    view.selection = [wiki, chat];
    assert.deepEqual(await rows.argumentsOf(['key']), [wiki, [wiki, chat]]);
    assert.deepEqual(new Set(view.selection), new Set([wiki, chat]));
  });

  it('are the selected rows if no row has the focus', async () => {
    view.selection = [chat];
    assert.deepEqual(await rows.argumentsOf(['key']), [chat, [chat]]);
    view.selection = [];
    assert.deepEqual(await rows.argumentsOf(['key']), ['key']);
  });

  it('belong to the view of the key binding', async () => {
    view.selection = [chat];
    assert.deepEqual(await rows.argumentsOf(['otherKey']), [plans, [plans]]);
  });

  it('are the same for several keys in quick succession', async () => {
    focused = wiki;
    const found = await Promise.all([1, 2, 3].map(() => rows.argumentsOf(['key'])));
    assert.deepEqual(found, Array(3).fill([wiki, [wiki]]));
    assert.deepEqual(view.selection, []);
  });

  it('do not replace the arguments of a command that runs without a key', async () => {
    focused = wiki;
    assert.deepEqual(await rows.argumentsOf([chat, [chat, plans]]), [chat, [chat, plans]]);
    assert.deepEqual(await rows.argumentsOf([]), []);
  });
});
