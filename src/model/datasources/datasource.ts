import type { NodePath } from '../../onna/address.ts';
import type { CredentialState, Permissions, WireNode } from '../../onna/wire/node.ts';
import { cycle, readSyncStatus, readSyncType, type SyncStatus, type SyncType } from './syncStatus.ts';

/** The result of the last finished sync. */
interface SyncResult {
  readonly outcome: 'synced' | 'failed' | 'error';
  /** When the sync ended, in ms since 1970. */
  readonly at: number;
}

/** The known state of a Datasource. Immutable: a change replaces the object. */
export interface Datasource {
  /** The Datasource's uid, or its path if the service sent no uid. Opaque. */
  readonly id: string;
  readonly path: NodePath;
  readonly parentPath: NodePath;
  /** `@type`, e.g. `ConfluenceDatasource`. */
  readonly type: string;
  readonly title: string;
  readonly rawStatus: string | undefined;
  readonly status: SyncStatus | 'unknown';
  readonly rawSyncType: string | undefined;
  readonly syncType: SyncType | 'unknown';
  readonly owners: readonly string[];
  /** In ms since 1970, like all times here. */
  readonly created: number | undefined;
  readonly lastSync: number | undefined;
  readonly nextSync: number | undefined;
  readonly lastResult: SyncResult | undefined;
  /** The service's message about a failure. */
  readonly message: string | undefined;
  readonly credential: CredentialState | undefined;
  /** The uid of the wallet entry with the Datasource's credentials, if the service sends it. */
  readonly walletEntry: string | undefined;
  readonly resourceCount: number | undefined;
  readonly permissions: Permissions | undefined;
  /** Whether the user has marked the Datasource as a favorite. False if the service does not say so. */
  readonly favorite: boolean;
  /** The users who may accept an invitation, if the service lists them. Undefined for every status except `invited`. */
  readonly invitees: readonly string[] | undefined;
}

function outcomeOf(status: SyncStatus | 'unknown'): SyncResult['outcome'] | undefined {
  return status === 'synced' || status === 'failed' || status === 'error' ? status : undefined;
}

function lastResult(
  previous: Datasource | undefined,
  node: WireNode,
  status: SyncStatus | 'unknown',
  observedAt: number,
): SyncResult | undefined {
  const outcome = outcomeOf(status);
  if (outcome === undefined) {
    // This status is not the result of a run, so the last result still applies.
    if (previous?.lastResult) return previous.lastResult;
    return node.lastSync === undefined ? undefined : { outcome: 'synced', at: node.lastSync };
  }
  if (outcome === 'synced' && node.lastSync !== undefined) return { outcome, at: node.lastSync };
  // Renaming a Datasource changes its dates, but not the time when its last sync ended.
  if (previous?.status === status && previous.lastResult?.outcome === outcome) return previous.lastResult;
  const stamped = node.timestamp === undefined ? Number.NaN : Date.parse(node.timestamp);
  return {
    outcome,
    at: Number.isNaN(stamped) ? (node.modified ?? observedAt) : Math.min(stamped, observedAt),
  };
}

/**
 * Builds a Datasource from `node`.
 * @param previous The previous state. Supplies the data that a node lacks, such as the result before the current run.
 * @param observedAt ms since 1970.
 */
export function datasourceFrom(
  node: WireNode,
  previous: Datasource | undefined,
  observedAt: number,
): Datasource {
  // The listing may omit sync_status (docs/onna-api.md §14.9). The previous value is then kept.
  const rawStatus = node.syncStatus ?? previous?.rawStatus;
  const rawSyncType = node.syncType ?? previous?.rawSyncType;
  const status = readSyncStatus(rawStatus);
  return {
    id: node.uid ?? node.path,
    path: node.path,
    parentPath: node.parentPath,
    type: node.type,
    title: node.title,
    rawStatus,
    status,
    rawSyncType,
    syncType: readSyncType(rawSyncType),
    owners: node.creators ?? previous?.owners ?? [],
    created: node.created ?? previous?.created,
    lastSync: node.lastSync ?? previous?.lastSync,
    nextSync: node.nextSync,
    lastResult: lastResult(previous, node, status, observedAt),
    message: node.message,
    credential: node.credential ?? previous?.credential,
    walletEntry: node.walletEntry ?? previous?.walletEntry,
    resourceCount: node.resourceCount ?? previous?.resourceCount,
    permissions: node.permissions ?? previous?.permissions,
    favorite: node.favorite ?? previous?.favorite ?? false,
    invitees: status === 'invited' ? (node.invitees ?? previous?.invitees) : undefined,
  };
}

/** The type without its suffix: `Confluence`; also `Slack` for `SlackEDatasource` (enterprise). */
export function typeLabel(type: string): string {
  return type.replace(/E?Datasource$/, '') || type;
}

/**
 * Whether `type` is that of a folder (Static) Datasource. A folder is filled by uploads, so it has one sync
 * type, no source and no credentials (docs/onna-api.md §12).
 */
export function isFolderType(type: string): boolean {
  return type === 'StaticDatasource';
}

/** When the next sync of an `auto` or `arch` Datasource is due. A range if the service doesn't send the exact time. */
interface NextSync {
  readonly earliest: number;
  readonly latest: number;
  readonly overdue: boolean;
}

/** Grace period before a sync counts as overdue, in ms: the service needs a while to start a run. */
const overdueGraceMs = 5 * 60_000;

/**
 * The next sync. Undefined if its time is unknown, or if no sync is due: the Datasource is running, paused or failed,
 * or it syncs only once.
 */
export function nextSyncOf(datasource: Datasource, now: number): NextSync | undefined {
  const { status, syncType, nextSync, lastSync } = datasource;
  if (status !== 'synced' || (syncType !== 'auto' && syncType !== 'arch')) return undefined;
  const last = lastSync ?? datasource.lastResult?.at;
  const earliest = nextSync ?? (last === undefined ? undefined : last + cycle.earliestMs);
  const latest = nextSync ?? (last === undefined ? undefined : last + cycle.latestMs);
  if (earliest === undefined || latest === undefined) return undefined;
  return {
    earliest,
    latest,
    // An inferred time is not reliable enough to call a sync overdue.
    overdue: (nextSync ?? lastSync) !== undefined && now > latest + overdueGraceMs,
  };
}
