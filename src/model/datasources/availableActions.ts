import { isFolderType, type Datasource } from './datasource.ts';
import { isActive } from './syncStatus.ts';

/** The actions that a Datasource may offer. */
export type DatasourceAction = 'sync' | 'reprocess' | 'credentials' | 'pause' | 'resume';

/**
 * The actions that the sync type, the status and the user's permissions allow. A permission that the service does not
 * send counts as granted, because the service decides anyway (docs/onna-api.md §3, §5, §11).
 */
export function availableActions(datasource: Datasource): ReadonlySet<DatasourceAction> {
  const { status, syncType, permissions, type } = datasource;
  const actions = new Set<DatasourceAction>();
  const mayModify = permissions?.modify !== false;
  const mayCollect = permissions?.sendToSpyder ?? mayModify;
  const configured = status !== 'created' && status !== 'invited';
  if (mayCollect && configured && !isActive(status) && status !== 'paused') actions.add('sync');
  if (mayModify && configured) actions.add('reprocess');
  // A folder (Static) Datasource has no credentials: its files are uploaded.
  if (mayModify && configured && !isFolderType(type)) actions.add('credentials');
  if (mayModify && status === 'paused') actions.add('resume');
  if (mayModify && isActive(status) && syncType !== 'unknown') actions.add('pause');
  return actions;
}

/** Whether the Datasource's Resources may be sent for processing. */
export function mayProcess(datasource: Datasource): boolean {
  return datasource.permissions?.modify !== false;
}
