/**
 * Onna's nine documented statuses (docs/onna-api.md §11 and §17). `error` represents every status that starts with
 * `error`.
 */
export const syncStatuses = [
  'pending',
  'created',
  'syncing',
  'synced',
  'error',
  'failed',
  'paused',
  'resuming',
  'invited',
] as const;

export type SyncStatus = (typeof syncStatuses)[number];

/** The three sync types, in the order in which they are offered (docs/onna-api.md §12). */
export const syncTypes = ['auto', 'arch', 'one'] as const;

export type SyncType = (typeof syncTypes)[number];

/**
 * Parses a raw `sync_status`. The documentation does not explain the `*` in `error*`, so any suffix matches
 * (docs/onna-api.md §11).
 */
export function readSyncStatus(raw: string | undefined): SyncStatus | 'unknown' {
  const value = raw?.trim().toLowerCase() ?? '';
  if (value.startsWith('error')) return 'error';
  return syncStatuses.find((status) => status === value) ?? 'unknown';
}

/** Parses a raw `type_sync`. */
export function readSyncType(raw: string | undefined): SyncType | 'unknown' {
  return syncTypes.find((type) => type === raw?.trim().toLowerCase()) ?? 'unknown';
}

/** Whether a sync is running or about to run, so that frequent polls are worthwhile. */
export function isActive(status: SyncStatus | 'unknown'): boolean {
  return status === 'pending' || status === 'syncing' || status === 'resuming';
}

/** Whether the status can change without user action (docs/onna-api.md §11). If it can't, polling is pointless. */
export function canChangeByItself(status: SyncStatus | 'unknown', type: SyncType | 'unknown'): boolean {
  switch (status) {
    case 'error':
    case 'paused':
    case 'created':
      return false;
    case 'synced':
      return type !== 'one';
    default:
      return true;
  }
}

/** An `auto` or `arch` Datasource syncs every 20 to 30 minutes (docs/onna-api.md §12). In ms. */
export const cycle = { earliestMs: 20 * 60_000, latestMs: 30 * 60_000 } as const;
