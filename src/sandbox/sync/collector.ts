import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { waitFor } from '../clock.ts';
import type { AuditTrail } from '../logs/auditTrail.ts';
import type { SearchIndex } from '../search/searchIndex.ts';
import { BatchSize } from '../store/batchSize.ts';
import { smallContent } from '../store/contents.ts';
import type { ContentStore, ReadContent } from '../store/contents.ts';
import type { Database } from '../store/database.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Fields, NodeStore } from '../store/nodes.ts';
import type { ResourceStore, StoredResource } from '../store/resources.ts';
import { storeFailure } from '../store/storeFailure.ts';
import type { Timestamps } from '../store/timestamps.ts';
import { contentTypeOf, extensionOf, resourcePath } from './naming.ts';
import { openOriginFile, resolveOrigin, walkOrigin } from './origin.ts';
import type { OriginEntry, OriginFile } from './origin.ts';
import { readSteadily } from './largeFile.ts';
import { readSmallFile } from './smallFile.ts';

/** Files up to this many bytes are read while nothing else goes on. */
const smallBytes = 128 * 1024;

/** How long small files are looked at and read before others have their turn, in ms. */
const longestReadingMs = 10;

/** Resources that are removed at a time. */
const removedAtOnce = 100;

/** A batch with more bytes than this is stored before it is full. */
const batchBytes = 4 * 1024 * 1024;

/** The exception that the service's help pages know for a file that could not be fetched (API notes §13). */
const downloadError = 'Download Error';

interface Met {
  readonly file: OriginFile;
  /** Undefined: unchanged. */
  readonly content: ReadContent | 'unreadable' | undefined;
}

interface CollectorParts {
  readonly database: Database;
  readonly nodes: NodeStore;
  readonly resources: ResourceStore;
  readonly contents: ContentStore;
  readonly index: SearchIndex;
  readonly timestamps: Timestamps;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  /** Told after every batch: it may be waiting for the pipeline. */
  readonly onStored: () => void;
  readonly log: (line: string) => void;
}

/** How a run went. */
export interface Collected {
  added: number;
  changed: number;
  removed: number;
}

/** Brings Resources in line with the folder that they come from. */
export class Collector {
  readonly #parts: CollectorParts;
  readonly #batches = new BatchSize();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /**
   * One run, from its beginning or from where it was interrupted: what this run has met already is passed over.
   * Stores batch by batch, each in one transaction, and lets other work go on in between.
   * @param paceMs Taken for each file on top.
   * @throws OriginUnreadable, or the signal's reason
   */
  async collect(state: DatasourceState, paceMs: number, signal: AbortSignal): Promise<Collected> {
    const total: Collected = { added: 0, changed: 0, removed: 0 };
    if (state.origin !== undefined) {
      const root = await resolveOrigin(state.origin);
      await this.#walk(state, root, paceMs, signal, total);
      // A disk that was taken out in the middle looks like an empty folder: make sure before anything is removed.
      await resolveOrigin(state.origin);
    }
    signal.throwIfAborted();
    if (state.typeSync === 'auto') await this.#removeUnseen(state, signal, total);
    return total;
  }

