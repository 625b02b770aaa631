import type { Datasource } from './datasource.ts';
import { isActive } from './syncStatus.ts';

/** What can be done with a Datasource. */
export const datasourceActions = ['sync', 'reprocess', 'credentials', 'pause', 'resume'] as const;
export type DatasourceAction = (typeof datasourceActions)[number];

/**
 * What its sync type, its status and the user's permissions allow. A permission that the service does not
 * tell counts as given: the service has the last word (docs/onna-api.md §3, §5, §11).
 */
export function availableActions(datasource: Datasource): ReadonlySet<DatasourceAction> {
  const { status, syncType, permissions, credential, type } = datasource;
  const actions = new Set<DatasourceAction>();
  const mayModify = permissions?.modify !== false;
  const mayCollect = permissions?.sendToSpyder ?? mayModify;
  const configured = status !== 'created' && status !== 'invited';
  if (mayCollect && configured && !isActive(status) && status !== 'paused') actions.add('sync');
  if (mayModify && configured) actions.add('reprocess');
  // A folder (Static) Datasource is fed by upload: it has no credentials.
  if (mayModify && configured && type !== 'StaticDatasource') actions.add('credentials');
  if (mayModify && status === 'paused') actions.add('resume');
  if (mayModify && isActive(status) && syncType !== 'unknown') actions.add('pause');
  if (credential === undefined && type === 'StaticDatasource') actions.delete('credentials');
  return actions;
}

/** Whether its Resources may be sent to processing. */
export function mayProcess(datasource: Datasource): boolean {
  return datasource.permissions?.modify !== false;
}
