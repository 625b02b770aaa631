import assert from 'node:assert/strict';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import '../../../doubles/useFakeVscode.ts';

const { accessRows } = await import('../../../../src/ui/manage/accessRows.ts');
const { confirmationWords, lossWords } = await import('../../../../src/ui/manage/deleteCommand.ts');
const { editProblem } = await import('../../../../src/ui/manage/editOutcome.ts');
const { nodeName } = await import('../../../../src/ui/text/plainText.ts');

describe('The texts of the manage commands', () => {
  it('contain the number of objects that a deletion removes', () => {
    const words = [
      [undefined, undefined],
      [undefined, 1],
      [undefined, 1_843],
      [0, 0],
      [1, 5],
      [3, undefined],
    ] as const;
    assert.deepEqual(
      words.map(([datasources, resources]) => lossWords({ datasources, resources })),
      [
        'all of its Resources',
        'its 1 Resource',
        'its 1,843 Resources',
        'everything in it',
        'its 1 Datasource with 5 Resources',
        'its 3 Datasources with all of their Resources',
      ],
    );
  });

  it('ask the user to type the title, or a fixed word if the title cannot be typed as shown', () => {
    assert.equal(confirmationWords({ title: ' Harbour wiki ', name: 'Harbour wiki' }), 'Harbour wiki');
    for (const { name, text } of hostileStrings) {
      const shown = nodeName({ title: text, path: '/workspaces/x/wiki' });
      const words = confirmationWords({ title: text, name: shown });
      assert.ok(words === 'delete' || words === text.trim(), name);
      assert.ok(words.length <= 60, name);
    }
  });

  it('list the fields that the service ignored, and mention a result that could not be read', () => {
    const ignored = ['title', 'type_sync', 'original_url', 'urls'];
    assert.match(
      editProblem('Wiki', { ignored, isVerified: true }) ?? '',
      /ignored this: title, sync type, address\./,
    );
    assert.match(editProblem('Wiki', { ignored: [], isVerified: false }) ?? '', /could not be read/);
    assert.equal(editProblem('Wiki', { ignored: [], isVerified: true }), undefined);
  });

  it('show any name, role and place as short plain text without icons or links', () => {
    for (const { name, text } of hostileStrings) {
      const roles = new Map([[text === '' ? 'x' : text, text === '' ? 'x' : text]]);
      const rows = accessRows(
        {
          local: [{ principal: text, roles }],
          inherited: [{ path: '/workspaces/x', entries: [{ principal: text, roles }] }],
        },
        { user: 'ines', nameAt: () => nodeName({ title: text, path: '/workspaces/x' }) },
      );
      for (const { label, description = '', detail = '' } of rows)
        for (const shown of [label, description, detail]) {
          assert.ok(shown.length <= 700, name);
          assert.doesNotMatch(shown, /\$\(|\]\(|[\p{Cc}\u202e]/u, name);
        }
      assert.ok(
        rows.every(({ label }) => label.trim() !== ''),
        name,
      );
    }
  });
});
