import type { Database, Row } from './database.ts';

/** The number of Resources of a Datasource that have the same state and exceptions. */
export interface UncleanCount {
  readonly state: string;
  readonly processingException: string | undefined;
  readonly originException: string | undefined;
  readonly count: number;
}

/** A state and exceptions that Resources have in common. */
type Group = Omit<UncleanCount, 'count'>;

/** Lets the server answer requests. Called after each page. */
type GiveWay = () => Promise<void>;

const hasException = '(processing_exception IS NOT NULL OR origin_exception IS NOT NULL)';

function groupOf(row: Row): Group {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  return {
    state: String(row['state']),
    processingException: text('processing_exception'),
    originException: text('origin_exception'),
  };
}

/**
 * Counts the Resources that are queued or have an exception. All other Resources are processed. There can be a million of
 * them, so they are counted in pages of an index.
 */
export class UncleanCounts {
  readonly #database: Database;
  readonly #pageSize: number;

  constructor(database: Database, pageSize = 5_000) {
    this.#database = database;
    this.#pageSize = pageSize;
  }

  /** Counts the Resources of a Datasource that have an exception, by state and exceptions. */
  async withException(datasourceId: number, giveWay: GiveWay): Promise<UncleanCount[]> {
    const counts: UncleanCount[] = [];
    for (let group = this.#nextGroup(datasourceId); group; group = this.#nextGroup(datasourceId, group)) {
      let total = 0;
      for (let after = 0; ;) {
        const { count, last } = this.#page(
          `datasource_id = ? AND state = ? AND processing_exception IS ? AND origin_exception IS ? AND ${hasException}`,
          [datasourceId, group.state, group.processingException ?? null, group.originException ?? null],
          after,
        );
        if (count === 0) break;
        total += count;
        after = last;
        await giveWay();
      }
      counts.push({ ...group, count: total });
    }
    return counts;
  }

  /** Counts the queued Resources without an exception, by Datasource. */
  async queued(giveWay: GiveWay): Promise<ReadonlyMap<number, number>> {
    const counts = new Map<number, number>();
    for (let after = 0; ;) {
      const rows = this.#database.all(
        `SELECT datasource_id, max(id) AS last, sum(NOT ${hasException}) AS n FROM (
           SELECT id, datasource_id, processing_exception, origin_exception FROM resources
           WHERE state = 'queued' AND id > ? ORDER BY id LIMIT ?)
         GROUP BY datasource_id`,
        after,
        this.#pageSize,
      );
      if (rows.length === 0) return counts;
      for (const row of rows) {
        const id = Number(row['datasource_id']);
        counts.set(id, (counts.get(id) ?? 0) + Number(row['n']));
        after = Math.max(after, Number(row['last']));
      }
      await giveWay();
    }
  }

  /** Counts the first Resources after the id `after`. */
  #page(
    where: string,
    values: readonly (string | number | null)[],
    after: number,
  ): { readonly count: number; readonly last: number } {
    const row = this.#database.get(
      `SELECT count(*) AS n, max(id) AS last FROM (
         SELECT id FROM resources WHERE ${where} AND id > ? ORDER BY id LIMIT ?)`,
      ...values,
      after,
      this.#pageSize,
    );
    return { count: Number(row?.['n'] ?? 0), last: Number(row?.['last'] ?? 0) };
  }

  /** The group after `last` in the order of the index `resources_with_exception`. Nulls come first. */
  #nextGroup(datasourceId: number, last?: Group): Group | undefined {
    const select = (where: string, ...values: (string | number | null)[]): Group | undefined => {
      const row = this.#database.get(
        `SELECT state, processing_exception, origin_exception FROM resources
         WHERE datasource_id = ? AND ${hasException} AND ${where}
         ORDER BY state, processing_exception, origin_exception LIMIT 1`,
        datasourceId,
        ...values,
      );
      return row && groupOf(row);
    };
    const { state = '', processingException = null, originException = null } = last ?? {};
    const after = (column: string, value: string | null): [string, ...string[]] =>
      value === null ? [`${column} IS NOT NULL`] : [`${column} > ?`, value];
    const [originAfter, ...originValues] = after('origin_exception', originException);
    const [processingAfter, ...processingValues] = after('processing_exception', processingException);
    return (
      (last &&
        (select(
          `state = ? AND processing_exception IS ? AND ${originAfter}`,
          state,
          processingException,
          ...originValues,
        ) ??
          select(`state = ? AND ${processingAfter}`, state, ...processingValues))) ??
      select('state > ?', state)
    );
  }
}
