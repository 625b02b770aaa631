import type { Clock } from '../base/clock.ts';
import { waitFor } from '../base/clock.ts';
import { ownIdentities } from '../base/dataFolder.ts';
import { middleCut } from '../base/middleCut.ts';
import type { Turns } from '../base/turns.ts';
import { BatchSize } from '../store/batchSize.ts';
import type { ReadContent } from '../store/contents.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Fields } from '../store/nodes.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { contentTypeOf, extensionOf, resourcePath } from '../store/naming.ts';
import { OriginUnreadable, OriginWalk, resolveOrigin } from './origin.ts';
import type { OriginEntry, OriginFile } from './origin.ts';
import { checkContent, isUnchanged } from './checkedFile.ts';
import type { CheckedFile } from './checkedFile.ts';
import { Removals } from './removals.ts';
import { UnreadableEntries } from './unreadable.ts';
import type { Stores } from '../store/stores.ts';

/** Maximum time for checking and reading small files before yielding to the event loop, in ms. */
const maxReadingMs = 10;

/** Maximum number of Resources marked as seen per query. */
const maxSeenAtOnce = 1_000;

/**
 * Maximum number of log lines per run about entries of the origin that were not collected. The collection log
 * lists all of these entries.
 */
const maxLinesNotCollected = 50;

/** Size in bytes at which a batch is complete and is stored, even if it contains few files. */
const batchBytes = 4 * 1024 * 1024;

/** The service's exception for a file that could not be fetched, from its help pages (docs/onna-api.md §13). */
const downloadError = 'Download Error';

interface CollectorDeps extends Pick<
  Stores,
  | 'database'
  | 'timestamps'
  | 'trail'
  | 'nodes'
  | 'datasources'
  | 'resources'
  | 'parts'
  | 'contents'
  | 'index'
  | 'retention'
> {
  readonly clock: Clock;
  readonly turns: Turns;
  /** The data folder of this sandbox. The sandbox's own files in it are never collected. */
  readonly dataFolder: string;
  /** Called after every stored batch, because it may have queued Resources for the pipeline. */
  readonly onStored: () => void;
  readonly log: (line: string) => void;
}

/** Result of a finished run. */
export interface Collected {
  /** Describes the unreadable entries. Undefined if the run could read all entries. */
  readonly warning: string | undefined;
  /** Identities of the origin and its mount points, as JSON. Undefined for a Datasource without an origin. */
  readonly places: string | undefined;
}

/** A sync run. If the run was paused and resumed, this is only the part since then. */
interface Run {
  readonly state: DatasourceState;
  readonly walk: OriginWalk;
  /** Extra delay per file, in ms. */
  readonly paceMs: number;
  readonly signal: AbortSignal;
  readonly unreadable: UnreadableEntries;
  notCollected: number;
}

