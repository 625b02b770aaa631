export const readOutcomes = ['read', 'failed', 'refused'] as const;

/**
 * The result of reading one Datasource. `refused`: the Datasource is gone, or this user may not read it. `failed`:
 * another error that concerns only this Datasource.
 */
export type ReadOutcome = (typeof readOutcomes)[number];

/** The last read of a Datasource. */
export interface LastRead {
  /** The time of the read, in ms since 1970. */
  readonly at: number;
  readonly outcome: ReadOutcome;
}

/** The read state of a Datasource whose status the list omits. */
export interface ReadEntry {
  /** Undefined if the Datasource was never read or must be read again. */
  readonly last: LastRead | undefined;
  /** Time of the first read in this window, in ms since 1970. */
  readonly firstReadAt: number | undefined;
  /** Whether the list has reported a change since the last read. */
  readonly isChanged: boolean;
  /**
   * The last listed `@timestamp`; undefined if the service sent none, or has not listed the Datasource in this window.
   */
  readonly timestamp: string | undefined;
}

const unread: ReadEntry = {
  last: undefined,
  firstReadAt: undefined,
  isChanged: false,
  timestamp: undefined,
};

/**
 * Records when each Datasource was last read individually, by id. Each Datasource that is listed without a status has
 * an entry, so an empty log means that the list contains all statuses.
 */
export class ReadLog {
  readonly #entries = new Map<string, ReadEntry>();

  /** @param reads The reads restored from disk. */
  constructor(reads: Iterable<readonly [id: string, last: LastRead | undefined]> = []) {
    for (const [id, last] of reads) this.#entries.set(id, { ...unread, last });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): ReadEntry | undefined {
    return this.#entries.get(id);
  }

  ids(): Iterable<string> {
    return this.#entries.keys();
  }

  /**
   * Records that a list contains the Datasource, but not its status.
   * @param isChange Whether the list contains changes only.
   */
  leftOut(id: string, timestamp: string | undefined, isChange: boolean): void {
    const known = this.#entries.get(id);
    // A list of changes since a time may repeat changes made at exactly that time. A repeated change has the same
    // timestamp.
    const isNewChange =
      timestamp === undefined || known?.timestamp === undefined ? isChange : timestamp !== known.timestamp;
    this.#entries.set(id, {
      last: known?.last,
      firstReadAt: known?.firstReadAt,
      isChanged: isNewChange || (known?.isChanged ?? false),
      timestamp: timestamp ?? known?.timestamp,
    });
  }

  /** Records a read, successful or not. */
  note(id: string, outcome: ReadOutcome, at: number): void {
    const known = this.#entries.get(id);
    if (!known) return;
    const firstReadAt = known.firstReadAt ?? (outcome === 'read' ? at : undefined);
    this.#entries.set(id, { ...known, last: { at, outcome }, firstReadAt, isChanged: false });
  }

  /** Removes an entry, either because the Datasource is gone or because the list now includes its status. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Marks the matching entries as never read. */
  forgetReads(matches: (last: LastRead) => boolean): void {
    for (const [id, entry] of this.#entries)
      if (entry.last && matches(entry.last)) this.#entries.set(id, { ...entry, last: undefined });
  }
}
