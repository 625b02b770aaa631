import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as vscode from 'vscode';
import { systemClock } from '../../../../src/base/clock.ts';
import { UserPermissions } from '../../../../src/model/manage/permissions.ts';
import { UnfinishedUploads } from '../../../../src/model/upload/unfinishedUploads.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import type { Services } from '../../../../src/ui/services.ts';
import type { UploadCommands as UploadCommandsType } from '../../../../src/ui/upload/uploadCommands.ts';
import { rowFor, type DatasourceNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import type { ListBox } from '../../../doubles/dialogs.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { until } from '../../../support/until.ts';
import '../../../doubles/useFakeVscode.ts';
import { ManageWorld } from '../../model/manage/manageWorld.ts';
import { UploadWorld, md5 } from '../../model/upload/uploadWorld.ts';
import { SandboxAccount } from '../../model/history/sandboxAccount.ts';

const { UploadCommands } = await import('../../../../src/ui/upload/uploadCommands.ts');
const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');
const { Notifier } = await import('../../../../src/ui/text/notifier.ts');

/** Number of files in a large drop. `ONNA_TEST_DROP_FILES=10000` takes about two minutes. */
const manyFiles = Number(process.env['ONNA_TEST_DROP_FILES'] ?? 300);

interface DroppedFile {
  readonly name: string;
  readonly bytes: string;
}

/** The data that VS Code passes to a drop handler: a list of URIs, and files without a path. */
function transfer(paths: readonly string[], files: readonly DroppedFile[] = []): vscode.DataTransfer {
  const list = paths.map((at) => pathToFileURL(at).href).join('\r\n');
  const text = { asString: () => Promise.resolve(list), asFile: () => undefined };
  const items = new Map<string, object>(paths.length > 0 ? [['text/uri-list', text]] : []);
  for (const { name, bytes } of files) {
    const file = { name, data: () => Promise.resolve(Buffer.from(bytes)) };
    items.set(name, { asString: () => Promise.resolve(''), asFile: () => file });
  }
  return items as unknown as vscode.DataTransfer;
}

describe('A drop of files on the tree', () => {
  let world: UploadWorld;
  let known: ManageWorld;
  let commands: UploadCommandsType;
  let uploads: UnfinishedUploads;
  /** The folder with the records of uploads, which all windows share. */
  let records: string;
  /** The buttons that the user presses in dialogs, in order. */
  let choices: (string | undefined)[];

  async function enter(account: SandboxAccount, user: string): Promise<void> {
    known = new ManageWorld(world.sandbox, user, account.client);
    await known.poll();
    const client = (): Promise<OnnaClient> => Promise.resolve(account.client);
    const log = { error: () => undefined, warn: () => undefined, show: () => undefined };
    records = await world.folders.make({});
    uploads = new UnfinishedUploads(records, systemClock, () => undefined);
    const services = {
      ...{ store: known.store, clock: systemClock, client, log, uploads },
      ready: () => Promise.resolve(),
      updateUnfinished: () => Promise.resolve(),
      connections: { acted: () => undefined },
      permissions: new UserPermissions(client, systemClock),
    } as unknown as Services;
    const picker = new DatasourcePicker(
      known.store,
      systemClock,
      () => Promise.resolve(),
      () => [],
    );
    commands = new UploadCommands({ services, picker, notifier: new Notifier(services.log) });
  }
  beforeEach(async () => {
    world = await UploadWorld.start();
    choices = [];
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: (items) => items[0],
      choose: () => choices.shift(),
      secret: () => undefined,
      attend: () => undefined,
      running: () => () => undefined,
    };
  });
  afterEach(async () => {
    commands.dispose();
    desktop.attendant = undefined;
    await world.stop();
  });

  const row = (title: string): DatasourceNode => rowFor(known.id, known.datasource(title).id);
  const told = (): readonly string[] => desktop.notifications.map(({ message }) => message);

  it('uploads folders, files and files without a path, and asks only once about existing names', async () => {
    await enter(world.account, world.sandbox.user);
    const root = await world.folders.make({ 'in/a.txt': 'a', 'b.txt': 'b' });
    const paths = [path.join(root, 'in'), path.join(root, 'b.txt')];
    await commands.drop(row('Papers'), transfer(paths, [{ name: 'web.txt', bytes: 'web' }]));
    assert.deepEqual(told(), []);
    const first = [`/b.txt ${md5('b')}`, `/web.txt ${md5('web')}`, `in/a.txt ${md5('a')}`];
    assert.deepEqual(await world.stored(), first);

    await writeFile(path.join(root, 'b.txt'), 'new b');
    for (const [choice, expected] of [
      [undefined, first],
      ['Skip', first],
      ['Keep Both', [`/b (2).txt ${md5('new b')}`, ...first, `in/a (2).txt ${md5('a')}`]],
    ] as const) {
      choices = [choice];
      await commands.drop(row('Papers'), transfer(paths));
      assert.deepEqual(await world.stored(), [...expected].sort(), choice);
    }
    choices = ['Replace'];
    await commands.drop(row('Papers'), transfer(paths));
    assert.ok((await world.stored()).includes(`/b.txt ${md5('new b')}`));
    assert.match(told()[0] ?? '', /^“Papers” already has files with 2 of these names: in\/a\.txt, b\.txt$/);
  });

  it(`uploads all of ${manyFiles} dropped files, each with its content`, async function () {
    this.timeout(60_000 + manyFiles * 60);
    await enter(world.account, world.sandbox.user);
    const count = manyFiles;
    const files: Record<string, string> = {};
    for (let index = 0; index < count; index++)
      files[`many/box ${Math.floor(index / 500)}/letter ${index}.txt`] = `Letter ${index}\n`;
    const root = await world.folders.make(files);
    await commands.drop(row('Papers'), transfer([path.join(root, 'many')]));
    assert.deepEqual(told(), []);
    const { nodes, resources, contents } = world.sandbox.stores;
    const stored = resources.some(nodes.byPath(world.path)?.id ?? 0, 0, 2 * count);
    const sums = new Map(stored.map(({ originKey, contentId }) => [originKey, contents.md5(contentId ?? 0)]));
    assert.equal(sums.size, count);
    for (const [name, content] of Object.entries(files)) assert.equal(sums.get(name), md5(content));
    assert.deepEqual(await uploads.list(), []);
  });

  it('reports the uploaded and the omitted files in one message, and leaves no upload to resume', async () => {
    await enter(world.account, world.sandbox.user);
    const root = await world.folders.make({ 'a.txt': 'a' });
    await commands.drop(row('Papers'), transfer([root, path.join(root, 'gone.txt')]));
    assert.deepEqual(told(), ['1 of 1 files uploaded to “Papers”. 1 left out.']);
    assert.deepEqual(desktop.notifications[0]?.buttons, ['Show List']);
    assert.deepEqual(await uploads.list(), []);
  });

  it('is refused on a row other than a folder Datasource, and for a user without the permission', async () => {
    world.sandbox.addDatasource({ parent: '/workspaces/legal', title: 'Wiki', type: 'confluence' });
    const { login, password } = await world.sandbox.addUser({
      login: 'rita@sandbox.test',
      role: 'guillotina.Reader',
      at: '/workspaces/legal',
    });
    const account = await SandboxAccount.signedIn(world.sandbox, login, password);
    await enter(account, login);
    const root = await world.folders.make({ 'a.txt': 'a' });
    await commands.drop(row('Wiki'), transfer([root]));
    await commands.drop(undefined, transfer([root]));
    await commands.drop(row('Papers'), transfer([root]));
    await account.close();
    assert.match(told()[0] ?? '', /only to a folder Datasource\. “Wiki” is not one/);
    assert.match(told()[1] ?? '', /Drop files on a folder Datasource/);
    assert.match(told()[2] ?? '', /you do not have the permission/);
    assert.deepEqual(await world.stored(), []);
  });

  /** Cancels the second task, which uploads the files. The first task collects them. */
  function cancelUpload(): void {
    let tasks = 0;
    desktop.attendant = Object.assign({}, desktop.attendant, {
      running: (cancel: () => void) => {
        tasks++;
        if (tasks === 2) setImmediate(cancel);
        return () => undefined;
      },
    });
  }

  it('can be cancelled, and the upload can then be resumed or discarded', async () => {
    await enter(world.account, world.sandbox.user);
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`in/${index}.txt`, `${index}`]),
    );
    const root = await world.folders.make(files);
    cancelUpload();
    await commands.drop(row('Papers'), transfer([path.join(root, 'in')]));
    assert.match(told()[0] ?? '', /^\d+ of 40 files uploaded to “Papers”\. \d+ files were not sent\.$/);
    assert.deepEqual(desktop.notifications[0]?.buttons, ['Resume Uploads…']);
    assert.equal((await uploads.list()).length, 1);

    Object.assign(desktop.attendant ?? {}, {
      running: () => () => undefined,
      attendList: (list: ListBox) => queueMicrotask(() => list.choose('Papers')),
    });
    await commands.resume();
    assert.equal((await world.stored()).length, 40);
    assert.deepEqual(await uploads.list(), []);

    const other = await world.folders.make({ 'other/x.txt': 'x', 'other/y.txt': 'y' });
    cancelUpload();
    await commands.drop(row('Papers'), transfer([path.join(other, 'other')]));
    Object.assign(desktop.attendant ?? {}, {
      running: () => () => undefined,
      attendList: (list: ListBox) => queueMicrotask(() => list.press('Papers', 'Discard')),
    });
    await commands.resume();
    await until('the upload is discarded', async () => (await uploads.list()).length === 0);
  });

  it('does not continue an upload that another window is already continuing', async () => {
    await enter(world.account, world.sandbox.user);
    const root = await world.folders.make({ 'in/a.txt': 'a', 'in/b.txt': 'b' });
    cancelUpload();
    await commands.drop(row('Papers'), transfer([path.join(root, 'in')]));
    const before = await world.stored();
    const other = new UnfinishedUploads(records, systemClock, throwUncaught);
    const [unfinished] = await other.list();
    // The other window begins while the list is open.
    const choose = async (list: ListBox): Promise<void> => {
      assert.ok(await other.resume(unfinished?.id ?? ''));
      list.choose('Papers');
    };
    Object.assign(desktop.attendant ?? {}, {
      running: () => () => undefined,
      attendList: (list: ListBox) => void choose(list).catch(throwUncaught),
    });
    await commands.resume();
    assert.match(told().at(-1) ?? '', /^Another window is continuing this upload to “Papers”/);
    assert.deepEqual(await world.stored(), before);
  });
});
