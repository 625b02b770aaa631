import * as v from 'valibot';
import { lastSegment, type NodePath } from '../address.ts';
import { firstPath, firstString, lenientRecord, objectWith } from './values.ts';

/** A file in a folder Datasource. */
export interface StoredFile {
  readonly path: NodePath;
  readonly name: string;
  /** The folder in the Datasource, without leading or trailing slashes. `''`: the Datasource itself. */
  readonly folder: string;
  /** MD5 of the content in lower case, if the service sends it. */
  readonly md5: string | undefined;
}

const pageSchema = objectWith({
  items: v.array(v.unknown()),
  cursor: v.fallback(v.nullish(v.string()), undefined),
});

const itemSchema = objectWith({
  'onna.canonical.behaviors.metadata.IMetadata': lenientRecord,
  'onna.canonical.behaviors.origin.IOrigin': lenientRecord,
});

/** Decodes a page of `@getAllChildrenData` (docs/onna-api.md §5). Undefined if `json` is not a page. */
export function decodeStoredFiles(
  json: unknown,
  pathOf: (reference: string) => NodePath | undefined,
): { readonly files: readonly StoredFile[]; readonly cursor: string | undefined } | undefined {
  const page = v.safeParse(pageSchema, json);
  if (!page.success) return undefined;
  const { items, cursor } = page.output;
  return {
    files: items.map((item) => decodeItem(item, pathOf)).filter((file) => file !== undefined),
    cursor: cursor === null || cursor === '' ? undefined : cursor,
  };
}

function decodeItem(
  item: unknown,
  pathOf: (reference: string) => NodePath | undefined,
): StoredFile | undefined {
  const parsed = v.safeParse(itemSchema, item);
  if (!parsed.success) return undefined;
  const record = item as Readonly<Record<string, unknown>>;
  const path = firstPath(record, pathOf);
  if (path === undefined) return undefined;
  const metadata = parsed.output['onna.canonical.behaviors.metadata.IMetadata'] ?? {};
  const origin = parsed.output['onna.canonical.behaviors.origin.IOrigin'] ?? {};
  return {
    path,
    name: firstString(record, ['title']) ?? firstString(metadata, ['resource_name']) ?? lastSegment(path),
    folder: (firstString(origin, ['origin_folder_path']) ?? '').replaceAll(/^\/+|\/+$/g, ''),
    md5: firstString(metadata, ['md5'])?.toLowerCase(),
  };
}
