import type { Datasource } from './datasource.ts';
import { DatasourceFilter } from './datasourceFilter.ts';
import { groupsOf, matchingGroups } from './grouping.ts';
import type { Group, Grouping } from './grouping.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';

/** Datasources that are shown at once while a filter is on; those beyond can be asked for. */
export const maxMatches = 100;

/** A connection's groups, and how many of each are shown. */
interface Grouped {
  readonly grouping: Grouping;
  readonly filter: string;
  readonly groups: ReadonlyMap<string, Group>;
  /** By the group's key; 0: the group has matches, and its turn did not come. Undefined: all are shown. */
  readonly shares: ReadonlyMap<string, number> | undefined;
}

/**
 * Which Datasources are looked at, and in which groups. While a filter is on, only the first {@link maxMatches} are
 * shown: nobody reads thousands, and drawing them at each key is what a key would wait for.
 */
export class DatasourceView {
  readonly #filtering = new DatasourceFilter();
  /** Computed once for each snapshot. */
  readonly #grouped = new WeakMap<ConnectionSnapshot, Grouped>();
  readonly #unfiltered = new WeakMap<
    ConnectionSnapshot,
    { readonly grouping: Grouping; readonly groups: readonly Group[] }
  >();
  readonly #whole = new Set<string>();
  #filter = '';
  grouping: Grouping;

  constructor(grouping: Grouping) {
    this.grouping = grouping;
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    if (filter !== this.#filter) this.#whole.clear();
    this.#filter = filter;
  }

  /** A filter is about to be typed. */
  prepareFilter(snapshots: Iterable<ConnectionSnapshot>): void {
    for (const { datasources } of snapshots) this.#filtering.prepare(datasources.values());
  }

  /** A connection's groups as they are now, with all that match the filter. */
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group> {
    return this.#of(snapshot).groups;
  }

  /** Those of a group that are shown. */
  shown(snapshot: ConnectionSnapshot, key: string): readonly Datasource[] {
    const { groups, shares } = this.#of(snapshot);
    const all = groups.get(key)?.datasources ?? [];
    const share = shares?.get(key);
    // Who opens a group that is held back wants to see it.
    const isWhole = share === undefined || share === 0 || this.#whole.has(wholeKey(snapshot, key));
    return isWhole ? all : all.slice(0, share);
  }

  /** What the filter leaves to be seen, for comparing: groups, their sizes, and the ids of what is shown of them. */
  matches(snapshot: ConnectionSnapshot): readonly unknown[] {
    return [...this.groups(snapshot).values()].map(({ key, datasources }) => {
      const shown = this.isHeldBack(snapshot, key) ? [] : this.shown(snapshot, key);
      return [key, datasources.length, shown.map(({ id }) => id)];
    });
  }

  /** Whether a group stands there closed, because matches of the groups before it fill the view. */
  isHeldBack(snapshot: ConnectionSnapshot, key: string): boolean {
    return this.#of(snapshot).shares?.get(key) === 0;
  }

  /** From now on, and until the filter changes, all matches of a group are shown. */
  showAll(snapshot: ConnectionSnapshot, key: string): void {
    this.#whole.add(wholeKey(snapshot, key));
  }

  #all(snapshot: ConnectionSnapshot): readonly Group[] {
    const { grouping } = this;
    const known = this.#unfiltered.get(snapshot);
    if (known?.grouping === grouping) return known.groups;
    const groups = groupsOf(snapshot, grouping);
    this.#unfiltered.set(snapshot, { grouping, groups });
    return groups;
  }

  #of(snapshot: ConnectionSnapshot): Grouped {
    const { grouping, filter } = this;
    const known = this.#grouped.get(snapshot);
    if (known?.grouping === grouping && known.filter === filter) return known;
    const all = this.#all(snapshot);
    const groups = filter === '' ? all : matchingGroups(all, this.#filtering.matching(filter));
    const grouped = {
      grouping,
      filter,
      groups: new Map(groups.map((group) => [group.key, group])),
      shares: filter === '' ? undefined : sharesOf(groups),
    };
    this.#grouped.set(snapshot, grouped);
    return grouped;
  }
}

function wholeKey({ connection }: ConnectionSnapshot, key: string): string {
  return `${connection.id}/${key}`;
}

function sharesOf(groups: readonly Group[]): ReadonlyMap<string, number> {
  let left = maxMatches;
  return new Map(
    groups.map(({ key, datasources }) => {
      const share = Math.min(datasources.length, left);
      left -= share;
      return [key, share];
    }),
  );
}
