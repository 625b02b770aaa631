import type { Datasource } from './datasource.ts';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Identifies the order of titles on this machine, which depends on the language and the Unicode version. */
export const titleOrderName = `${collator.resolvedOptions().locale} ${process.versions['icu'] ?? ''}`;

/** Compares titles in natural order: numbers by value, ignoring case. */
export function compareTitles(left: string, right: string): number {
  return collator.compare(left, right);
}

/** Compares Datasources by title, then by path, so that the order of equal titles is stable. */
function byTitle(left: Datasource, right: Datasource): number {
  return compareTitles(left.title, right.title) || (left.path < right.path ? -1 : 1);
}

/**
 * Sorts the map's entries by title. Comparing thousands of titles is slow, so only the new or renamed
 * Datasources are sorted, and then merged with the others.
 * @param misplaced Ids of entries that may be out of order; all others are in order.
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
