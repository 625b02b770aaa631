import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import type { Datasource } from './datasource.ts';
import { isActive } from './syncStatus.ts';

/**
 * The reasons why a person must act on a Datasource, most urgent first. `failing`: the service retries the
 * sync, but all retries have failed for a long time.
 */
export const attentionReasons = ['credentials', 'error', 'failing', 'invitation'] as const;
export type AttentionReason = (typeof attentionReasons)[number];

/**
 * Minimum time between the last successful sync and a failed one, in ms, after which the failure counts as
 * persistent. An `auto` Datasource has missed at least four syncs by then (docs/onna-api.md §12).
 */
const persistentFailureMs = 2 * 60 * 60_000;

/**
 * Whether the user has been invited to share a Datasource, and has not accepted yet. If the service does not
 * say who was invited, every user except the owners may have been.
 */
function isInvited({ status, invitees, owners }: Datasource, user: string | undefined): boolean {
  if (status !== 'invited') return false;
  const isUser = (login: string): boolean => login.toLowerCase() === user?.toLowerCase();
  return invitees?.some(isUser) ?? !owners.some(isUser);
}

/** Whether the last sync failed, {@link persistentFailureMs} or more after the last success or the creation. */
function isFailing({ status, lastResult, lastSync, created }: Datasource): boolean {
  if (lastResult?.outcome !== 'failed' || !(status === 'failed' || isActive(status))) return false;
  const succeeded = lastSync ?? created;
  return succeeded !== undefined && lastResult.at - succeeded >= persistentFailureMs;
}

/**
 * Why a person must act before the Datasource syncs again. Undefined if nobody must act.
 * @param user The login of the signed-in user.
 */
export function attentionReason(
  datasource: Datasource,
  user: string | undefined,
): AttentionReason | undefined {
  if (datasource.credential === 'expired') return 'credentials';
  if (datasource.status === 'error') return 'error';
  if (isFailing(datasource)) return 'failing';
  return isInvited(datasource, user) ? 'invitation' : undefined;
}

/** A Datasource that needs attention. */
export interface AttentionEntry {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

/** The Datasources of all accounts that need attention. */
export interface AttentionOverview {
  /** The most urgent Datasources, most urgent first. Equally urgent ones: the latest failure first. */
  readonly first: readonly AttentionEntry[];
  /** The number of all Datasources that need attention. */
  readonly total: number;
}

/** @param max Maximum length of {@link AttentionOverview.first}. */
export function attentionOverview(snapshots: readonly ConnectionSnapshot[], max: number): AttentionOverview {
  const byReason = new Map<AttentionReason, AttentionEntry[]>(attentionReasons.map((name) => [name, []]));
  let total = 0;
  for (const { connection, datasources } of snapshots) {
    for (const datasource of datasources.values()) {
      const reason = attentionReason(datasource, connection.user);
      if (reason === undefined) continue;
      byReason.get(reason)?.push({ connectionId: connection.id, datasource });
      total++;
    }
  }
  const first: AttentionEntry[] = [];
  for (const entries of byReason.values()) {
    if (first.length >= max) break;
    // The sort is stable, so Datasources that failed at the same time keep the order of their titles.
    entries.sort((left, right) => failedAt(right) - failedAt(left));
    first.push(...entries.slice(0, max - first.length));
  }
  return { first, total };
}

function failedAt({ datasource }: AttentionEntry): number {
  return datasource.lastResult?.at ?? 0;
}
