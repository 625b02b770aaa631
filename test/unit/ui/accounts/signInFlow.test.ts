import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/base/clock.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { FakeSecretStorage } from '../../../doubles/fakeSecretStorage.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import type { TypingBox } from '../../../doubles/dialogs.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

const { SignInFlow } = await import('../../../../src/ui/accounts/signInFlow.ts');
const { Accounts } = await import('../../../../src/model/accounts/accounts.ts');
const { ClientPool } = await import('../../../../src/model/accounts/clientPool.ts');
const { UndiciTransport } = await import('../../../../src/onna/transport/undiciTransport.ts');

describe('The sign-in flow', () => {
  let sandbox: Sandbox;
  let clients: InstanceType<typeof ClientPool>;
  let accounts: InstanceType<typeof Accounts>;
  let flow: InstanceType<typeof SignInFlow>;
  /** The texts that the user enters in each input box. The user then closes the box if it is still open. */
  let entered: string[][];
  let problems: string[];

  before(async () => {
    sandbox = await startSandbox({ passwordCost: 16 });
  });
  after(() => sandbox.close());
  beforeEach(() => {
    clients = new ClientPool(
      (baseUrl) =>
        Promise.resolve(new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] })),
      systemClock,
      () => undefined,
    );
    accounts = new Accounts(new FakeSecretStorage(), clients.signIn, systemClock);
    flow = new SignInFlow(accounts, clients);
    problems = [];
    desktop.attendant = {
      pick: () => undefined,
      choose: () => undefined,
      secret: () => undefined,
      running: () => () => undefined,
      attend: (box) =>
        queueMicrotask(() => {
          enter(box).catch(throwUncaught);
        }),
    };
  });
  afterEach(() => {
    desktop.attendant = undefined;
    accounts.dispose();
    clients.dispose();
  });

  async function enter(box: TypingBox): Promise<void> {
    for (const text of entered.shift() ?? []) {
      await box.accept(text);
      if (box.isOpen) problems.push(box.validationMessage ?? '');
    }
    box.hide();
  }

  it('signs in with a password, and adds the account', async () => {
    const { baseUrl, container, account, user, password } = sandbox;
    entered = [[baseUrl], [container], [account], [user], [password]];
    const made = await flow.run();
    assert.deepEqual(problems, []);
    assert.equal(made?.user, user);
    assert.deepEqual(accounts.connections(), [made]);
  });

  it('adds no account if the user closes an input box', async () => {
    entered = [[sandbox.baseUrl], []];
    assert.equal(await flow.run(), undefined);
    assert.deepEqual(accounts.connections(), []);
  });

  it('rejects a text that is not a server address, and plain HTTP to a remote host', async () => {
    entered = [['not an address', 'http://onna.example.test']];
    await flow.run();
    assert.match(problems[0] ?? '', /^This is not the address of a server/);
    assert.match(problems[1] ?? '', /^Use https/);
  });

  it('rejects an unknown account name once, and asks for a token if the user enters the same name again', async () => {
    const { baseUrl, container, account } = sandbox;
    entered = [[baseUrl], [container], [`${account}x`, `${account}x`], ['a-wrong-token']];
    await flow.run();
    assert.equal(problems.length, 2);
    assert.match(problems[1] ?? '', /^The service does not accept this token/);
  });

  it('asks only for the password if the account is already known', async () => {
    const { baseUrl, container, account, user, password } = sandbox;
    const known = await accounts.addByPassword({ baseUrl, container, account }, user, password);
    entered = [['wrong', password]];
    assert.deepEqual(await flow.run(known), known);
    assert.equal(problems.length, 1);
  });
});
