import assert from 'node:assert/strict';
import type { TreeView } from 'vscode';
import type { DatasourceNode, TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';

const { EnterKey } = await import('../../../../src/ui/commands/enterKey.ts');

const wiki: TreeNode = {
  kind: 'datasource',
  id: 'w',
  connectionId: 'c',
  datasourceId: 'wiki',
  parent: undefined,
};
const chat: TreeNode = { ...wiki, id: 'x', datasourceId: 'chat' };
const group: TreeNode = {
  kind: 'group',
  id: 'g',
  connectionId: 'c',
  groupKey: 'g',
  groupKind: 'workspace',
  parent: undefined,
};

describe('The Enter key in the view', () => {
  let focused: TreeNode | undefined;
  let selection: readonly TreeNode[];
  let revealed: TreeNode[];
  let opened: DatasourceNode[];
  let selected: number;
  let key: InstanceType<typeof EnterKey>;

  beforeEach(() => {
    [focused, selection, revealed, opened, selected] = [undefined, [], [], [], 0];
    // These commands behave as in VS Code 1.139.
    desktop.commands.set('list.toggleSelection', () => {
      const row = focused;
      if (!row) return;
      selection = selection.includes(row) ? selection.filter((one) => one !== row) : [...selection, row];
    });
    desktop.commands.set('list.select', () => {
      selected++;
      if (focused) selection = [focused];
    });
    const view: Pick<TreeView<TreeNode>, 'selection' | 'reveal'> = {
      get selection() {
        return selection;
      },
      reveal: (row, options) => {
        assert.deepEqual(options, { select: true, focus: true, expand: false });
        revealed.push(row);
        selection = [row];
        return Promise.resolve();
      },
    };
    key = new EnterKey(view, (row) => {
      opened.push(row);
      return Promise.resolve();
    });
  });
  afterEach(() => {
    desktop.commands.delete('list.toggleSelection');
    desktop.commands.delete('list.select');
  });

  it('selects the focused Datasource and opens its details, whichever rows were selected before', async () => {
    focused = wiki;
    for (const before of [[], [wiki], [chat], [wiki, chat, group]]) {
      selection = before;
      await key.press();
      assert.deepEqual(selection, [wiki]);
    }
    assert.deepEqual([opened, revealed, selected], [new Array(4).fill(wiki), new Array(4).fill(wiki), 0]);
  });

  it('runs VS Code’s default command on any other row', async () => {
    for (focused of [group, undefined]) await key.press();
    assert.deepEqual([opened.length, revealed.length, selected, selection], [0, 0, 2, [group]]);
  });

  it('handles two quick presses in order, and still works after a press that failed', async () => {
    focused = wiki;
    await Promise.all([key.press(), key.press()]);
    assert.deepEqual([opened, selection], [[wiki, wiki], [wiki]]);
    desktop.commands.set('list.select', () => {
      throw new Error('closing');
    });
    focused = group;
    await assert.rejects(key.press(), /closing/);
    focused = chat;
    await key.press();
    assert.equal(opened.at(-1), chat);
  });
});
