import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Actions } from '../../../../src/model/datasources/actions.ts';
import { mayProcess } from '../../../../src/model/datasources/availableActions.ts';
import { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import type { Role } from '../../../../src/sandbox/store/grants.ts';
import { datasourceContext } from '../../../../src/ui/tree/contextValues.ts';
import { repository } from '../../../support/repository.ts';
import { putFiles } from '../../sandbox/support/temporaryFolders.ts';
import { Caller } from '../../sandbox/support/wire.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from './manageWorld.ts';
import { testedActions, type TestedAction } from './testedActions.ts';

/** The path of the table. */
export const roleTableFile = path.join(repository, 'docs', 'roles.md');

const workspace = '/workspaces/harbour';

/** The role that a user has on the Workspace. */
const roles: Readonly<Record<string, Role | undefined>> = {
  Reader: 'guillotina.Reader',
  Editor: 'guillotina.Editor',
  Manager: 'guillotina.Manager',
  Owner: 'guillotina.Owner',
  // An invited user has no role on the Workspace, but is an owner of each Datasource.
  Invited: undefined,
};

/** The result of an action of a role. */
interface RoleCell {
  readonly role: string;
  readonly command: string;
  /** Whether the menu of the row has the action. */
  readonly isOffered: boolean;
  /** Whether the sandbox carries out the action. */
  readonly isAllowed: boolean;
}

interface Menus {
  readonly contributes: {
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly when: string }[]>>;
  };
}

/** Evaluates a condition of a menu of the view Datasources. Understands only the operators that these menus use. */
function holds(when: string, viewItem: string): boolean {
  return when.split(' && ').every((part) => {
    const [, key, operator, value = ''] = /^(view|viewItem) (=~|==|!=) (.*)$/.exec(part) ?? [];
    if (key === undefined) throw new Error(`The table of roles does not understand the condition “${part}”.`);
    const actual = key === 'view' ? 'onna.datasources' : viewItem;
    if (operator === '=~') return new RegExp(value.slice(1, -1)).test(actual);
    return (actual === value.replaceAll("'", '')) === (operator === '==');
  });
}

async function isDone(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (!isOnnaError(error, 'noPermission', 'notFound', 'invalid', 'noContent')) throw error;
    return false;
  }
}

/** Signs in a user with a role to a new sandbox, and tries all actions. */
async function tryRole(role: string, { contributes }: Menus): Promise<readonly RoleCell[]> {
  const sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
  const origin = await mkdtemp(path.join(tmpdir(), 'onna-roles-'));
  await putFiles(origin, { 'a.md': 'The tides' });
  let account: SandboxAccount | undefined;
  try {
    const ines = await Caller.signedIn(sandbox);
    sandbox.addWorkspace('Harbour', 'harbour');
    const login = `${role.toLowerCase()}@sandbox.test`;
    const granted = roles[role];
    const { password } = await sandbox.addUser({
      login,
      role: granted ?? 'guillotina.Reader',
      at: granted ? workspace : '/wallet',
    });
    for (const action of testedActions)
      await addDatasource(sandbox, ines, action, granted ? undefined : login, origin);
    await sandbox.settled();
    for (const { command, status } of testedActions)
      if (status === 'pending') await sandbox.setStatus(`${workspace}/${idOf(command)}`, 'syncing');
    account = await SandboxAccount.signedIn(sandbox, login, password);
    for (const { command, isFavorite = false } of testedActions)
      if (isFavorite) await account.client.content.setFavorite(`${workspace}/${idOf(command)}`, true);
    const world = new ManageWorld(sandbox, login, account.client);
    await world.poll();
    const edits = new NodeEdits(world.context);
    const actions = new Actions(world.context);
    const cells: RoleCell[] = [];
    for (const { command, onResource = false, ...action } of testedActions) {
      const datasource = world.datasource(idOf(command));
      const scene = { world, datasource, account, edits, actions };
      const resourceContext = mayProcess(datasource) ? 'resource process' : 'resource';
      const viewItem = onResource ? resourceContext : datasourceContext(datasource, login, false);
      const items = contributes.menus['view/item/context'] ?? [];
      const isOffered = items.some((item) => item.command === command && holds(item.when, viewItem));
      const isAllowed = await isDone(() => action.act(scene));
      cells.push({ role, command, isOffered, isAllowed });
    }
    return cells;
  } finally {
    await account?.close();
    await sandbox.close();
    await rm(origin, { recursive: true });
  }
}

function idOf(command: string): string {
  return command.replace('onna.', '').toLowerCase();
}

/** Adds the Datasource for an action. @param invited The user who is invited to it as an owner */
async function addDatasource(
  sandbox: Sandbox,
  ines: Caller,
  { command, type = 'confluence', status }: TestedAction,
  invited: string | undefined,
  origin: string,
): Promise<void> {
  const id = idOf(command);
  const isCollected = status === undefined && type !== 'static';
  const { path: at } = sandbox.addDatasource({
    ...{ parent: workspace, title: id, id, type },
    ...(isCollected ? { origin } : {}),
    ...(status === undefined || status === 'pending' ? {} : { status }),
  });
  await sandbox.settled();
  if (command === 'onna.acceptInvitation') {
    const prinrole = [
      { principal: invited ?? 'guest@sandbox.test', role: 'guillotina.Owner', setting: 'Allow' },
    ];
    await ines.post(`${at}/@sharing`, { prinrole });
  } else if (invited !== undefined) sandbox.grant(at, invited, 'guillotina.Owner');
}

/** Tries each action with each role. */
export async function tryRoles(): Promise<readonly RoleCell[]> {
  const menus = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as Menus;
  const cells: RoleCell[] = [];
  for (const role of Object.keys(roles)) cells.push(...(await tryRole(role, menus)));
  return cells;
}

const intro = `# Roles and actions

Generated by \`npm run roles\`. A user with each role tries each action in a sandbox. The test of this table fails if a
menu offers an action that the sandbox refuses, or lacks one that it allows.

- ✓: the menu of the row has the action, and the sandbox carries it out.
- –: the menu does not have the action, and the sandbox refuses it.
- refused: the menu has the action, because the list of Datasources does not contain the permission, but the sandbox
  refuses it. The message says whom to ask.

The roles are those on the Workspace. “Invited” has no role on the Workspace, and is an owner of each Datasource.`;

function mark({ isOffered, isAllowed }: RoleCell): string {
  if (isOffered) return isAllowed ? '✓' : 'refused';
  return isAllowed ? 'not offered' : '–';
}

/** Returns the content of docs/roles.md. */
export async function roleTable(cells: readonly RoleCell[]): Promise<string> {
  const words = JSON.parse(await readFile(path.join(repository, 'package.nls.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  const titleOf = (command: string): string => words[command.replace('onna.', 'command.')] ?? command;
  const names = Object.keys(roles);
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rows = testedActions.map(({ command, onResource }) => {
    const marks = names.map((role) => {
      const cell = cells.find((each) => each.role === role && each.command === command);
      return cell ? mark(cell) : '?';
    });
    return line([onResource === true ? `${titleOf(command)} (a Resource)` : titleOf(command), ...marks]);
  });
  const head = [line(['', ...names]), line(['', ...names].map(() => '---'))];
  return `${intro}\n\n${[...head, ...rows].join('\n')}\n`;
}
