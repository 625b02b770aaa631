import { attentionReason } from './attention.ts';
import type { Datasource } from './datasource.ts';
import { DatasourceFilter, type FilterProperties } from './datasourceFilter.ts';
import { groupsOf, matchingGroups, type Group, type Grouping } from './grouping.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';

/** Maximum number of Datasources shown per connection while a filter is on; the user can request the others. */
export const maxMatches = 100;

/** A connection's groups, and the number of rows shown in each. */
interface Grouped {
  readonly grouping: Grouping;
  readonly filter: string;
  readonly groups: ReadonlyMap<string, Group>;
  /**
   * Number of rows shown, by group key. 0: the group has matches, but the groups above it used up the limit.
   * Undefined: all rows are shown.
   */
  readonly shares: ReadonlyMap<string, number> | undefined;
}

/**
 * Decides which Datasources are shown, and in which groups. While a filter is on, only the first {@link maxMatches} of
 * each connection are shown: drawing thousands of rows on each keystroke would be slow, and nobody reads them.
 */
export class DatasourceView {
  readonly #filtering = new DatasourceFilter();
  /** The cached groups of each snapshot. */
  #grouped = new WeakMap<ConnectionSnapshot, Grouped>();
  readonly #unfiltered = new WeakMap<
    ConnectionSnapshot,
    { readonly grouping: Grouping; readonly groups: readonly Group[] }
  >();
  /** Keys of the groups that show all their matches. */
  readonly #expanded = new Set<string>();
  #filter = '';
  grouping: Grouping;
  readonly #hasExceptions: (connectionId: string, datasource: Datasource) => boolean;

  /** @param hasExceptions Whether Resources of a Datasource are known to have exceptions. */
  constructor(
    grouping: Grouping,
    hasExceptions: (connectionId: string, datasource: Datasource) => boolean = () => false,
  ) {
    this.grouping = grouping;
    this.#hasExceptions = hasExceptions;
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    if (filter !== this.#filter) this.#expanded.clear();
    this.#filter = filter;
  }

  /** Builds the search texts before the user types a filter. */
  prepareFilter(snapshots: Iterable<ConnectionSnapshot>): void {
    for (const snapshot of snapshots)
      for (const { datasources } of this.#all(snapshot)) this.#filtering.prepare(datasources);
  }

  /** Call when the set of Datasources with exceptions has changed. */
  forgetMatches(): void {
    if (this.#filter !== '') this.#grouped = new WeakMap();
  }

  /** A connection's groups with all Datasources that match the filter. */
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group> {
    return this.#of(snapshot).groups;
  }

  /** The Datasources of a group that are shown. */
  shown(snapshot: ConnectionSnapshot, key: string): readonly Datasource[] {
    const { groups, shares } = this.#of(snapshot);
    const all = groups.get(key)?.datasources ?? [];
    const share = shares?.get(key);
    // A group with no visible rows (share 0) starts collapsed. Expanding the group shows all its rows.
    const isWhole = share === undefined || share === 0 || this.#expanded.has(expandedKey(snapshot, key));
    return isWhole ? all : all.slice(0, share);
  }

  /** The visible result of the filter, for comparison: groups, their sizes and the ids of their visible rows. */
  matches(snapshot: ConnectionSnapshot): readonly unknown[] {
    return [...this.groups(snapshot).values()].map(({ key, datasources }) => {
      const shown = this.isHeldBack(snapshot, key) ? [] : this.shown(snapshot, key);
      return [key, datasources.length, shown.map(({ id }) => id)];
    });
  }

  /** Whether a group is collapsed because the groups above it already show {@link maxMatches} rows. */
  isHeldBack(snapshot: ConnectionSnapshot, key: string): boolean {
    return this.#of(snapshot).shares?.get(key) === 0;
  }

  /** Shows all matches of a group until the filter changes. */
  showAll(snapshot: ConnectionSnapshot, key: string): void {
    this.#expanded.add(expandedKey(snapshot, key));
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
    const { id, user } = snapshot.connection;
    const properties: FilterProperties = {
      hasExceptions: (datasource) => this.#hasExceptions(id, datasource),
      needsAttention: (datasource) => attentionReason(datasource, user) !== undefined,
    };
    const groups =
      filter === ''
        ? all
        : matchingGroups(all, (datasources) => this.#filtering.select(filter, datasources, properties));
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

function expandedKey({ connection }: ConnectionSnapshot, key: string): string {
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
