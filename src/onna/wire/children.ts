import * as v from 'valibot';
import { lastSegment, nodePath } from '../address.ts';
import type { AccountAddress, NodePath } from '../address.ts';
import { firstString, objectWith } from './values.ts';

/** A Resource as a listing names it. From `@getAllChildren` only the path is known. */
export interface Child {
  readonly path: NodePath;
  /** What the listing calls it; undefined when only the path is known. */
  readonly title: string | undefined;
}

/** One page of `@getAllChildren` or `@getAllChildrenData` (API notes §5). */
export interface ChildrenPage {
  readonly children: readonly Child[];
  /** Undefined at the end. The same cursor on every page is not the end. */
  readonly cursor: string | undefined;
  /** How many entries the page held, readable or not: an empty page ends the list, a short one does not. */
  readonly received: number;
}

const schema = objectWith({
  items: v.array(v.unknown()),
  cursor: v.fallback(v.nullish(v.string()), undefined),
});

function decodeChild(address: AccountAddress, item: unknown): Child | undefined {
  if (typeof item === 'string') {
    const path = nodePath(address, item);
    return path === undefined || path === '' ? undefined : { path, title: undefined };
  }
  if (typeof item !== 'object' || item === null) return undefined;
  const record = item as Readonly<Record<string, unknown>>;
  const path = nodePath(address, firstString(record, ['@id', 'path']) ?? '');
  if (path === undefined || path === '') return undefined;
  const metadata = record['onna.canonical.behaviors.metadata.IMetadata'];
  const resourceName =
    typeof metadata === 'object' && metadata !== null
      ? firstString(metadata as Readonly<Record<string, unknown>>, ['resource_name'])
      : undefined;
  return { path, title: firstString(record, ['title']) ?? resourceName ?? firstString(record, ['@name']) };
}

/** Undefined when `json` is no such page. */
export function decodeChildren(address: AccountAddress, json: unknown): ChildrenPage | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const { items, cursor } = parsed.output;
  return {
    children: items.map((item) => decodeChild(address, item)).filter((child) => child !== undefined),
    cursor: cursor === null || cursor === '' ? undefined : cursor,
    received: items.length,
  };
}

/** Whether the last segments are generated ids, which say nothing to a reader: then titles are worth asking for. */
export function namesAreOpaque(children: readonly Child[]): boolean {
  const opaque = children.filter(
    (child) => child.title === undefined && /^[0-9a-f|-]{24,}$/i.test(lastSegment(child.path)),
  );
  return opaque.length * 2 > children.length;
}
