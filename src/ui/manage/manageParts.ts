import * as vscode from 'vscode';
import type { ManageContext } from '../../model/manage/nodeEdits.ts';
import type { NodePath } from '../../onna/address.ts';
import type { PermissionName } from '../../onna/contentClient.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { BulkRunner } from '../commands/bulk.ts';
import type { DatasourcePicker } from '../commands/targets.ts';
import type { Services } from '../services.ts';
import { inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import type { Places } from './places.ts';

/** The dependencies of the commands that create, change, share and delete Workspaces and Datasources. */
export interface ManageParts {
  readonly services: Services;
  readonly context: ManageContext;
  readonly places: Places;
  readonly picker: DatasourcePicker;
  readonly notifier: Notifier;
  readonly bulk: BulkRunner;
  readonly tree: TreeViewController;
}

/** The dependencies of the model code that changes and shares nodes. */
export function manageContext(services: Services): ManageContext {
  const { store, clock, connections, permissions } = services;
  return {
    store,
    clock,
    client: (connectionId) => services.client(connectionId),
    acted: (connectionId, datasourceId) => connections.acted(connectionId, datasourceId),
    forgetPermissions: (connectionId) => permissions.forget(connectionId),
  };
}

/**
 * Checks with the service that the user has a permission, before a command starts. If the permission is
 * missing, shows a message. The command must then send nothing.
 * @param name The name of the node, safe to show.
 */
export async function isPermitted(
  { permissions }: Pick<Services, 'permissions'>,
  {
    connectionId,
    path,
    name,
  }: { readonly connectionId: string; readonly path: NodePath; readonly name: string },
  permission: PermissionName,
  title: string,
): Promise<boolean> {
  let isGranted: boolean | undefined;
  try {
    isGranted = await permissions.has(connectionId, path, permission);
  } catch (error) {
    if (!(error instanceof OnnaError)) throw error;
    // The permission is unknown. If it is missing, the response to the command itself will say so.
    isGranted = isOnnaError(error, 'noPermission') ? false : undefined;
  }
  if (isGranted !== false) return true;
  inform(
    vscode.l10n.t(
      '{0}: you do not have the permission for this on “{1}”. Ask someone with the Manage role. A change can take up to two minutes to take effect.',
      title,
      name,
    ),
  );
  return false;
}
