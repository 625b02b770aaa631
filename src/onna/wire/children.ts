import * as v from 'valibot';
import { lastSegment, pathBelow } from '../address.ts';
import type { AccountAddress, NodePath } from '../address.ts';
import { isReadableName } from '../readableName.ts';
import { firstPath, firstString, objectWith } from './values.ts';

/** A Resource as a listing names it. */
export interface Child {
  readonly path: NodePath;
  /** Undefined where the listing says none, or the one that ends the path: a long list keeps no text twice. */
  readonly title: string | undefined;
}

/** One page of `@getAllChildren` or `@getAllChildrenData` (docs/onna-api.md §5). */
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
 * @param parent Whose children they are: a path that can be read in more than one way stands below it.
 * @returns Undefined when `json` is no such page.
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

/** Whether each of them has a name for a reader, by its title or by its path. */
export function areReadable(children: readonly Child[]): boolean {
  return children.every(({ path, title }) => title !== undefined || isReadableName(lastSegment(path)));
}
