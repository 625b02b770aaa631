import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import { attentionReason } from './attention.ts';
import type { Datasource } from './datasource.ts';
import { isActive } from './syncStatus.ts';

/**
 * The Datasources that need attention, have failed or are active. A Datasource in `active` may also be in `attention`.
 */
export interface Summary {
  /** Datasources on which a person must act: see {@link attentionReason}. */
  readonly attention: readonly Datasource[];
  /** Datasources whose last sync failed, except those in `attention`. The service retries the sync. */
  readonly failed: readonly Datasource[];
  /** Datasources whose sync is running or about to run. */
  readonly active: readonly Datasource[];
}

/** The summary of the Datasources of all accounts. */
export function summary(snapshots: readonly ConnectionSnapshot[]): Summary {
  const attention: Datasource[] = [];
  const failed: Datasource[] = [];
  const active: Datasource[] = [];
  for (const { connection, datasources } of snapshots) {
    for (const datasource of datasources.values()) {
      if (attentionReason(datasource, connection.user) !== undefined) attention.push(datasource);
      else if (datasource.status === 'failed') failed.push(datasource);
      if (isActive(datasource.status)) active.push(datasource);
    }
  }
  return { attention, failed, active };
}
