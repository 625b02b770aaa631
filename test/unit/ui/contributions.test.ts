import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { commandIds } from '../../../src/ids.ts';
import type { CommandHandlers, RowCall } from '../../../src/ui/contributions.ts';
import type { TreeNode } from '../../../src/ui/tree/nodes.ts';
import { desktop } from '../../doubles/desktop.ts';
import '../../doubles/useFakeVscode.ts';

const { runCommand, titleCommandIds } = await import('../../../src/ui/contributions.ts');
const { rowFor } = await import('../../../src/ui/tree/nodes.ts');

describe('A command with arguments from VS Code', () => {
  const wiki: TreeNode = rowFor('c1', 'wiki');
  const chat: TreeNode = rowFor('c1', 'chat');
  let calls: RowCall[];
  const handlers = Object.fromEntries(
    commandIds.map((id) => [id, (call: RowCall) => calls.push(call)]),
  ) as unknown as CommandHandlers;

  beforeEach(() => {
    calls = [];
    desktop.notifications.length = 0;
  });

  it('gets the clicked row, or all selected rows', async () => {
    await runCommand(handlers, 'onna.syncNow', [wiki, undefined]);
    await runCommand(handlers, 'onna.syncNow', [wiki, [wiki, chat]]);
    await runCommand(handlers, 'onna.syncNow', [wiki]);
    assert.deepEqual(
      calls.map(({ rows }) => rows),
      [[wiki], [wiki, chat], [wiki]],
    );
    assert.ok(calls.every(({ isOnRow }) => isOnRow));
  });

  it('gets no rows from the Command Palette, from the title of the view, or from a key binding', async () => {
    for (const args of [[], [undefined], [{ key: 'F2' }]]) await runCommand(handlers, 'onna.syncNow', args);
    assert.deepEqual(
      calls.map(({ rows, isOnRow }) => [rows.length, isOnRow]),
      [
        [0, false],
        [0, false],
        [0, true],
      ],
    );
  });

  it('runs from the title of a view, where VS Code passes two undefined arguments', async () => {
    const { contributes } = JSON.parse(await readFile('package.json', 'utf8')) as {
      contributes: { menus: Record<string, { command?: string }[]> };
    };
    const inTitles = (contributes.menus['view/title'] ?? []).flatMap(({ command }) => command ?? []);
    assert.deepEqual([...new Set(inTitles)].toSorted(), titleCommandIds.toSorted());
    await runCommand(handlers, 'onna.refresh', [undefined, undefined]);
    assert.equal(calls.length, 1);
  });

  it('does not run if the clicked row or one of the selected rows has just changed', async () => {
    for (const args of [
      [undefined, undefined],
      [null, null],
      [undefined, [wiki, chat]],
      [wiki, [wiki, undefined]],
    ])
      await runCommand(handlers, 'onna.delete', args);
    assert.deepEqual(calls, []);
    assert.deepEqual(
      desktop.notifications.map(({ message }) => message),
      Array.from({ length: 4 }, () => 'The row has just changed. Choose the command again.'),
    );
  });
});
