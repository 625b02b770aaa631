import { isFolderType } from '../base/datasourceTypes.ts';
import type { FieldError } from '../http/refusals.ts';
import { syncTypes } from '../store/datasources.ts';
import type { SyncType } from '../store/datasources.ts';

/**
 * Reads the field `type_sync`. If the value is not valid for this type of Datasource, adds an error and returns
 * undefined.
 */
export function readSyncType(value: unknown, type: string, errors: FieldError[]): SyncType | undefined {
  const wanted = syncTypes.find((sync) => sync === value);
  if (wanted !== undefined && (wanted === 'one' || !isFolderType(type))) return wanted;
  const message =
    wanted === undefined
      ? `One of ${syncTypes.join(', ')}`
      : 'Folder Datasources support one-time syncs only';
  errors.push({ field: 'type_sync', message });
  return undefined;
}
