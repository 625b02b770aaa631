import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { SandboxAccount } from '../model/history/sandboxAccount.ts';
import { TemporaryFolders } from '../sandbox/support/temporaryFolders.ts';

describe('ChildrenRequester with the sandbox', () => {
  const folders = new TemporaryFolders();
  let sandbox: Sandbox;
  let path: string;
  before(async () => {
    sandbox = await startSandbox({ passwordCost: 16 });
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`tide-${String(n)}.txt`, 'ebb']));
    const { path: parent } = sandbox.addWorkspace('Harbour', 'harbour');
    const origin = await folders.make(files);
    ({ path } = sandbox.addDatasource({ parent, title: 'Wiki', type: 'confluence', id: 'wiki', origin }));
    await sandbox.settled();
  });
  after(async () => {
    await sandbox.close();
    await folders.removeAll();
  });

  for (const childrenMode of ['query', 'getBody', 'postBody'] as const)
    it(`lists all Resources of a service that reads parameters only as ${childrenMode} and returns 404 for other methods`, async () => {
      sandbox.setSwitches({ childrenMode });
      const account = await SandboxAccount.signedIn(sandbox);
      const walk = new ChildrenWalk(
        () => Promise.resolve(account.client),
        systemClock,
        path,
        10,
        () => 25,
      );
      const seen = new Set<string>();
      while (!walk.done) for (const child of (await walk.next()).added) seen.add(child.path);
      assert.equal(seen.size, 25);
      const missing = new ChildrenWalk(
        () => Promise.resolve(account.client),
        systemClock,
        `${path}/none`,
        10,
      );
      await assert.rejects(missing.next(), (error) => isOnnaError(error, 'notFound'));
      await account.close();
    });
});
