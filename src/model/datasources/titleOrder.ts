import type { Datasource } from './datasource.ts';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Titles as a person sorts them: numbers by their value, upper and lower case alike. */
export function compareTitles(left: string, right: string): number {
  return collator.compare(left, right);
}

/** Datasources by title, equal titles by path, so that the order never flickers. */
function byTitle(left: Datasource, right: Datasource): number {
  return compareTitles(left.title, right.title) || (left.path < right.path ? -1 : 1);
}

/**
 * The same map with its entries by title. Comparing titles is what costs with thousands of Datasources, so only the
 * few that are new or have another title are sorted, and merged with the others.
 * @param misplaced Ids of entries that may stand in the wrong place; all others stand in order.
 */
export function inTitleOrder(
  datasources: ReadonlyMap<string, Datasource>,
  misplaced: ReadonlySet<string>,
): Map<string, Datasource> {
  const late = [...datasources.values()].filter(({ id }) => misplaced.has(id)).sort(byTitle);
  const ordered = new Map<string, Datasource>();
  let next = 0;
  const putBefore = (limit: Datasource | undefined): void => {
    for (let entry = late[next]; entry && (!limit || byTitle(entry, limit) < 0); entry = late[++next])
      ordered.set(entry.id, entry);
  };
  for (const entry of datasources.values()) {
    if (misplaced.has(entry.id)) continue;
    putBefore(entry);
    ordered.set(entry.id, entry);
  }
  putBefore(undefined);
  return ordered;
}
