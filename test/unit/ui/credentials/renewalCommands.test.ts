import assert from 'node:assert/strict';
import type { Connection } from '../../../../src/model/accounts/connection.ts';
import { AuthSecrets } from '../../../../src/model/accounts/authSecrets.ts';
import { ConsentRequests } from '../../../../src/model/credentials/consentRequests.ts';
import { Renewals } from '../../../../src/model/credentials/renewals.ts';
import { Wallet } from '../../../../src/model/credentials/wallet.ts';
import { CallRecorder } from './callRecorder.ts';
import { OnnaClient } from '../../../../src/onna/client.ts';
import type { Services } from '../../../../src/ui/services.ts';
import type { RenewalCommands as RenewalCommandsType } from '../../../../src/ui/credentials/renewalCommands.ts';
import { rowFor, type TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import type { TypingBox } from '../../../doubles/dialogs.ts';
import { FakeSecretStorage } from '../../../doubles/fakeSecretStorage.ts';
import '../../../doubles/useFakeVscode.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { ManageWorld } from '../../model/manage/manageWorld.ts';
import { Fixture, eventually } from '../../sandbox/support/fixture.ts';
import { send } from '../../sandbox/support/wire.ts';

const { RenewalCommands } = await import('../../../../src/ui/credentials/renewalCommands.ts');
const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');
const { Notifier } = await import('../../../../src/ui/text/notifier.ts');

const parent = '/workspaces/harbour';
const used = 'This code was already used. Open the page again to get a new one.';
const notOurs =
  'This code does not belong to a renewal that was started in this window. Nothing was changed.';

describe('The Renew Credentials command', () => {
  const fixture = new Fixture();
  let calls: CallRecorder;
  let world: ManageWorld;
  let wallet: Wallet;
  let renewals: Renewals;
  let secrets: AuthSecrets;
  let commands: RenewalCommandsType;
  /** The labels of the last quick pick. */
  let offered: string[];
  let choice: string | undefined;
  /** Answers the next input box. */
  let answerBox: (box: TypingBox) => Promise<void> | void;

  beforeEach(async () => {
    await fixture.start();
    const { sandbox } = fixture;
    sandbox.addWorkspace('Harbour', 'harbour');
    for (const [id, type, credentialsOf] of [
      ['chat', 'slack'],
      ['pilots', 'slack', `${parent}/chat`],
      ['wiki', 'confluence'],
    ] as const)
      sandbox.addDatasource({
        ...{ parent, title: id, id, type, status: 'synced' },
        ...(credentialsOf === undefined ? {} : { credentialsOf }),
      });
    for (const id of ['chat', 'wiki']) sandbox.expireCredentials(`${parent}/${id}`);
    calls = await CallRecorder.signedIn(sandbox);
    const client = new OnnaClient(sandbox, calls.caller);
    world = new ManageWorld(sandbox, sandbox.user, client);
    await world.poll();
    const { store } = world;
    const common = { store, clock: fixture.clock, client: () => Promise.resolve(client) };
    wallet = new Wallet({ ...common, onError: throwUncaught });
    renewals = new Renewals({ ...common, acted: () => undefined });
    secrets = new AuthSecrets(new FakeSecretStorage());
    const log = { error: () => undefined, show: () => undefined };
    const notifier = new Notifier(log as unknown as ConstructorParameters<typeof Notifier>[0]);
    const ready = (): Promise<void> => Promise.resolve();
    const services = {
      ...{ ...common, wallet, renewals, authSecrets: secrets },
      consents: new ConsentRequests(fixture.clock),
      accounts: { connections: (): readonly Connection[] => [world.connection] },
    } as unknown as Services;
    const picker = new DatasourcePicker(store, fixture.clock, ready, () => []);
    commands = new RenewalCommands({ services, picker, notifier });
    [offered, choice] = [[], undefined];
    answerBox = (box) => box.hide();
    desktop.notifications.length = 0;
    desktop.openedPages.length = 0;
    desktop.attendant = {
      pick: (items) => {
        const list = items as readonly { readonly label: string }[];
        offered = list.map(({ label }) => label);
        return list.find(({ label }) => label === choice);
      },
      choose: () => undefined,
      secret: () => undefined,
      attend: (box) => queueMicrotask(() => void Promise.resolve(answerBox(box)).catch(throwUncaught)),
      running: () => () => undefined,
    };
  });
  afterEach(async () => {
    desktop.attendant = undefined;
    wallet.dispose();
    renewals.dispose();
    await calls.close();
    await fixture.stop();
  });

  const renew = (title: string, wanted?: string): Promise<void> => {
    choice = wanted;
    const row = rowFor(world.id, world.datasource(title).id);
    return commands.renew({ row, rows: [row], isOnRow: true });
  };
  const told = (): string | undefined => desktop.notifications.at(-1)?.message;
  const state = (title: string): unknown => world.datasource(title).credential;

  /** Answers the open consent page. @returns The address that it opens, or the page that it shows. */
  async function answerPage(decision: string): Promise<string> {
    const page = new URL(desktop.openedPages.at(-1) ?? '');
    const answer = await send(fixture.sandbox.baseUrl, page.pathname, {
      method: 'POST',
      headers: { origin: fixture.sandbox.baseUrl },
      body: new URLSearchParams({ request: page.searchParams.get('request') ?? '', decision }).toString(),
    });
    return String(answer.headers['location'] ?? answer.text);
  }
  const shownCode = (page: string): string => /<code id="code">([^<]+)</.exec(page)?.[1] ?? '';
  const handle = (address: string): Promise<void> =>
    commands.consent.handle({ query: new URL(address).search.slice(1) });

  it('offers the renewal methods that the type allows', async () => {
    await renew('chat');
    assert.deepEqual(offered, ['Allow Access in the Browser', 'Paste the Code', 'Use a Secret']);
    offered = [];
    await renew('wiki');
    assert.deepEqual(offered, [], 'there is only one way, so it does not ask');
  });

  it('takes the code from the address that the page opens, closes the box, and fixes both Datasources', async () => {
    let box: TypingBox | undefined;
    let address = '';
    answerBox = async (shown) => {
      box = shown;
      address = await answerPage('allow');
      await handle(address);
    };
    await renew('chat', 'Allow Access in the Browser');
    assert.match(address, /^vscode:\/\/onna-datasources\.onna-datasources\/callback\?state=[\w-]{32}&code=/);
    assert.equal(box?.isOpen, false);
    // The command ends with its box. The code is still on its way.
    await eventually(() => told() !== undefined);
    assert.deepEqual([state('chat'), state('pilots')], ['valid', 'valid']);
    assert.equal(told(), 'The credentials of “chat” and “pilots” were renewed.');
  });

  it('accepts a pasted code, or the address pasted from the browser', async () => {
    for (const decision of ['show', 'allow']) {
      fixture.sandbox.expireCredentials(`${parent}/chat`);
      await world.poll();
      answerBox = async (box) => {
        assert.equal(box.password, true);
        const page = await answerPage(decision);
        await box.accept(decision === 'show' ? shownCode(page) : page);
      };
      await renew('chat', decision === 'show' ? 'Paste the Code' : 'Allow Access in the Browser');
      assert.equal(state('pilots'), 'valid');
    }
  });

  it('rejects an address that was used before', async () => {
    let address = '';
    answerBox = async (box) => {
      address = await answerPage('allow');
      box.hide();
    };
    await renew('chat', 'Allow Access in the Browser');
    await handle(address);
    fixture.sandbox.expireCredentials(`${parent}/chat`);
    await world.poll();
    const sent = calls.count('@updateServiceCredentials');
    await handle(address);
    assert.deepEqual([told(), state('chat')], [used, 'expired']);
    assert.equal(calls.count('@updateServiceCredentials'), sent);
  });

  it('rejects an address that this window did not ask for, and sends no request', async () => {
    for (const query of ['code=abcd-1234', 'state=of-another-window&code=abcd-1234', '', 'state='])
      await handle(`vscode://onna-datasources.onna-datasources/callback?${query}`);
    assert.deepEqual(new Set(desktop.notifications.map(({ message }) => message)), new Set([notOurs]));
    assert.equal(calls.count('@updateServiceCredentials'), 0);
  });

  it('rejects an address or a pasted code after ten minutes', async () => {
    const late = 'More than ten minutes have passed since the page was opened. Open it again.';
    let problem: string | undefined;
    let address = '';
    answerBox = async (box) => {
      address = await answerPage('allow');
      fixture.clock.advanceSync(10 * 60_000);
      await box.accept('abcd-1234');
      problem = box.validationMessage;
      box.hide();
    };
    await renew('chat', 'Allow Access in the Browser');
    await handle(address);
    assert.deepEqual([problem, told(), state('chat')], [late, late, 'expired']);
    assert.equal(calls.count('@updateServiceCredentials'), 0);
  });

  it('explains that the service refuses a code of another user, and sends the same code only once', async () => {
    await fixture.sandbox.addUser({ login: 'olaf@sandbox.test' });
    const foreign = fixture.sandbox.consentCode('SlackDatasource', 'olaf@sandbox.test');
    const problems: (string | undefined)[] = [];
    answerBox = async (box) => {
      for (const text of [
        'no code!',
        'vscode://onna-datasources.onna-datasources/callback?state=other&code=abcd',
        foreign,
        foreign,
      ]) {
        await box.accept(text);
        problems.push(box.validationMessage);
      }
      box.hide();
    };
    await renew('chat', 'Paste the Code');
    assert.deepEqual(problems, [
      'This is neither a code nor an address with a code.',
      notOurs,
      'Onna does not accept this code. It was used before, has expired, or belongs to another user or service. Open the page again to get a new one.',
      used,
    ]);
    assert.equal(calls.count('@updateServiceCredentials'), 1);
    assert.equal(state('chat'), 'expired');
  });

  it('lets the user send a code again if the request failed before the service used the code', async () => {
    const problems: (string | undefined)[] = [];
    fixture.sandbox.setSwitches({ burst: { status: 424, count: 1, path: '@updateServiceCredentials' } });
    answerBox = async (box) => {
      const code = shownCode(await answerPage('allow'));
      await box.accept(code);
      problems.push(box.validationMessage);
      await box.accept(code);
    };
    await renew('chat', 'Paste the Code');
    assert.deepEqual(problems, ['Onna’s sign-in server does not answer at the moment. Try again.']);
    assert.equal(state('chat'), 'valid');
  });

  it('asks again for the code of a page that is still open, without opening a second page', async () => {
    await renew('chat', 'Paste the Code');
    assert.equal(desktop.openedPages.length, 1);
    answerBox = async (box) => box.accept(shownCode(await answerPage('allow')));
    await renew('chat', 'Paste the Code');
    assert.deepEqual([desktop.openedPages.length, state('chat')], [1, 'valid']);
  });

  it('tells the user that the page refused access', async () => {
    answerBox = async () => handle(await answerPage('deny'));
    await renew('chat', 'Allow Access in the Browser');
    await eventually(() => told() !== undefined);
    assert.match(told() ?? '', /: the page refused access \(access_denied\)\.$/);
    assert.equal(state('chat'), 'expired');
  });

  it('explains why the page could not be opened, and asks for no code', async () => {
    fixture.sandbox.setSwitches({ burst: { status: 500, count: 1, path: '@datasourceAuthCode' } });
    let boxes = 0;
    answerBox = (box) => {
      boxes++;
      box.hide();
    };
    await renew('chat', 'Allow Access in the Browser');
    assert.match(told() ?? '', /^The page could not be opened\. The service failed \(500\)\./);
    assert.equal(boxes, 0);
  });

  it('renews with a secret, and stores the secret after the service has accepted it', async () => {
    answerBox = (box) => box.accept('correct horse');
    await renew('wiki');
    assert.equal(state('wiki'), 'valid');
    assert.equal(await secrets.read(world.id, world.datasource('wiki').id), 'correct horse');
  });

  it('works on the rows of Needs Renewal', async () => {
    const [entry] = wallet.due(world.id).filter(({ datasources }) => datasources.length === 2);
    assert.ok(entry);
    const row = {
      ...{ kind: 'credentials', id: 'row', connectionId: world.id, entryId: entry.id, parent: undefined },
    } as TreeNode;
    choice = 'Use a Secret';
    answerBox = (box) => box.accept('correct horse');
    await commands.renew({ row, rows: [row], isOnRow: true });
    assert.deepEqual([state('chat'), state('pilots')], ['valid', 'valid']);
  });

  it('never shows a code or a state in a message, and never logs it', async () => {
    const codes: string[] = [];
    answerBox = async (box) => {
      const address = await answerPage('allow');
      codes.push(...new URL(address).searchParams.values());
      await handle(address);
      await handle(address);
      box.hide();
    };
    await renew('chat', 'Allow Access in the Browser');
    await eventually(() => desktop.notifications.length === 2);
    assert.equal(codes.length, 2);
    const written = JSON.stringify([desktop.notifications, desktop.errors, calls.log]);
    for (const code of codes) assert.ok(!written.includes(code));
  });
});