/** Syncs the Resources of a Datasource with its origin folder. */
export class Collector {
  readonly #deps: CollectorDeps;
  readonly #batches = new BatchSize();
  readonly #removals: Removals;

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
    this.#removals = new Removals(deps);
  }

  /**
   * Starts or continues a run. Skips files that the run has already seen. Stores one batch per transaction, and yields
   * to the event loop between batches.
   * @param paceMs Extra delay per file, in ms.
   * @throws OriginUnreadable, RemovalsUnconfirmed, or the signal's reason
   */
  async collect(state: DatasourceState, paceMs: number, signal: AbortSignal): Promise<Collected> {
    // A Datasource without an origin keeps all its Resources.
    if (state.origin === undefined) return { warning: undefined, places: undefined };
    const root = await resolveOrigin(state.origin);
    const walk = new OriginWalk(root, ownIdentities(this.#deps.dataFolder), signal);
    const unreadable = new UnreadableEntries();
    const run: Run = { state, walk, paceMs, signal, unreadable, notCollected: 0 };
    await this.#walk(run);
    if (run.notCollected > maxLinesNotCollected)
      this.#deps.log(`not collected: ${run.notCollected} in all, see the collection log`);
    // An origin whose disk was unmounted during the walk looks like an empty folder. Check the origin again
    // before removing anything.
    await resolveOrigin(state.origin);
    if (!walk.isUnmoved())
      throw new OriginUnreadable(
        'While the origin was read, it was moved, or a disk was mounted or unmounted.',
      );
    signal.throwIfAborted();
    unreadable.throwIfUnsure();
    if (state.typeSync === 'auto') {
      await this.#removals.check(state, walk.places, signal);
      await this.#removals.run(state, signal);
    }
    return { warning: unreadable.warning, places: JSON.stringify([...walk.places]) };
  }

  async #walk(run: Run): Promise<void> {
    const { clock, turns, contents } = this.#deps;
    const { state, paceMs, signal } = run;
    let batch: CheckedFile[] = [];
    let bytes = 0;
    let yieldedAt = performance.now();
    const yieldToOthers = async (): Promise<void> => {
      await turns.forBackground();
      signal.throwIfAborted();
      yieldedAt = performance.now();
    };
    const mustYield = (): boolean => performance.now() - yieldedAt > maxReadingMs;
    const flush = async (): Promise<void> => {
      const checked = batch;
      batch = [];
      bytes = 0;
      this.#store(state, checked);
      await yieldToOthers();
    };
    try {
      for await (const group of run.walk.groups()) {
        for (const entry of group) if (entry.kind !== 'file') await this.#leaveOut(run, entry);
        for (const [file, known] of this.#notYetSeen(state, group)) {
          const isChanged = state.runFull || !isUnchanged(file, known);
          const checking = isChanged ? checkContent(contents, file, signal) : { file, content: undefined };
          const checked = checking instanceof Promise ? await checking : checking;
          batch.push(checked);
          bytes += checked.content === undefined ? 0 : checked.file.size;
          if (paceMs > 0 && checked.content !== undefined) {
            await flush();
            await waitFor(clock, paceMs, signal);
          } else if (batch.length >= this.#batches.size || bytes >= batchBytes) await flush();
          else if (mustYield()) await yieldToOthers();
        }
        // Yield here, too, because the inner loop skips the files that this run has already seen.
        if (mustYield()) await yieldToOthers();
      }
    } catch (error) {
      // If the run was paused or stopped, store the batch, so that the next run does not read its files again.
      if (signal.aborted) this.#store(state, batch);
      throw error;
    }
    if (batch.length > 0) await flush();
  }

  async #leaveOut(run: Run, entry: Exclude<OriginEntry, { readonly kind: 'file' }>): Promise<void> {
    const { log } = this.#deps;
    const { key } = entry;
    const isRefused = entry.kind === 'refused';
    const why = isRefused ? entry.why : entry.code;
    run.notCollected++;
    if (run.notCollected <= maxLinesNotCollected) log(`not collected: ${middleCut(key)} (${why})`);
    this.#logEntry(run.state.nodeId, isRefused ? 'refused' : 'unreadable', key, undefined, { error: why });
    if (!isRefused) run.unreadable.add(key, why, await this.#keep(run, key));
  }

  /**
   * Marks the Resources at and below an origin key as seen, because their files may still exist.
   * @returns The number of marked Resources
   */
  async #keep({ state: { nodeId, run }, signal }: Run, key: string): Promise<number> {
    const { resources } = this.#deps;
    const itself = resources.byOriginKey(nodeId, key);
    if (itself) resources.keep([itself.id], run);
    let count = itself ? 1 : 0;
    for (let after = ''; ;) {
      const page = resources.belowOriginKey(nodeId, key, after, maxSeenAtOnce);
      const last = page.at(-1);
      if (!last) return count;
      resources.keep(
        page.map(({ id }) => id),
        run,
      );
      count += page.length;
      after = last.originKey;
      await this.#deps.turns.forBackground();
      signal.throwIfAborted();
    }
  }

  /**
   * Returns the files of a group that this run has not seen yet, each with its stored Resource. Leaves out
   * unchanged files whose Resources expired. Otherwise the retention period of these files would start again.
   */
  #notYetSeen(
    state: DatasourceState,
    group: readonly OriginEntry[],
  ): (readonly [OriginFile, StoredResource | undefined])[] {
    const files = group.filter((entry) => entry.kind === 'file').map(({ file }) => file);
    const known = this.#known(state, files);
    const expired = this.#deps.retention.expired(state.nodeId, files);
    return files
      .map((file) => [file, known.get(file.key)] as const)
      .filter(([{ key }, resource]) => (resource ? resource.seenRun !== state.run : !expired.has(key)));
  }

  #known(state: DatasourceState, files: readonly OriginFile[]): ReadonlyMap<string, StoredResource> {
    return this.#deps.resources.byOriginKeys(
      state.nodeId,
      files.map(({ key }) => key),
    );
  }

  #store(state: DatasourceState, batch: readonly CheckedFile[]): void {
    const { database, nodes, datasources, resources, contents } = this.#deps;
    if (batch.length === 0) return;
    database.requireRoom(batchBytes);
    const storeAll = (): void => {
      // Uploads or deletions may have changed the Resources while the files were read.
      const known = this.#known(
        state,
        batch.map(({ file }) => file),
      );
      const unchanged: number[] = [];
      const kept: number[] = [];
      const replaced = new Set<number>();
      const counts = { added: 0, changed: 0 };
      let isNews = false;
      for (const { file, content } of batch) {
        const resource = known.get(file.key);
        if (content === 'gone') {
          // Keep the Resource. The next run detects whether the file was removed or replaced.
          if (resource) kept.push(resource.id);
        } else if (content !== undefined) {
          const former = this.#storeOne(state, file, resource, content, counts);
          if (former !== undefined) replaced.add(former);
          isNews = true;
        } else if (resource) unchanged.push(resource.id);
      }
      // Release the old contents after all files are stored: the old content of one file may be the new
      // content of another.
      for (const id of replaced) contents.release(id);
      if (unchanged.length > 0) resources.markSeen(unchanged, state.run, undefined);
      if (kept.length > 0) resources.keep(kept, state.run);
      if (!isNews) return;
      datasources.count(state.nodeId, counts);
      // Report the new number of Resources in the feed.
      nodes.touch(state.nodeId);
    };
    this.#batches.learn(batch.length, () => database.transaction(storeAll));
    this.#deps.onStored();
  }

  /** Stores one file. @returns The id of the file's previous content, if it was replaced. */
  #storeOne(
    state: DatasourceState,
    file: OriginFile,
    known: StoredResource | undefined,
    content: ReadContent | 'unreadable',
    counts: { added: number; changed: number },
  ): number | undefined {
    const { resources, contents, index, timestamps } = this.#deps;
    if (known && content === 'unreadable') {
      resources.markSeen([known.id], state.run, downloadError);
      index.exceptionsChanged();
      this.#logEntry(state.nodeId, 'unreadable', file.key, known.uid, { error: downloadError });
      return undefined;
    }
    const kept = content === 'unreadable' ? undefined : contents.keep(content);
    const collected = {
      datasourceId: state.nodeId,
      path: known?.path ?? resourcePath(file.key, (path) => resources.hasPath(state.nodeId, path)),
      originKey: file.key,
      title: file.key.slice(file.key.lastIndexOf('/') + 1),
      extension: extensionOf(file.key),
      contentType: contentTypeOf(file.key),
      size: kept?.size ?? Math.min(file.size, Number.MAX_SAFE_INTEGER),
      contentId: kept?.id,
      originModified: file.modified,
      originException: kept === undefined ? downloadError : undefined,
      seenRun: state.run,
    };
    if (known) {
      resources.replace(known.id, collected, timestamps.now());
      counts.changed++;
      this.#logEntry(state.nodeId, 'changed', file.key, known.uid);
      return known.contentId === kept?.id ? undefined : known.contentId;
    }
    const { uid } = resources.insert(collected, timestamps.now());
    counts.added++;
    if (kept) this.#logEntry(state.nodeId, 'added', file.key, uid);
    else this.#logEntry(state.nodeId, 'unreadable', file.key, uid, { error: downloadError });
    return undefined;
  }

  /** Adds an entry to the collection log. Call it in the transaction of the change that the entry describes. */
  #logEntry(nodeId: number, action: string, path: string, uid: string | undefined, detail?: Fields): void {
    const outcome = detail?.['error'] === undefined ? 'Success' : 'Error';
    this.#deps.trail.add({ log: 'collection', action, outcome, nodeId, uid, path, detail });
  }
}
