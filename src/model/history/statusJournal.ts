import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';
import * as v from 'valibot';
import { writeWholeFile } from '../../base/busyFiles.ts';
import { Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { StatusTransition, StatusTransitions, StatusWatch } from '../datasources/statusTransitions.ts';
import { readSyncStatus } from '../datasources/syncStatus.ts';
import type { StatusMoment } from './runs.ts';

/** Delay between a transition and the write, in ms, so that a burst of transitions is written once. */
const writeDelayMs = 2_000;
/** A file above this size, in bytes, is shortened. The size is enough for about 40,000 transitions. */
const maxBytes = 4 * 1024 * 1024;
/** Maximum number of transitions per Datasource that a shortened file keeps. */
const keptPerDatasource = 200;
/** Maximum number of transitions that a shortened file keeps in total. */
const keptInAll = 20_000;
/**
 * Maximum size of a shortened file, in bytes. Half of `maxBytes`, so that the file need not be shortened
 * again soon.
 */
const maxKeptBytes = maxBytes / 2;
/** Maximum length of a stored reason, in characters. */
const maxReason = 500;
/** Maximum length of a stored status, in characters: the service may send any text. */
const maxStatus = 100;
/** If two equal results are at most this far apart, in ms, they count as one result that two windows saw. */
const maxDifferenceMs = 60_000;

const lineSchema = v.object({
  id: v.string(),
  /**
   * In ms since 1970. For a result, this is the time that the service reports. For any other change, it is
   * the time when this machine saw the change.
   */
  at: v.number(),
  /**
   * When this machine saw the change, if that differs from `at`. Lines are sorted by this time, because the service's
   * clock may differ.
   */
  seen: v.optional(v.number()),
  status: v.string(),
  reason: v.optional(v.string()),
  /** Whether this is the first status since VS Code was last closed. Earlier changes were missed. */
  gap: v.optional(v.boolean()),
});

type Line = v.InferOutput<typeof lineSchema>;

/**
 * Stores the status changes that this extension saw, in one file of JSON lines per account. All windows append to the
 * same file. A transition that two windows saw is returned once.
 */
export class StatusJournal extends Owner {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  /** Lines to write, by connection. */
  readonly #pending = new Map<string, Line[]>();
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, watch: StatusWatch, clock: Clock, onError: (error: unknown) => void) {
    super();
    this.#folder = folder;
    this.#clock = clock;
    this.#onError = onError;
    this.register(watch.onDidChange((change) => this.#add(change)));
    this.register({ dispose: () => this.#cancelTimer?.() });
  }

  /** The statuses of a Datasource, oldest first. Never rejects: an unreadable file counts as an empty journal. */
  async read(connectionId: string, datasourceId: string): Promise<readonly StatusMoment[]> {
    await this.flush();
    const lines = await this.#lines(connectionId);
    const own = lines
      .filter(({ id }) => id === datasourceId)
      .toSorted((left, right) => seenAt(left) - seenAt(right));
    return withoutRepetitions(own).map(({ at, status, reason, gap }) => ({
      at,
      status: readSyncStatus(status),
      reason,
      counts: undefined,
      ...(gap === true && { followsGap: true }),
    }));
  }

  /** Writes the pending lines without delay. */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const pending = [...this.#pending];
    this.#pending.clear();
    this.#writing = this.#writing.then(async () => {
      for (const [connectionId, lines] of pending) {
        try {
          await this.#append(connectionId, lines);
        } catch (error) {
          this.#onError(error);
        }
      }
    });
    await this.#writing;
  }

  /** Deletes the journal of an account. */
  async forget(connectionId: string): Promise<void> {
    this.#pending.delete(connectionId);
    await this.#writing;
    // A transition may have been added during the write.
    this.#pending.delete(connectionId);
    await removeConnectionFiles(this.#folder, connectionId);
  }

  #add({ connectionId, transitions }: StatusTransitions): void {
    const lines = transitions.flatMap((transition) => {
      const line = lineOf(transition, this.#clock.now());
      return line ? [transition.isFirst ? { ...line, gap: true } : line] : [];
    });
    if (lines.length === 0) return;
    const pending = this.#pending.get(connectionId);
    this.#pending.set(connectionId, pending ? pending.concat(lines) : lines);
    this.#cancelTimer ??= this.#clock.after(writeDelayMs, () => {
      this.flush().catch(this.#onError);
    });
  }

  #file(connectionId: string): string {
    return path.join(this.#folder, `${connectionId}.jsonl`);
  }

  async #append(connectionId: string, lines: readonly Line[]): Promise<void> {
    const file = this.#file(connectionId);
    await mkdir(this.#folder, { recursive: true });
    // Starts on a new line, because a window that was killed may have written an incomplete line.
    await appendFile(file, `\n${text(lines)}`, { mode: 0o600 });
    const { size } = await stat(file);
    if (size > maxBytes) await this.#shorten(connectionId, file);
  }

  async #shorten(connectionId: string, file: string): Promise<void> {
    await writeWholeFile(file, text(newest(await this.#lines(connectionId))));
  }

  async #lines(connectionId: string): Promise<readonly Line[]> {
    let content: string;
    try {
      content = await readFile(this.#file(connectionId), 'utf8');
    } catch {
      return [];
    }
    return content.split('\n').flatMap((line) => readLine(line) ?? []);
  }
}

/** Parses a line. Undefined for an incomplete line, or for one that another version of the extension wrote. */
function readLine(line: string): Line | undefined {
  if (line === '') return undefined;
  try {
    const parsed = v.safeParse(lineSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function text(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The newest lines, limited in number for each Datasource and in total. */
function newest(lines: readonly Line[]): readonly Line[] {
  const counts = new Map<string, number>();
  const kept: Line[] = [];
  let bytes = 0;
  for (const line of lines.toReversed()) {
    const count = (counts.get(line.id) ?? 0) + 1;
    counts.set(line.id, count);
    if (count > keptPerDatasource) continue;
    bytes += Buffer.byteLength(text([line]));
    if (kept.length === keptInAll || bytes > maxKeptBytes) break;
    kept.push(line);
  }
  return kept.reverse();
}

function seenAt({ at, seen }: Line): number {
  return seen ?? at;
}

/** The line for a transition; undefined if neither the status nor the result is new. */
function lineOf({ before, datasource }: StatusTransition, now: number): Line | undefined {
  const { id, rawStatus, status, lastResult, message } = datasource;
  const isNewResult =
    lastResult !== undefined && lastResult.outcome === status && lastResult.at !== before.lastResult?.at;
  if (before.status === status && !isNewResult) return undefined;
  const reason = message?.slice(0, maxReason);
  // A result has an exact time. Any other change gets the time of the poll that detected it.
  const at = isNewResult ? lastResult.at : now;
  return {
    id,
    at,
    ...(at !== now && { seen: now }),
    status: (rawStatus ?? status).slice(0, maxStatus),
    ...(reason !== undefined && { reason }),
  };
}

/** Removes lines that a second window wrote about the same changes. */
function withoutRepetitions(lines: readonly Line[]): readonly Line[] {
  const kept: Line[] = [];
  for (const line of lines) {
    const previous = kept.at(-1);
    if (!isResult(line)) {
      if (previous?.status !== line.status) kept.push(line);
      continue;
    }
    // After one window has written a result, a slower window may repeat the activity before the result, and
    // then the result itself.
    const last = kept.findLastIndex(isResult);
    const isKnown = kept[last]?.status === line.status && kept[last].at === line.at;
    const isSeenAgain =
      previous?.status === line.status && Math.abs(previous.at - line.at) <= maxDifferenceMs;
    if (isKnown) kept.splice(last + 1);
    else if (!isSeenAgain) kept.push(line);
  }
  return kept;
}

function isResult({ status }: Line): boolean {
  return ['synced', 'failed', 'error'].includes(readSyncStatus(status));
}
