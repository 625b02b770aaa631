import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { Runtime } from '../../../src/ui/runtime.ts';
import { settle } from '../../doubles/fakeClock.ts';
import { desktop } from '../../soak/desktop.ts';
import { importOnStandIn } from '../../soak/onStandIn.ts';
import { EventEmitter, Uri } from '../../doubles/vscodeValues.ts';

const { LazyRuntime } =
  await importOnStandIn<typeof import('../../../src/lazy/runtime.ts')>('lazy/runtime.ts');
const { LazyTree } = await importOnStandIn<typeof import('../../../src/lazy/tree.ts')>('lazy/tree.ts');
const { registerAccounts } =
  await importOnStandIn<typeof import('../../../src/lazy/accounts.ts')>('lazy/accounts.ts');
const { registerDocuments } =
  await importOnStandIn<typeof import('../../../src/lazy/documents.ts')>('lazy/documents.ts');

/** Told when this is loaded that a file is missing, as Node says it. */
const missing = (): Promise<never> => importOnStandIn('ui/this-file-is-gone.ts');

describe('A runtime that fails to load', () => {
  let isThere: boolean;
  /** How often it was tried. */
  let tries: number;
  let lazy: InstanceType<typeof LazyRuntime>;
  let tree: InstanceType<typeof LazyTree>;
  /** What the user presses in a notification; `stays`: nothing yet. */
  let press: string | undefined;
  let offered: (readonly string[])[];
  let registered: vscode.Disposable[];

  beforeEach(() => {
    isThere = false;
    tries = 0;
    press = undefined;
    offered = [];
    desktop.notifications = desktop.logsShown = desktop.errors.length = 0;
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
    // Its rows are all that is wanted of a runtime here.
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

  it('is an error that the user sees, with the way to the log, which has the reason', async () => {
    press = 'Show Log';
    await assert.rejects(lazy.load(), /Onna could not be loaded/);
    await settle();
    assert.deepEqual(offered, [['Try Again', 'Show Log']]);
    assert.equal(desktop.logsShown, 1);
    assert.match(desktop.errors.join(), /Cannot find module .*this-file-is-gone/);
  });

  it('is a row in the tree that tries again', async () => {
    const [row, ...others] = await tree.getChildren();
    assert.ok(row);
    assert.deepEqual(others, []);
    const item = await tree.getTreeItem(row);
    assert.equal(item.label, 'Could not load. Select to try again.');
    assert.equal(item.command?.command, 'onna.refresh');
  });

  it('is told of once, however many ways lead to it, and an error to each', async () => {
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
    assert.equal(desktop.notifications, 1);
  });

  it('is tried again at the next use, and the tree comes by itself once it loads', async () => {
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
    assert.equal(tries, 3, 'what was loaded is kept');
  });

  it('is tried again from the notification', async () => {
    press = 'Try Again';
    lazy.loadInBackground();
    isThere = true;
    await settle();
    // The first try had begun before the file was there again.
    assert.deepEqual([tries, offered.length], [2, 1]);
  });

  it('lets the window close', async () => {
    lazy.loadInBackground();
    await lazy.close();
  });
});