  async #walk(
    state: DatasourceState,
    root: string,
    paceMs: number,
    signal: AbortSignal,
    total: Collected,
  ): Promise<void> {
    const { clock } = this.#parts;
    let batch: Met[] = [];
    let bytes = 0;
    let restedAt = performance.now();
    const rest = async (): Promise<void> => {
      await setImmediate();
      signal.throwIfAborted();
      restedAt = performance.now();
    };
    const hasLongWorked = (): boolean => performance.now() - restedAt > longestReadingMs;
    const flush = async (): Promise<void> => {
      const met = batch;
      batch = [];
      bytes = 0;
      this.#store(state, met, total);
      await rest();
    };
    try {
      for await (const group of walkOrigin(root, signal)) {
        for (const [file, known] of this.#toBeMet(state, group)) {
          const meeting = this.#meet(state, file, known, signal);
          const met = meeting instanceof Promise ? await meeting : meeting;
          batch.push(met);
          bytes += met.content === undefined ? 0 : met.file.size;
          if (paceMs > 0 && met.content !== undefined) {
            await flush();
            await waitFor(clock, paceMs, signal);
          } else if (batch.length >= this.#batches.size || bytes >= batchBytes) await flush();
          else if (hasLongWorked()) await rest();
        }
        // Nothing of the group may have been left to meet.
        if (hasLongWorked()) await rest();
      }
    } catch (error) {
      // Paused: what was read is not read again.
      if (signal.aborted) this.#store(state, batch, total);
      throw error;
    }
    if (batch.length > 0) await flush();
  }

  /** Files of a group that this run has not met yet, with what is known of them. */
  #toBeMet(
    state: DatasourceState,
    group: readonly OriginEntry[],
  ): (readonly [OriginFile, StoredResource | undefined])[] {
    const files: OriginFile[] = [];
    for (const entry of group) {
      if (entry.kind === 'file') files.push(entry.file);
      else {
        this.#parts.log(`not collected: ${entry.key} (${entry.why})`);
        this.#tell(state.nodeId, 'refused', entry.key, undefined, { error: entry.why });
      }
    }
    const known = this.#known(state, files);
    return files
      .map((file) => [file, known.get(file.key)] as const)
      .filter(([, resource]) => resource?.seenRun !== state.run);
  }

  #known(state: DatasourceState, files: readonly OriginFile[]): ReadonlyMap<string, StoredResource> {
    return this.#parts.resources.byOriginKeys(
      state.nodeId,
      files.map(({ key }) => key),
    );
  }

  /** No promise for what is known at once: most files are. */
  #meet(
    state: DatasourceState,
    file: OriginFile,
    known: StoredResource | undefined,
    signal: AbortSignal,
  ): Met | Promise<Met> {
    const unchanged =
      known?.originException === undefined &&
      known?.originModified === file.modified &&
      known.size === file.size &&
      !state.runFull;
    if (unchanged) return { file, content: undefined };
    if (file.size > smallBytes) return this.#readLarge(file, signal);
    try {
      const bytes = readSmallFile(file);
      return bytes === undefined ? this.#readLarge(file, signal) : { file, content: smallContent(bytes) };
    } catch {
      return { file, content: 'unreadable' };
    }
  }

  async #readLarge(file: OriginFile, signal: AbortSignal): Promise<Met> {
    try {
      const handle = await openOriginFile(file);
      try {
        const { content, modified } = await readSteadily(this.#parts.contents, handle, signal);
        return { file: { ...file, modified }, content };
      } finally {
        await handle.close();
      }
    } catch (error) {
      // A full disk says nothing about the file.
      if (signal.aborted || storeFailure(error) !== undefined) throw error;
      return { file, content: 'unreadable' };
    }
  }

  #store(state: DatasourceState, batch: readonly Met[], total: Collected): void {
    const { database, nodes, resources, contents } = this.#parts;
    if (batch.length === 0) return;
    database.requireRoom(batchBytes);
    const storeAll = (): void => {
      // Some may have come or gone by other ways while the files were read.
      const known = this.#known(
        state,
        batch.map(({ file }) => file),
      );
      const unchanged: number[] = [];
      const replaced = new Set<number>();
      let changed = false;
      for (const { file, content } of batch) {
        const resource = known.get(file.key);
        if (content !== undefined) {
          const former = this.#storeOne(state, file, resource, content, total);
          if (former !== undefined) replaced.add(former);
          changed = true;
        } else if (resource) unchanged.push(resource.id);
      }
      // Not before all are stored: what one file had may be what another one has now.
      for (const id of replaced) contents.release(id);
      if (unchanged.length > 0) resources.markSeen(unchanged, state.run, undefined);
      // The feed tells the new number of Resources.
      if (changed) nodes.touch(state.nodeId);
    };
    this.#batches.learn(batch.length, () => database.transaction(storeAll));
    this.#parts.onStored();
  }

  /** @returns The content that it had before, if it has another one now. */
  #storeOne(
    state: DatasourceState,
    file: OriginFile,
    known: StoredResource | undefined,
    content: ReadContent | 'unreadable',
    total: Collected,
  ): number | undefined {
    const { resources, contents, timestamps } = this.#parts;
    if (known && content === 'unreadable') {
      resources.markSeen([known.id], state.run, downloadError);
      this.#tell(state.nodeId, 'unreadable', file.key, known.uid, { error: downloadError });
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
      total.changed++;
      this.#tell(state.nodeId, 'changed', file.key, known.uid);
      return known.contentId === kept?.id ? undefined : known.contentId;
    }
    const { uid } = resources.insert(collected, timestamps.now());
    total.added++;
    if (kept) this.#tell(state.nodeId, 'added', file.key, uid);
    else this.#tell(state.nodeId, 'unreadable', file.key, uid, { error: downloadError });
    return undefined;
  }

  /** Mirrors deletions: what this whole run has not met is gone from the origin. */
  async #removeUnseen(state: DatasourceState, signal: AbortSignal, total: Collected): Promise<void> {
    const { database, nodes, resources } = this.#parts;
    for (;;) {
      const gone = resources.unseen(state.nodeId, state.run, removedAtOnce);
      if (gone.length === 0) return;
      database.transaction(() => {
        this.removeResources(gone);
        for (const resource of gone) {
          const { originKey, uid } = resource;
          this.#tell(state.nodeId, 'removed', originKey, uid, { deleted_by: 'origin' });
        }
        nodes.touch(state.nodeId);
      });
      total.removed += gone.length;
      await setImmediate();
      signal.throwIfAborted();
    }
  }

  /** Into the collection log, in the transaction of what it tells. */
  #tell(nodeId: number, action: string, path: string, uid: string | undefined, detail?: Fields): void {
    const outcome = detail?.['error'] === undefined ? 'Success' : 'Error';
    this.#parts.trail.add({ log: 'collection', action, outcome, nodeId, uid, path, detail });
  }

  /** Resources with their contents and their places in search. To be called in one transaction. */
  removeResources(removed: readonly StoredResource[]): void {
    const { resources, contents, index } = this.#parts;
    index.removeResources(removed.map(({ id }) => id));
    for (const { id, contentId } of removed) {
      resources.remove(id);
      if (contentId !== undefined) contents.release(contentId);
    }
  }
}
