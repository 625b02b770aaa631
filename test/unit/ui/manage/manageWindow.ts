import type { Services } from '../../../../src/ui/services.ts';
import type { RowCall } from '../../../../src/ui/contributions.ts';
import { rowFor } from '../../../../src/ui/tree/nodes.ts';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import type { TreeViewController } from '../../../../src/ui/tree/treeViewController.ts';
import { TypeCatalog } from '../../../../src/model/manage/typeCatalog.ts';
import { UserPermissions } from '../../../../src/model/manage/permissions.ts';
import type { ManageParts } from '../../../../src/ui/manage/manageParts.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { desktop } from '../../../doubles/desktop.ts';
import type { ListBox, TypingBox } from '../../../doubles/dialogs.ts';
import '../../../doubles/useFakeVscode.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { ManageWorld } from '../../model/manage/manageWorld.ts';
import { SandboxAccount } from '../../model/history/sandboxAccount.ts';

const { BulkRunner } = await import('../../../../src/ui/commands/bulk.ts');
const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');
const { Notifier } = await import('../../../../src/ui/text/notifier.ts');
const { Places } = await import('../../../../src/ui/manage/places.ts');

/** An action of the simulated user in an open box. */
export type Step =
  | { readonly type: string }
  /** Types a text that the box rejects. */
  | { readonly wrong: string }
  | { readonly choose: string }
  | { readonly press: string; readonly button: string }
  /** Types a text, waits for the suggestions and chooses one. */
  | { readonly search: string; readonly choose: string }
  | 'back'
  | 'close';

/** Lets the extension finish opening a box before the user answers. */
function later(answer: () => Promise<void>): void {
  queueMicrotask(() => {
    answer().catch(throwUncaught);
  });
}

function mustBeAccepted({ isOpen, validationMessage = '' }: TypingBox, text: string): void {
  if (isOpen) throw new Error(`The box rejects “${text}”: ${validationMessage}`);
}

/** The manage commands of one user, with a real sandbox and a simulated user who answers the dialogs. */
export class ManageWindow {
  readonly sandbox: Sandbox;
  readonly world: ManageWorld;
  readonly parts: ManageParts;
  /** The paths of the revealed Workspaces, and the ids of the revealed Datasources. */
  readonly revealed: string[] = [];
  /** The error messages that input boxes have shown. */
  readonly problems: string[] = [];
  /** The texts of all lists that were shown. */
  readonly lists: string[] = [];
  selection: readonly TreeNode[] = [];
  /** The buttons that the user presses in dialogs, in order. */
  choices: (string | undefined)[] = [];
  #steps: Step[] = [];
  readonly #account: SandboxAccount;
  readonly #clock = new FakeClock(0);

  private constructor(sandbox: Sandbox, world: ManageWorld, account: SandboxAccount) {
    this.sandbox = sandbox;
    this.world = world;
    this.#account = account;
    const { store } = world;
    const clock = this.#clock;
    const client = (): Promise<OnnaClient> => Promise.resolve(account.client);
    const ready = (): Promise<void> => Promise.resolve();
    const services = {
      ...{ store, clock, client, ready },
      permissions: new UserPermissions(client, clock),
      types: new TypeCatalog(client, clock),
    } as unknown as Services;
    const log = { error: () => undefined, show: () => undefined };
    const logOf = log as unknown as ConstructorParameters<typeof Notifier>[0];
    const selection = (): readonly TreeNode[] => this.selection;
    this.parts = {
      services,
      context: { ...world.context, client },
      places: new Places(store, ready, selection),
      picker: new DatasourcePicker(store, clock, ready, selection),
      notifier: new Notifier(logOf),
      bulk: new BulkRunner(logOf),
      tree: {
        revealWorkspace: (_: string, path: string) => Promise.resolve(void this.revealed.push(path)),
        revealDatasource: (_: string, id: string) => Promise.resolve(void this.revealed.push(id)),
      } as unknown as TreeViewController,
    };
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: (items) => items.at(-1),
      choose: () => this.choices.shift(),
      secret: () => undefined,
      running: () => () => undefined,
      attend: (box) => later(() => this.#type(box)),
      attendList: (box) => later(() => this.#choose(box)),
    };
  }

  /**
   * @param prepare Prepares the sandbox, and may return the login of the user. Default: the sandbox's own
   * user.
   */
  static async open(
    prepare: (sandbox: Sandbox) => Promise<string | undefined> | undefined,
  ): Promise<ManageWindow> {
    const sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
    sandbox.addWorkspace('Harbour', 'harbour');
    sandbox.addWorkspace('Pier', 'pier');
    const parent = '/workspaces/harbour';
    sandbox.addDatasource({ parent, title: 'Wiki', id: 'wiki', type: 'confluence', status: 'synced' });
    const { password } = await sandbox.addUser({ login: 'olaf@sandbox.test', name: 'Olaf', at: '/wallet' });
    const login = (await prepare(sandbox)) ?? sandbox.user;
    const account = await SandboxAccount.signedIn(
      sandbox,
      login,
      login === sandbox.user ? sandbox.password : password,
    );
    const world = new ManageWorld(sandbox, login, account.client);
    await world.poll();
    sandbox.clearRequests();
    return new ManageWindow(sandbox, world, account);
  }

  async close(): Promise<void> {
    desktop.attendant = undefined;
    await this.#account.close();
    await this.sandbox.close();
  }

  /** Runs a command. The simulated user answers each box with the next of the `steps`. */
  async run(command: () => Promise<void>, ...steps: readonly Step[]): Promise<void> {
    this.#steps = [...steps];
    await command();
    if (this.#steps.length > 0)
      throw new Error(`The command did not ask for ${JSON.stringify(this.#steps)}.`);
  }

  /** The call of a command from the row of a Datasource. */
  onDatasource(title: string): RowCall {
    const row = rowFor(this.world.id, this.world.datasource(title).id);
    return { row, rows: [row], isOnRow: true };
  }

  /** The call of a command from the row of a Workspace. */
  onWorkspace(path: string): RowCall {
    const { id: connectionId } = this.world;
    const row: TreeNode = {
      ...{ kind: 'group', id: path, groupKey: path, groupKind: 'workspace', connectionId, parent: undefined },
    };
    return { row, rows: [row], isOnRow: true };
  }

  /** All requests that change data. */
  sent(): readonly string[] {
    return this.sandbox
      .requests()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/api\/rel0\/sandbox/, '')}`);
  }

  async #type(box: TypingBox): Promise<void> {
    while (box.isOpen) {
      const step = this.#steps.shift();
      if (step === undefined || step === 'close') box.hide();
      else if (typeof step === 'object' && 'type' in step) {
        await box.accept(step.type);
        mustBeAccepted(box, step.type);
      } else if (typeof step === 'object' && 'wrong' in step) {
        await box.accept(step.wrong);
        this.problems.push(box.validationMessage ?? '');
      } else throw new Error(`The command asks for a text, not for ${JSON.stringify(step)}.`);
    }
  }

  async #choose(box: ListBox): Promise<void> {
    this.lists.push(
      box.items.map(({ label, description, detail }) => [label, description, detail].join('|')).join('\n'),
    );
    const step = this.#steps.shift();
    if (step === undefined || step === 'close') box.hide();
    else if (step === 'back') box.back();
    else if ('search' in step) {
      box.type(step.search);
      while (box.busy) {
        await this.#clock.advance(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
      box.choose(step.choose);
    } else if ('choose' in step) box.choose(step.choose);
    else if ('press' in step) box.press(step.press, step.button);
    else throw new Error(`The command shows a list, but the user wants ${JSON.stringify(step)}.`);
  }
}
