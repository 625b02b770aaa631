import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { waitFor } from '../clock.ts';
import type { AuditTrail } from '../logs/auditTrail.ts';
import type { SearchIndex } from '../search/searchIndex.ts';
import type { ContentStore, ReadContent } from '../store/contents.ts';
import type { Database } from '../store/database.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Fields, NodeStore } from '../store/nodes.ts';
import type { ResourceStore, StoredResource } from '../store/resources.ts';
import type { Timestamps } from '../store/timestamps.ts';
import { contentTypeOf, extensionOf, resourcePath } from './naming.ts';
import { openOriginFile, resolveOrigin, walkOrigin } from './origin.ts';
import type { OriginFile } from './origin.ts';

/** What is stored, and told, at a time. */
const batchFiles = 100;
const batchBytes = 8 * 1024 * 1024;

/** The exception that the service's help pages know for a file that could not be fetched (API notes §13). */
const downloadError = 'Download Error';

interface Met {
  readonly file: OriginFile;
  readonly known: StoredResource | undefined;
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
    const { resources, clock, log } = this.#parts;
    let batch: Met[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      this.#store(state, batch, total);
      batch = [];
      bytes = 0;
      await setImmediate();
      signal.throwIfAborted();
    };
    try {
      for await (const entry of walkOrigin(root, signal)) {
        if (entry.kind === 'refused') {
          log(`not collected: ${entry.key} (${entry.why})`);
          this.#tell(state.nodeId, 'refused', entry.key, undefined, { error: entry.why });
          continue;
        }
        const { file } = entry;
        const known = resources.byOriginKey(state.nodeId, file.key);
        if (known?.seenRun === state.run) continue;
        const met = { file, known, content: await this.#contentOf(state, file, known, signal) };
        batch.push(met);
        bytes += met.content === undefined ? 0 : file.size;
        if (paceMs > 0 && met.content !== undefined) {
          await flush();
          await waitFor(clock, paceMs, signal);
        } else if (batch.length >= batchFiles || bytes >= batchBytes) {
          await flush();
        }
      }
    } catch (error) {
      // Paused: what was read is not read again.
      if (signal.aborted) this.#store(state, batch, total);
      throw error;
    }
    if (batch.length > 0) await flush();
  }

  async #contentOf(
    state: DatasourceState,
    file: OriginFile,
    known: StoredResource | undefined,
    signal: AbortSignal,
  ): Promise<Met['content']> {
    const unchanged =
      known?.originException === undefined &&
      known?.originModified === file.modified &&
      known.size === file.size &&
      !state.runFull;
    if (unchanged) return undefined;
    try {
      const handle = await openOriginFile(file);
      try {
        return await this.#parts.contents.read(handle, file.size, signal);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (signal.aborted) throw error;
      return 'unreadable';
    }
  }

  #store(state: DatasourceState, batch: readonly Met[], total: Collected): void {
    const { database, nodes } = this.#parts;
    if (batch.length === 0) return;
    let changed = false;
    database.transaction(() => {
      for (const met of batch) changed = this.#storeOne(state, met, total) || changed;
      // The feed tells the new number of Resources.
      if (changed) nodes.touch(state.nodeId);
    });
  }

  /** @returns Whether there is anything new about it. */
  #storeOne(state: DatasourceState, { file, known, content }: Met, total: Collected): boolean {
    const { resources, contents, timestamps } = this.#parts;
    if (known && (content === undefined || content === 'unreadable')) {
      resources.markSeen(known.id, state.run, content === undefined ? undefined : downloadError);
      if (content === undefined) return false;
      this.#tell(state.nodeId, 'unreadable', file.key, known.uid, { error: downloadError });
      return true;
    }
    const kept = content === undefined || content === 'unreadable' ? undefined : contents.keep(content);
    const collected = {
      datasourceId: state.nodeId,
      path: resourcePath(file.key, (path) => resources.byPath(state.nodeId, path) !== undefined),
      originKey: file.key,
      title: file.key.slice(file.key.lastIndexOf('/') + 1),
      extension: extensionOf(file.key),
      contentType: contentTypeOf(file.key),
      size: kept?.size ?? file.size,
      contentId: kept?.id,
      originModified: file.modified,
      originException: kept === undefined ? downloadError : undefined,
      seenRun: state.run,
    };
    if (known) {
      resources.replace(known.id, collected, timestamps.now());
      if (known.contentId !== undefined && known.contentId !== kept?.id) contents.release(known.contentId);
      total.changed++;
      this.#tell(state.nodeId, 'changed', file.key, known.uid);
    } else {
      const { uid } = resources.insert(collected, timestamps.now());
      total.added++;
      if (kept) this.#tell(state.nodeId, 'added', file.key, uid);
      else this.#tell(state.nodeId, 'unreadable', file.key, uid, { error: downloadError });
    }
    return true;
  }

  /** Mirrors deletions: what this whole run has not met is gone from the origin. */
  async #removeUnseen(state: DatasourceState, signal: AbortSignal, total: Collected): Promise<void> {
    const { database, nodes, resources } = this.#parts;
    for (;;) {
      const gone = resources.unseen(state.nodeId, state.run, batchFiles);
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
