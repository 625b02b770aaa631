import type { NodePath } from '../../onna/address.ts';
import type { CredentialState, Permissions, WireNode } from '../../onna/wire/node.ts';
import { cycle, needsAttention, readSyncStatus, readSyncType } from './syncStatus.ts';
import type { SyncStatus, SyncType } from './syncStatus.ts';

/** How the last collection that ended, ended. */
export interface SyncResult {
  readonly outcome: 'synced' | 'failed' | 'error';
  /** ms since 1970. */
  readonly at: number;
}

/** What is known of a Datasource. Replaced whole, never changed. */
export interface Datasource {
  /** Its uid, or its path where the service gave none. Opaque. */
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
  /** ms since 1970, as are all times here. */
  readonly created: number | undefined;
  readonly lastSync: number | undefined;
  readonly nextSync: number | undefined;
  readonly lastResult: SyncResult | undefined;
  /** Why it failed, in the service's words. */
  readonly message: string | undefined;
  readonly credential: CredentialState | undefined;
  readonly resourceCount: number | undefined;
  readonly permissions: Permissions | undefined;
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
    // What runs now has no result yet: the last one stays true.
    if (previous?.lastResult) return previous.lastResult;
    return node.lastSync === undefined ? undefined : { outcome: 'synced', at: node.lastSync };
  }
  if (outcome === 'synced' && node.lastSync !== undefined) return { outcome, at: node.lastSync };
  // A new title changes the dates but not when the sync ended.
  if (previous?.status === status && previous.lastResult?.outcome === outcome) return previous.lastResult;
  const stamped = node.timestamp === undefined ? Number.NaN : Date.parse(node.timestamp);
  return {
    outcome,
    at: Number.isNaN(stamped) ? (node.modified ?? observedAt) : Math.min(stamped, observedAt),
  };
}

/**
 * What is known after `node` was read.
 * @param previous What was known before, for what a node alone does not tell: the result before the current run.
 * @param observedAt ms since 1970.
 */
export function datasourceFrom(
  node: WireNode,
  previous: Datasource | undefined,
  observedAt: number,
): Datasource {
  // The listing may leave sync_status out (docs/onna-api.md §14.9): then what was read before stands.
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
    resourceCount: node.resourceCount ?? previous?.resourceCount,
    permissions: node.permissions ?? previous?.permissions,
  };
}

/** The type without its suffix: `Confluence`, `Slack` (enterprise) for `SlackEDatasource`. */
export function typeLabel(type: string): string {
  return type.replace(/E?Datasource$/, '') || type;
}

/** Whether somebody has to act before it syncs again. */
export function wantsAttention(datasource: Datasource): boolean {
  return needsAttention(datasource.status) || datasource.credential === 'expired';
}

/** When the next sync of an `auto` or `arch` Datasource is due: a moment, or a span where the service doesn't say. */
export interface NextSync {
  readonly earliest: number;
  readonly latest: number;
  readonly overdue: boolean;
}

/** A grace before "overdue" is said, in ms: a run takes a while to be picked up. */
const overdueGraceMs = 5 * 60_000;

/** Undefined where nothing is due: it runs, was paused, failed, or is collected only once. */
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
    // A time that was only inferred is no ground for a reproach.
    overdue: (nextSync ?? lastSync) !== undefined && now > latest + overdueGraceMs,
  };
}
