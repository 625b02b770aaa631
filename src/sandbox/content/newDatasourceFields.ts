import type { FieldError } from '../http/refusals.ts';
import type { SyncType } from '../store/datasources.ts';
import { readSourceFields } from './sourceFields.ts';
import type { SourceFields } from './sourceFields.ts';
import { defaultSyncType, readSyncType } from './syncTypeField.ts';

/** The fields of a new Datasource, read from a request body. */
interface DatasourceFields extends SourceFields {
  readonly sync: SyncType;
  readonly status: 'created' | 'pending';
}

/**
 * Reads the fields of a POST. Adds every invalid field to `errors`.
 * @param mayNameFolders Whether the user may collect folders of this machine. True only for the user that the
 * sandbox was started with.
 */
export function readDatasourceFields(
  body: Readonly<Record<string, unknown>>,
  type: string,
  mayNameFolders: boolean,
  errors: FieldError[],
): DatasourceFields {
  const source = readSourceFields(body, {}, mayNameFolders, errors);
  const status = body['sync_status'] ?? 'created';
  if (status !== 'created' && status !== 'pending')
    errors.push({ field: 'sync_status', message: 'A new Datasource must be created or pending' });
  const sync = readSyncType(body['type_sync'], type, errors);
  return {
    sync: sync ?? defaultSyncType(type),
    status: status === 'pending' ? 'pending' : 'created',
    ...source,
  };
}
