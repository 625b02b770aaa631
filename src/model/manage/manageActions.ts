import type { Permissions } from '../../onna/wire/node.ts';
import { isFolderType, type Datasource } from '../datasources/datasource.ts';

/** The actions that set up, change, share or remove a Datasource. */
export type DatasourceManageAction =
  'rename' | 'syncType' | 'move' | 'share' | 'delete' | 'configure' | 'accept' | 'upload';

/** The actions on a Workspace. `new` adds a Datasource to it. */
export type WorkspaceManageAction = 'new' | 'rename' | 'share' | 'delete';

/**
 * Whether the user manages a node, that is, may add, modify and delete (docs/onna-api.md §3). A permission
 * that the service does not send counts as granted, because the service decides anyway.
 */
function manages(permissions: Permissions | undefined): boolean {
  return permissions?.add !== false && permissions?.modify !== false && permissions?.delete !== false;
}

/** Whether files can be uploaded to a Datasource. */
export function mayUpload({ type, permissions }: Datasource): boolean {
  return isFolderType(type) && permissions?.add !== false;
}

/**
 * The actions that the type, the status and the user's permissions allow.
 * @param user The login of the signed-in user: only the invited user can accept an invitation.
 */
export function manageActions(
  datasource: Datasource,
  user: string | undefined,
): ReadonlySet<DatasourceManageAction> {
  const { type, status, permissions, invitees } = datasource;
  const actions = new Set<DatasourceManageAction>();
  const mayModify = permissions?.modify !== false;
  if (mayModify && status === 'created') actions.add('configure');
  const isInvited = invitees?.some((login) => login.toLowerCase() === user?.toLowerCase()) ?? true;
  if (mayModify && status === 'invited' && isInvited) actions.add('accept');
  if (mayModify) actions.add('rename');
  if (mayModify && !isFolderType(type)) actions.add('syncType');
  // The listing does not contain the permissions to move and to share. Managers have both, and `@canido` is
  // requested before the action.
  if (manages(permissions)) actions.add('move').add('share');
  if (permissions?.delete !== false) actions.add('delete');
  if (mayUpload(datasource)) actions.add('upload');
  return actions;
}

/** The actions that the user's permissions on a Workspace allow. */
export function workspaceActions(permissions: Permissions | undefined): ReadonlySet<WorkspaceManageAction> {
  const actions = new Set<WorkspaceManageAction>();
  if (permissions?.add !== false) actions.add('new');
  if (permissions?.modify !== false) actions.add('rename');
  if (manages(permissions)) actions.add('share');
  if (permissions?.delete !== false) actions.add('delete');
  return actions;
}
