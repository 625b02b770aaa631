import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { Runtime } from '../../../src/ui/runtime.ts';
import { settle } from '../../doubles/fakeClock.ts';
import { desktop } from '../../doubles/desktop.ts';
import '../../doubles/useFakeVscode.ts';
import { EventEmitter, Uri } from '../../doubles/vscodeValues.ts';

const { LazyRuntime } = await import('../../../src/lazy/runtime.ts');
const { LazyTree } = await import('../../../src/lazy/tree.ts');
const { registerAccounts } = await import('../../../src/lazy/accounts.ts');
const { registerDocuments } = await import('../../../src/lazy/documents.ts');

/** The URL of a file that does not exist. An import of this URL fails with Node's error for missing files. */
const missingFile = new URL('../../../src/ui/this-file-is-gone.ts', import.meta.url).href;
const missing = (): Promise<unknown> => import(missingFile);

describe('LazyRuntime, if the runtime cannot be loaded,', () => {
  let isThere: boolean;
  /** The number of attempts to load the runtime. */
  let tries: number;
  let lazy: InstanceType<typeof LazyRuntime>;
  let tree: InstanceType<typeof LazyTree>;
  /** The button that the user presses in a notification. The value `stays` leaves the notification open. */
  let press: string | undefined;
  let offered: (readonly string[])[];
  let registered: vscode.Disposable[];

  beforeEach(() => {
    isThere = false;
    tries = 0;
    press = undefined;
    offered = [];
    desktop.logsShown = desktop.notifications.length = desktop.errors.length = 0;
    desktop.attendant = {
      pick: () => undefined,
      choose: (choices) => {
        offered.push(choices);
        return press === 'stays' ? new Promise(() => undefined) : press;
      },
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
    // The tests use only the tree of the runtime.
    const rows = { getChildren: () => Promise.resolve([]), onDidChangeTreeData: new EventEmitter().event };
    lazy = new LazyRuntime(async () => {
      tries++;
      if (!isThere) await missing();
      const runtime = { tree: rows, close: () => Promise.resolve() } as unknown as Runtime;
      tree.attach(runtime);
      return runtime;
    });
    tree = new LazyTree(lazy.load);
    registered = [registerAccounts(lazy.load), registerDocuments(lazy.load)];
  });
  afterEach(() => {
    for (const each of registered) each.dispose();
    lazy.dispose();
    desktop.attendant = undefined;
    desktop.errors.length = 0;
  });

  it('shows an error with a button that opens the log, and logs the reason', async () => {
    press = 'Show Log';
    await assert.rejects(lazy.load(), /Onna could not be loaded/);
    await settle();
    assert.deepEqual(offered, [['Try Again', 'Show Log']]);
    assert.equal(desktop.logsShown, 1);
    assert.match(desktop.errors.join(), /Cannot find module .*this-file-is-gone/);
  });

  it('shows a single row in the tree, with a command that loads the runtime again', async () => {
    const [row, ...others] = await tree.getChildren();
    assert.ok(row);
    assert.deepEqual(others, []);
    const item = await tree.getTreeItem(row);
    assert.equal(item.label, 'Could not load. Select to try again.');
    assert.equal(item.command?.command, 'onna.refresh');
  });

  it('shows only one notification if several callers load the runtime at the same time', async () => {
    press = 'stays';
    const ways = await Promise.allSettled([
      tree.getChildren(),
      lazy.load(),
      desktop.accounts?.getSessions(undefined, {}),
      desktop.documents?.(Uri.parse('onna:/nothing')),
    ]);
    assert.deepEqual(
      ways.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'rejected'],
    );
    lazy.loadInBackground();
    await settle();
    assert.equal(desktop.notifications.length, 1);
  });

  it('loads the runtime again at the next use, and then shows the tree without user action', async () => {
    let changes = 0;
    tree.onDidChangeTreeData(() => changes++);
    assert.equal((await tree.getChildren()).length, 1);
    await assert.rejects(lazy.load());
    assert.equal(tries, 2);
    isThere = true;
    await lazy.load();
    assert.equal(changes, 1);
    assert.deepEqual(await tree.getChildren(), []);
    await lazy.load();
    assert.equal(tries, 3, 'the loaded runtime is reused');
  });

  it('loads the runtime again when the user presses “Try Again” in the notification', async () => {
    press = 'Try Again';
    lazy.loadInBackground();
    isThere = true;
    await settle();
    // The first attempt failed, because it began before the test set `isThere`.
    assert.deepEqual([tries, offered.length], [2, 1]);
  });

  it('lets the window close while the runtime fails to load', async () => {
    lazy.loadInBackground();
    await lazy.close();
  });
});
