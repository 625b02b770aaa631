import assert from 'node:assert/strict';
import { linkQuery } from '../../../../src/model/links/onnaLink.ts';
import type { Connection } from '../../../../src/model/accounts/connection.ts';
import type { AccountAddress } from '../../../../src/onna/address.ts';
import type { LinkCommands as LinkCommandsType } from '../../../../src/ui/links/linkCommands.ts';
import type { Services } from '../../../../src/ui/services.ts';
import type { SignInFlow } from '../../../../src/ui/accounts/signInFlow.ts';
import type { TreeViewController } from '../../../../src/ui/tree/treeViewController.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import { ManageWorld } from '../../model/manage/manageWorld.ts';
import { SandboxAccount } from '../../model/history/sandboxAccount.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';

const { LinkCommands } = await import('../../../../src/ui/links/linkCommands.ts');

describe('LinkCommands', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let known: ManageWorld;
  let commands: LinkCommandsType;
  let wiki: { path: string; uid: string };
  /** The rows that were shown. */
  let shown: string[];
  /** The accounts for which the sign-in was started. */
  let signIns: (AccountAddress | undefined)[];
  let typed: string[];
  let problems: (string | undefined)[];
  let choice: string | undefined;

  beforeEach(async () => {
    await fixture.start();
    wiki = await fixture.datasource({ 'plan.md': 'The plan' });
    account = await SandboxAccount.signedIn(fixture.sandbox);
    known = new ManageWorld(fixture.sandbox, fixture.sandbox.user, account.client);
    await known.poll();
    [shown, signIns, typed, problems, choice] = [[], [], [], [], undefined];
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: () => undefined,
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
    const services = {
      store: known.store,
      ready: () => Promise.resolve(),
      client: () => Promise.resolve(account.client),
      accounts: { connections: (): readonly Connection[] => [known.connection] },
    } as unknown as Services;
    const tree = {
      revealDatasource: (_: string, id: string) => Promise.resolve(shown.push(`Datasource ${id}`)),
      revealResource: (_: string, path: string) => Promise.resolve(shown.push(`Resource ${path}`) > 0),
      revealWorkspace: (_: string, path: string) => Promise.resolve(shown.push(`Workspace ${path}`)),
    } as unknown as TreeViewController;
    const flow = {
      run: (address: AccountAddress) => Promise.resolve(void signIns.push(address)),
    } as unknown as SignInFlow;
    commands = new LinkCommands(services, tree, flow);
  });
  afterEach(async () => {
    desktop.attendant = undefined;
    await account.close();
    await fixture.stop();
  });

  const open = (path: string, change: object = {}): Promise<void> => {
    const { baseUrl, container: box, account: own } = known.connection;
    const address = { baseUrl, container: box, account: own, ...change };
    return commands.open({ query: linkQuery({ address, path }) });
  };
  const told = (): string | undefined => desktop.notifications.at(-1)?.message;

  it('shows the Datasource, the Resource or the Workspace of a link', async () => {
    await open(wiki.path);
    await open(`${wiki.path}/plan.md`);
    await open('/workspaces/harbour');
    assert.deepEqual(shown, [
      `Datasource ${wiki.uid}`,
      `Resource ${wiki.path}/plan.md`,
      'Workspace /workspaces/harbour',
    ]);
    await open('/workspaces/elsewhere');
    assert.equal(told(), 'The tree does not contain “elsewhere”.');
  });

  it('rejects an invalid link with a message, and shows no object', async () => {
    await commands.open({ query: 'server=javascript:alert(1)&path=/' });
    assert.deepEqual(shown, []);
    assert.match(told() ?? '', /^This link does not name an object in Onna\./);
  });

  it('asks before it starts a sign-in if the user is not signed in to the server of the link', async () => {
    await open(wiki.path, { baseUrl: 'https://elsewhere.example' });
    assert.match(told() ?? '', /^This link leads to the account “.*” on https:\/\/elsewhere\.example\./);
    assert.equal(signIns.length, 0);
    choice = 'Sign In…';
    await open(wiki.path, { baseUrl: 'https://elsewhere.example' });
    assert.deepEqual(
      signIns.map((address) => address?.baseUrl),
      ['https://elsewhere.example'],
    );
    assert.deepEqual(shown, []);
  });

  it('finds an object by its UID, or explains why it found no object', async () => {
    typed = ['no uid!', '0'.repeat(32), wiki.uid];
    await commands.goToUid();
    assert.deepEqual(problems.slice(0, 2), [
      'This is not a UID.',
      'No signed-in account has an object with this UID, or you may not see it. Check the UID.',
    ]);
    assert.deepEqual(shown, [`Datasource ${wiki.uid}`]);
  });
});
