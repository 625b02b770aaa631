import { availableActions } from '../../model/datasources/availableActions.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import { manageActions, workspaceActions } from '../../model/manage/manageActions.ts';
import type { GroupNode } from './nodes.ts';

/** The `contextValue` of a group. Workspaces, and the user's own folder, can get new Datasources. */
export function groupContext({ groupKind }: GroupNode, group: Group | undefined): string {
  const actions =
    groupKind === 'workspace' && group
      ? [...workspaceActions(group.permissions)]
      : groupKind === 'mySources'
        ? ['new']
        : [];
  return ['group', groupKind, ...actions].join(' ');
}

/**
 * The `contextValue` of a Datasource: the menus test its words.
 * @param user The login of the signed-in user.
 * @param isExceptionsOnly Whether the tree shows only the Resources with exceptions.
 */
export function datasourceContext(
  datasource: Datasource,
  user: string | undefined,
  isExceptionsOnly: boolean,
): string {
  // `expired` makes the remedy the row's first action.
  const expired = datasource.credential === 'expired' ? ['expired'] : [];
  const filtered = isExceptionsOnly ? ['exceptionsOnly'] : [];
  const actions = [...availableActions(datasource), ...manageActions(datasource, user)];
  return ['datasource', ...actions, ...expired, ...filtered].join(' ');
}
