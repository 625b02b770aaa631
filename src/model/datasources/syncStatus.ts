/** The nine statuses that Onna documents (docs/onna-api.md §11 and §17). `error` stands for everything that begins with it. */
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

/** The three sync types (docs/onna-api.md §12). */
export const syncTypes = ['auto', 'one', 'arch'] as const;

export type SyncType = (typeof syncTypes)[number];

/** What a raw `sync_status` means. The asterisk of `error*` is unexplained, so any suffix counts (docs/onna-api.md §11). */
export function readSyncStatus(raw: string | undefined): SyncStatus | 'unknown' {
  const value = raw?.trim().toLowerCase() ?? '';
  if (value.startsWith('error')) return 'error';
  return syncStatuses.find((status) => status === value) ?? 'unknown';
}

/** What a raw `type_sync` means. */
export function readSyncType(raw: string | undefined): SyncType | 'unknown' {
  return syncTypes.find((type) => type === raw?.trim().toLowerCase()) ?? 'unknown';
}

/** Something runs, or is about to: worth looking often. */
export function isActive(status: SyncStatus | 'unknown'): boolean {
  return status === 'pending' || status === 'syncing' || status === 'resuming';
}

/** Somebody has to do something before it goes on. `failed` is not here: the service retries by itself. */
export function needsAttention(status: SyncStatus | 'unknown'): boolean {
  return status === 'error';
}

/** Whether the status can change without anybody acting (docs/onna-api.md §11): only these are worth asking for. */
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

/** An `auto` or `arch` Datasource runs every 20 to 30 minutes (docs/onna-api.md §12). ms. */
export const cycle = { earliestMs: 20 * 60_000, latestMs: 30 * 60_000 } as const;
