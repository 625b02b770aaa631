/** What came of the last time that a Datasource was read by itself. */
export const readOutcomes = ['read', 'failed', 'refused'] as const;

/** What came of a read. `refused`: it is gone, or closed to this user. `failed`: another trouble of its own. */
export type ReadOutcome = (typeof readOutcomes)[number];

/** The last read of a Datasource. */
export interface LastRead {
  /** ms since 1970. */
  readonly at: number;
  readonly outcome: ReadOutcome;
}

/** What is known of a Datasource whose status the list leaves out. */
export interface ReadEntry {
  /** Undefined: it was never read, or is to be read as if it never was. */
  readonly last: LastRead | undefined;
  /** The list has named it as changed since. */
  readonly isChanged: boolean;
  /** The `@timestamp` that the list last gave; undefined: none, or it was not listed in this window. */
  readonly timestamp: string | undefined;
}

const unread: ReadEntry = { last: undefined, isChanged: false, timestamp: undefined };

/**
 * When each Datasource was read by itself, by its id. It holds exactly those that the list names without a status:
 * an empty log means that the list tells everything.
 */
export class ReadLog {
  readonly #entries = new Map<string, ReadEntry>();

  /** @param reads What is known from disk. */
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

  /** The list names it without a status. @param isChange The list was asked for changes only. */
  leftOut(id: string, timestamp: string | undefined, isChange: boolean): void {
    const known = this.#entries.get(id);
    // Asked for changes since a moment, a service may send what changed at that very moment once more.
    const isOther =
      timestamp === undefined || known?.timestamp === undefined ? isChange : timestamp !== known.timestamp;
    this.#entries.set(id, {
      last: known?.last,
      isChanged: isOther || (known?.isChanged ?? false),
      timestamp: timestamp ?? known?.timestamp,
    });
  }

  /** It was read, or could not be. */
  note(id: string, outcome: ReadOutcome, at: number): void {
    const known = this.#entries.get(id);
    if (known) this.#entries.set(id, { ...known, last: { at, outcome }, isChanged: false });
  }

  /** The list tells its status, or it is gone. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Has what `matches` read again as if it never was. */
  forgetReads(matches: (last: LastRead) => boolean): void {
    for (const [id, entry] of this.#entries)
      if (entry.last && matches(entry.last)) this.#entries.set(id, { ...entry, last: undefined });
  }
}
