import type { Row } from './database.ts';
import type { Fields } from './nodes.ts';
import type { Micros } from './timestamps.ts';

/**
 * Processing state of a Resource. `queued` means that it waits for the pipeline. `failed` means that its
 * processing ended with an exception.
 */
type ProcessingState = 'queued' | 'processed' | 'failed';

/** A Resource: a collected file. */
export interface StoredResource {
  /** Grows with every new Resource and is never reused, so that a listing can use it as its position. */
  readonly id: number;
  readonly datasourceId: number;
  /** Id of the Resource that contains this part. Undefined for a collected file. */
  readonly parentId: number | undefined;
  /** Path below the Datasource, without a leading slash. */
  readonly path: string;
  readonly uid: string;
  /**
   * Path of the file at the origin, with `/` as the separator. For a part, this is the key of the containing file, `//`
   * and the name of the part. A file at the origin can't have such a key.
   */
  readonly originKey: string;
  readonly title: string;
  /** Extension in lower case, without the dot. `''` if the file has none. */
  readonly extension: string;
  readonly contentType: string;
  /** Size in bytes. */
  readonly size: number;
  readonly contentId: number | undefined;
  readonly originModified: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly state: ProcessingState;
  readonly processingDate: Micros | undefined;
  readonly processingException: string | undefined;
  readonly originException: string | undefined;
  /** Number of the last run that found the file at the origin. */
  readonly seenRun: number;
  /** Values that clients have set. */
  readonly fields: Fields;
}

/** Name of the field with the name of a file that a client has uploaded to a Resource. */
export const uploadedNameField = 'file_name';

/** Name of a Resource's file: the name at the origin, or the name of a later upload. It may differ from the title. */
export function fileNameOf({ originKey, fields }: Pick<StoredResource, 'originKey' | 'fields'>): string {
  const uploaded = fields[uploadedNameField];
  return typeof uploaded === 'string' ? uploaded : originKey.slice(originKey.lastIndexOf('/') + 1);
}

/** Folder part of an origin key. Returns `''` for a file in the top folder. */
export function originFolderOf(originKey: string): string {
  // The key of a part has a double slash between its file and its name.
  return originKey
    .split('/')
    .slice(0, -1)
    .filter((segment) => segment !== '')
    .join('/');
}

/** Converts a row of `resources`. */
export function resourceOf(row: Row): StoredResource {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const number = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]));
  return {
    id: Number(row['id']),
    datasourceId: Number(row['datasource_id']),
    parentId: number('parent_id'),
    path: String(row['path']),
    uid: String(row['uid']),
    originKey: String(row['origin_key']),
    title: String(row['title']),
    extension: String(row['extension']),
    contentType: String(row['content_type']),
    size: Number(row['size']),
    contentId: number('content_id'),
    originModified: Number(row['origin_modified']),
    createdAt: Number(row['created_at']),
    modifiedAt: Number(row['modified_at']),
    state: String(row['state']) as ProcessingState,
    processingDate: number('processing_date'),
    processingException: text('processing_exception'),
    originException: text('origin_exception'),
    seenRun: Number(row['seen_run']),
    fields: row['fields'] === null ? {} : (JSON.parse(String(row['fields'])) as Fields),
  };
}
