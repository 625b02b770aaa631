import * as v from 'valibot';
import { lastSegment, pathBelow, type AccountAddress, type NodePath } from '../address.ts';
import { isReadableName } from '../readableName.ts';
import { firstPath, firstString, objectWith } from './values.ts';

/** A Resource in a listing. */
export interface Child {
  readonly path: NodePath;
  /**
   * Undefined if the listing has no title or, to save memory in long lists, if the title equals the last path segment.
   */
  readonly title: string | undefined;
}

/** One page of `@getAllChildren` or `@getAllChildrenData` (docs/onna-api.md §5). */
export interface ChildrenPage {
  readonly children: readonly Child[];
  /** The cursor of the next page; undefined at the end. A repeated cursor does not mean the end. */
  readonly cursor: string | undefined;
  /** The number of entries on the page, readable or not. An empty page ends the list; a short page does not. */
  readonly received: number;
}

const schema = objectWith({
  items: v.array(v.unknown()),
  cursor: v.fallback(v.nullish(v.string()), undefined),
});

function decodeChild(item: unknown, pathOf: (reference: string) => NodePath | undefined): Child | undefined {
  if (typeof item === 'string') {
    const path = pathOf(item);
    return path === undefined || path === '' ? undefined : { path, title: undefined };
  }
  if (typeof item !== 'object' || item === null) return undefined;
  const record = item as Readonly<Record<string, unknown>>;
  const path = firstPath(record, pathOf);
  if (path === undefined || path === '') return undefined;
  const metadata = record['onna.canonical.behaviors.metadata.IMetadata'];
  const resourceName =
    typeof metadata === 'object' && metadata !== null
      ? firstString(metadata as Readonly<Record<string, unknown>>, ['resource_name'])
      : undefined;
  const title = firstString(record, ['title']) ?? resourceName ?? firstString(record, ['@name']);
  return { path, title: title === lastSegment(path) ? undefined : title };
}

/**
 * @param parent The parent of the children. An ambiguous path is read as a path below the parent.
 * @returns Undefined when `json` is not a page of children.
 */
export function decodeChildren(
  address: AccountAddress,
  parent: NodePath,
  json: unknown,
): ChildrenPage | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const { items, cursor } = parsed.output;
  const pathOf = pathBelow(address, parent);
  return {
    children: items.map((item) => decodeChild(item, pathOf)).filter((child) => child !== undefined),
    cursor: cursor === null || cursor === '' ? undefined : cursor,
    received: items.length,
  };
}

/** Whether every child has a readable name, in its title or in its path. */
export function areReadable(children: readonly Child[]): boolean {
  return children.every(({ path, title }) => title !== undefined || isReadableName(lastSegment(path)));
}
