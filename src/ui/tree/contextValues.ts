import { availableActions } from '../../model/datasources/availableActions.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import { manageActions, workspaceActions } from '../../model/manage/manageActions.ts';
import type { GroupNode } from './nodes.ts';

/** The `contextValue` of a group. The user can create Datasources in Workspaces and in their own folder. */
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
 * The `contextValue` of a Datasource. It is a list of words that the conditions of menus check.
 * @param user The login of the signed-in user.
 * @param isExceptionsOnly Whether the tree shows only the Resources with exceptions.
 */
export function datasourceContext(
  datasource: Datasource,
  user: string | undefined,
  isExceptionsOnly: boolean,
): string {
  // With `expired`, the row's first action is the remedy.
  const expired = datasource.credential === 'expired' ? ['expired'] : [];
  const favorite = datasource.favorite ? ['favorite'] : [];
  const filtered = isExceptionsOnly ? ['exceptionsOnly'] : [];
  const actions = [...availableActions(datasource), ...manageActions(datasource, user)];
  return ['datasource', ...actions, ...favorite, ...expired, ...filtered].join(' ');
}
