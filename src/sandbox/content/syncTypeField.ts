import { isFolderType, syncTypesOf } from '../base/datasourceTypes.ts';
import type { FieldError } from '../http/refusals.ts';
import { syncTypes } from '../store/datasources.ts';
import type { SyncType } from '../store/datasources.ts';

/** The sync type of a Datasource for which the client sends none. */
export function defaultSyncType(type: string): SyncType {
  const offered = syncTypesOf(type);
  return offered.includes('auto') ? 'auto' : (offered.at(-1) ?? 'one');
}

function problemOf(type: string, wanted: SyncType | undefined): string {
  if (wanted === undefined) return `One of ${syncTypes.join(', ')}`;
  if (isFolderType(type)) return 'Folder Datasources support one-time syncs only';
  return `This type supports only ${syncTypesOf(type).join(' and ')}`;
}

/**
 * Reads the field `type_sync`. If the value is not valid for this type of Datasource, adds an error and returns
 * undefined. Also returns undefined if the client sends no value or null.
 */
export function readSyncType(value: unknown, type: string, errors: FieldError[]): SyncType | undefined {
  if (value === undefined || value === null) return undefined;
  const wanted = syncTypes.find((sync) => sync === value);
  if (wanted !== undefined && syncTypesOf(type).includes(wanted)) return wanted;
  errors.push({ field: 'type_sync', message: problemOf(type, wanted) });
  return undefined;
}
