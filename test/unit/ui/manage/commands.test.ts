import assert from 'node:assert/strict';
import { desktop } from '../../../doubles/desktop.ts';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { ManageWindow } from './manageWindow.ts';

const { CreateCommands } = await import('../../../../src/ui/manage/createCommands.ts');
const { DeleteCommand } = await import('../../../../src/ui/manage/deleteCommand.ts');
const { EditCommands } = await import('../../../../src/ui/manage/editCommands.ts');
const { ShareCommand } = await import('../../../../src/ui/manage/shareCommand.ts');

const byKey = { row: undefined, rows: [], isOnRow: true };

describe('The manage commands', () => {
  let window: ManageWindow;
  const messages = (): readonly string[] => desktop.notifications.map(({ message }) => message);
  const open = async (
    prepare: (sandbox: Sandbox) => undefined | Promise<string> = () => undefined,
  ): Promise<void> => {
    window = await ManageWindow.open(prepare);
  };
  afterEach(() => window.close());

  /** Makes Olaf the user, and grants him this role on the Workspace “Harbour”. */
  const asOlaf =
    (role: 'guillotina.Editor' | 'guillotina.Manager') =>
    (sandbox: Sandbox): Promise<string> => {
      sandbox.grant('/workspaces/harbour', 'olaf@sandbox.test', role);
      return Promise.resolve('olaf@sandbox.test');
    };

  it('create a Datasource step by step, keep earlier answers after Back, and reveal the new row', async () => {
    await open();
    const create = new CreateCommands(window.parts);
    const steps = [
      { choose: 'Slack' },
      { type: 'Chat' },
      'back',
      { type: 'Team chat' },
      { choose: 'arch' },
      { choose: 'Pier' },
      { wrong: 'no address' },
      { wrong: 'https://ines:secret@chat.example.test' },
      { type: 'https://chat.example.test' },
    ] as const;
    await window.run(() => create.newDatasource({ row: undefined, rows: [], isOnRow: false }), ...steps);
    const made = window.world.datasource('Team chat');
    assert.deepEqual([made.parentPath, made.syncType], ['/workspaces/pier', 'arch']);
    assert.deepEqual(window.revealed, [made.id]);
    assert.match(
      window.problems.join('\n'),
      /^This is not an address.*\nLeave the user and the password out/,
    );
    assert.deepEqual(window.sent(), ['POST /workspaces/pier']);
  });

  it('do not ask for the sync type or address of a folder, nor for the place if the Workspace is given', async () => {
    await open();
    const create = new CreateCommands(window.parts);
    const call = window.onWorkspace('/workspaces/pier');
    await window.run(() => create.newDatasource(call), { choose: 'Folder' }, { type: 'Papers' });
    const papers = window.world.datasource('Papers');
    assert.deepEqual([papers.parentPath, papers.syncType], ['/workspaces/pier', 'one']);
    assert.notEqual(papers.status, 'created');
    // The files of a folder have no source that would keep them.
    await window.run(() => new DeleteCommand(window.parts).run(window.onDatasource('Papers')));
    assert.match(
      messages().at(-1) ?? '',
      /^Delete “Papers” .* including all uploaded files\. This cannot be undone\.$/,
    );
  });

  it('delete a Datasource with one request, and only after the user has typed the title', async () => {
    await open();
    const deletion = new DeleteCommand(window.parts);
    window.choices = ['Delete…'];
    await window.run(
      () => deletion.run(window.onDatasource('Wiki')),
      { wrong: 'wiki' },
      { wrong: '' },
      { type: 'Wiki' },
    );
    assert.match(messages()[0] ?? '', /^Delete “Wiki” and its 0 Resources\?.*at the source are kept/);
    assert.deepEqual(window.sent(), ['DELETE /workspaces/harbour/wiki']);
    assert.deepEqual(window.world.rows(), []);
  });

  it('send no request if the user closes the confirmation or the input box', async () => {
    await open();
    const deletion = new DeleteCommand(window.parts);
    await window.run(() => deletion.run(window.onDatasource('Wiki')));
    window.choices = ['Delete…'];
    await window.run(() => deletion.run(window.onWorkspace('/workspaces/harbour')), 'close');
    assert.match(messages().at(-1) ?? '', /“Harbour” and its 1 Datasource with 0 Resources\?/);
    assert.deepEqual(window.sent(), []);
  });

  it('send no request if the service reports that the user lacks the permission', async () => {
    await open(asOlaf('guillotina.Manager'));
    // The list still shows the old permissions.
    const { stores } = window.sandbox;
    const harbour = stores.nodes.byPath('/workspaces/harbour');
    assert.ok(harbour);
    stores.grants.revoke(harbour.id, 'olaf@sandbox.test', 'guillotina.Manager');
    stores.grants.grant(harbour.id, 'olaf@sandbox.test', 'guillotina.Reader');
    await window.run(() => new DeleteCommand(window.parts).run(window.onDatasource('Wiki')));
    const edit = new EditCommands(window.parts);
    await window.run(() => edit.rename(window.onWorkspace('/workspaces/harbour')));
    await window.run(() => edit.accept(window.onDatasource('Wiki')));
    assert.deepEqual(window.sent(), []);
    assert.match(messages()[0] ?? '', /^Delete: you do not have the permission for this on “Wiki”\./);
    assert.match(messages()[1] ?? '', /^Rename: you do not have the permission for this on “Harbour”\./);
    assert.match(
      messages()[2] ?? '',
      /^Accept Invitation: “Wiki” does not allow this at the moment \(Synced\)\./,
    );
  });

  it('show a message if a key was pressed without a row, and never act on the selection of another view', async () => {
    await open();
    const edit = new EditCommands(window.parts);
    window.selection = window.onDatasource('Wiki').rows;
    await window.run(() => edit.rename(byKey));
    assert.match(messages()[0] ?? '', /^Rename works on a Workspace or a Datasource\./);
    assert.equal(window.world.datasource('Wiki').title, 'Wiki');
  });

  it('offer a move only to other places where the user may add a Datasource', async () => {
    await open(asOlaf('guillotina.Manager'));
    await window.run(() => new EditCommands(window.parts).move(window.onDatasource('Wiki')), {
      choose: 'My Sources',
    });
    assert.equal(window.lists.at(-1), 'My Sources||');
    assert.equal(window.world.datasource('Wiki').parentPath, '/olaf@sandbox.test');
  });

  it('ask for confirmation before a change to a sync type that mirrors deletions', async () => {
    await open();
    const edit = new EditCommands(window.parts);
    const wiki = (): string => window.world.datasource('Wiki').syncType;
    await window.run(() => edit.changeSyncType(window.onDatasource('Wiki')), { choose: 'one' });
    await window.run(() => edit.changeSyncType(window.onDatasource('Wiki')), { choose: 'auto' });
    assert.equal(wiki(), 'one');
    window.choices = ['Change Sync Type'];
    await window.run(() => edit.changeSyncType(window.onDatasource('Wiki')), { choose: 'auto' });
    assert.equal(wiki(), 'auto');
  });

  it('share with a suggested user, change and remove the user’s role, and show the new list after each change', async () => {
    await open();
    await window.run(
      () => new ShareCommand(window.parts).run(window.onDatasource('Wiki')),
      { choose: 'Add' },
      { search: 'olaf', choose: 'Olaf' },
      'back',
      { search: 'olaf', choose: 'Olaf' },
      { choose: 'View' },
      { choose: 'olaf@sandbox.test' },
      { choose: 'Edit' },
      { press: 'olaf@sandbox.test', button: 'Remove Access' },
      'close',
    );
    assert.deepEqual(window.sent(), Array(3).fill('POST /workspaces/harbour/wiki/@sharing'));
    const rows = window.lists.filter((list) => list.startsWith('Add'));
    assert.equal(rows.length, 4);
    assert.match(
      rows[0] ?? '',
      /^ines@sandbox\.test \(you\)\|Owner · guillotina\.Owner\|Inherited from “Harbour”$/m,
    );
    assert.match(rows[1] ?? '', /^olaf@sandbox\.test\|View · guillotina\.Reader\|$/m);
    assert.match(rows[2] ?? '', /^olaf@sandbox\.test\|Edit · guillotina\.Editor\|$/m);
    assert.doesNotMatch(rows[3] ?? '', /olaf/);
  });

  it('ask for confirmation before the user gives up their own right to manage', async () => {
    await open(asOlaf('guillotina.Manager'));
    const share = new ShareCommand(window.parts);
    const call = window.onWorkspace('/workspaces/harbour');
    await window.run(
      () => share.run(call),
      { press: 'olaf@sandbox.test (you)', button: 'Remove Access' },
      'close',
    );
    assert.match(messages()[0] ?? '', /^Give up your own right to manage “Harbour”\?/);
    assert.deepEqual(window.sent(), []);
    window.choices = ['Change Anyway'];
    await window.run(() => share.run(call), { choose: 'olaf@sandbox.test (you)' }, { choose: 'View' });
    assert.deepEqual(window.sent(), ['POST /workspaces/harbour/@sharing']);
  });

  it('report an error with the name of the Datasource, and restore the old title', async () => {
    await open();
    const edit = new EditCommands(window.parts);
    // This rename caches the permissions, so the failing request below is the PATCH.
    await window.run(() => edit.rename(window.onDatasource('Wiki')), { type: 'Tides' });
    window.sandbox.setSwitches({ burst: { status: 503, count: 1 } });
    await window.run(() => edit.rename(window.onDatasource('Tides')), { type: 'Berths' });
    assert.match(
      messages().at(-1) ?? '',
      /^“Tides”: the service did not confirm “Rename”\. The service failed \(503\)/,
    );
    assert.equal(window.world.datasource('Tides').title, 'Tides');
    assert.equal(window.sent().length, 2);
  });
});
