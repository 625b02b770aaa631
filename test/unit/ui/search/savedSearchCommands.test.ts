import assert from 'node:assert/strict';
import path from 'node:path';
import { Emitter } from '../../../../src/base/event.ts';
import type { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { SavedSearches } from '../../../../src/model/search/savedSearches.ts';
import type { SearchScope } from '../../../../src/model/search/searchHost.ts';
import type { SearchStart } from '../../../../src/model/search/searchStart.ts';
import { noFilters } from '../../../../src/shared/searchFilters.ts';
import type { SavedSearchCommands as Commands } from '../../../../src/ui/search/savedSearchCommands.ts';
import type { SavedSearchesView as View } from '../../../../src/ui/search/savedSearchesView.ts';
import type { Notifier } from '../../../../src/ui/text/notifier.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporaryFolder.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

const { SavedSearchCommands } = await import('../../../../src/ui/search/savedSearchCommands.ts');
const { SavedSearchesView } = await import('../../../../src/ui/search/savedSearchesView.ts');

const connection = connectionTo(
  { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' },
  'ines@lumenfjord.test',
);
const account: SearchScope = {
  id: connection.id,
  connectionId: connection.id,
  kind: 'account',
  label: 'lumenfjord',
  description: '',
};
const wiki: SearchScope = {
  ...account,
  id: `${connection.id}/wiki`,
  kind: 'datasource',
  label: 'Harbour wiki',
};
const start: SearchStart = { query: 'ebb tide', sort: 'newest', filters: { ...noFilters, type: ['pdf'] } };

describe('Saved searches', () => {
  let home: TemporaryFolder;
  let saved: SavedSearches;
  let view: View;
  let commands: Commands;
  let scopes: SearchScope[];
  let typed: string[];
  let problems: (string | undefined)[];
  let choice: string | undefined;
  let ran: { scope: string; start: SearchStart }[];

  beforeEach(async () => {
    home = await makeTemporaryFolder('onna-saved');
    saved = new SavedSearches(path.join(home.path, 'saved'));
    [scopes, typed, problems, choice, ran] = [[account, wiki], [], [], undefined, []];
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: (items) => items[0],
      choose: () => choice,
      secret: () => undefined,
      attend: (box) => {
        const type = async (): Promise<void> => {
          for (const text of typed) {
            await box.accept(text);
            problems.push(box.validationMessage);
          }
          box.hide();
        };
        type().catch(throwUncaught);
      },
      running: () => () => undefined,
    };
    const snapshot = { connection };
    const store = {
      connections: () => (scopes.length > 0 ? [snapshot] : []),
      get: () => (scopes.length > 0 ? snapshot : undefined),
      find: () => undefined,
      onDidChange: new Emitter<unknown>().event,
    } as unknown as DatasourceStore;
    view = new SavedSearchesView({ saved, store, ready: () => Promise.resolve() });
    commands = new SavedSearchCommands({
      ...{ saved, view },
      host: { scopes: () => scopes },
      panels: { run: (scope, what) => void ran.push({ scope: scope.id, start: what }) },
      notifier: { report: (what: string) => problems.push(what) } as unknown as Notifier,
    });
  });
  afterEach(async () => {
    view.dispose();
    desktop.attendant = undefined;
    await home.remove();
  });

  const save = async (name: string, scope = account): Promise<void> => {
    typed = [name];
    await commands.save(scope, start);
  };
  const told = (): string | undefined => desktop.notifications.at(-1)?.message;
  const onRow = async (
    index = 0,
  ): Promise<{ saved: Awaited<ReturnType<View['getChildren']>>[0]; isByKey: false }> => {
    const row = (await view.getChildren())[index];
    assert.ok(row);
    return { saved: row, isByKey: false };
  };

  it('are saved under a name, and run with their scope, order and filters', async () => {
    await save('Tides', wiki);
    const call = await onRow();
    const item = view.getTreeItem(call.saved);
    assert.equal(item.label, 'Tides');
    assert.equal(item.description, 'ebb tide · Harbour wiki');
    assert.equal(item.command?.command, 'onna.runSavedSearch');
    await commands.run(call);
    assert.deepEqual(ran, [{ scope: wiki.id, start }]);
  });

  it('need a unique name of 1 to 100 characters', async () => {
    await save('Tides');
    typed = ['  ', 'x'.repeat(101), ' Tides ', 'Tides 2'];
    await commands.save(account, start);
    assert.deepEqual(problems.slice(1, 4), [
      'Please enter a value.',
      'The name is too long. The limit is 100 characters.',
      'A saved search with this name exists already. Choose another name.',
    ]);
    assert.equal((await view.searches()).length, 2);
  });

  it('are not saved if the user signs out while the input box is open', async () => {
    typed = ['Tides'];
    const saving = commands.save(account, start);
    scopes = [];
    await saving;
    assert.deepEqual(await saved.list(connection.id), []);
  });

  it('offer a search in the whole account if their Datasource is gone', async () => {
    await save('Tides', wiki);
    scopes = [account];
    await commands.run(await onRow());
    assert.deepEqual(ran, []);
    assert.equal(told(), '“Tides” searches the Datasource “Harbour wiki”, which is no longer listed.');
    choice = 'Search Whole Account';
    await commands.run(await onRow());
    assert.deepEqual(ran, [{ scope: account.id, start }]);
  });

  it('can be renamed, copied, and deleted after a confirmation', async () => {
    await save('Tides');
    typed = ['Ebb'];
    await commands.rename(await onRow());
    assert.equal((await view.searches())[0]?.name, 'Ebb');
    await commands.delete(await onRow());
    assert.equal((await view.searches()).length, 1);
    await commands.copy(await onRow());
    assert.equal(desktop.clipboard, 'ebb tide');
    choice = 'Delete';
    await commands.delete(await onRow());
    assert.deepEqual(await view.searches(), []);
  });

  it('are reported as deleted, and are not run, if another window has deleted them', async () => {
    await save('Tides');
    const call = await onRow();
    await new SavedSearches(path.join(home.path, 'saved')).remove(call.saved.id);
    await commands.run(call);
    await commands.rename(call);
    await commands.delete(call);
    assert.equal(desktop.notifications.length, 3);
    assert.equal(told(), 'This saved search was deleted in another window.');
    assert.deepEqual(ran, []);
  });

  it('can be chosen from a list if the command comes from the Command Palette', async () => {
    await commands.run({ saved: undefined, isByKey: false });
    assert.match(told() ?? '', /^There are no saved searches\./);
    await save('Tides');
    await commands.run({ saved: undefined, isByKey: false });
    assert.equal(ran.length, 1);
  });

  it('show any name as plain text', async () => {
    for (const { text } of hostileStrings) {
      const name = text.slice(0, 100);
      await saved.add(connection.id, { name, query: name, sort: 'newest', filters: noFilters });
    }
    const rows = await view.getChildren();
    assert.equal(rows.length, hostileStrings.filter(({ text }) => text !== '').length);
    for (const row of rows) {
      const { label, description, tooltip } = view.getTreeItem(row);
      for (const shown of [label, description]) {
        assert.ok(typeof shown === 'string');
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(shown, /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]|\]\(|\$\(/);
      }
      assert.equal(typeof tooltip, 'object');
      const markdown = (tooltip as { value: string }).value;
      assert.doesNotMatch(markdown, /[<[\]]|\$\(/);
    }
  });
});
