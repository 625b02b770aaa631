import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import type { Serializer } from '../content/serializer.ts';
import type { IndexedResource } from '../store/searchIndex.ts';
import { BatchSize } from '../store/batchSize.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { failureText, storeFailure, storeRetryMs } from '../store/storeFailure.ts';
import type { Micros } from '../store/timestamps.ts';
import type { ReadText } from '../extraction/extract.ts';
import { isNote } from '../extraction/extraction.ts';
import type { ExtractionPool } from '../extraction/extractionPool.ts';
import type { Stores } from '../store/stores.ts';
import { ResourceReader, hasError } from './resourceReader.ts';

/** Number of characters above which a batch is complete and is stored, even if it contains few Resources. */
const batchText = 512 * 1024;

interface PipelineDeps extends Pick<
  Stores,
  | 'database'
  | 'timestamps'
  | 'trail'
  | 'nodes'
  | 'resources'
  | 'parts'
  | 'processingQueue'
  | 'contents'
  | 'index'
> {
  readonly serializer: Serializer;
  readonly pool: ExtractionPool;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: (line: string) => void;
}

/** Time after which the pipeline yields to the event loop while it reads small files, in ms. */
const maxWorkMs = 10;

interface Processed {
  readonly taken: StoredResource;
  readonly started: Micros;
  readonly read: ReadText;
}

/** The work from the first queued Resource until the queue is empty. */
interface Work {
  /** Queued Resources that are not read yet. They may have changed since. */
  pending: StoredResource[];
  /** Those of the pending Resources that have parts from an earlier reading. */
  withParts: ReadonlySet<number>;
  /** The files that workers are reading, by the id of the Resource. */
  readonly reading: Map<number, Promise<void>>;
  /** Resources that were read, but are not stored yet. */
  ready: Processed[];
  readonly abort: AbortController;
  /** The first error of a reader that is not an error of its file. */
  failure: { readonly error: unknown } | undefined;
}

interface Finished {
  readonly resource: StoredResource & { readonly state: 'processed' | 'failed' };
  readonly text: string;
}

/**
 * Extracts the text of queued Resources and makes them searchable. Sync runs can continue meanwhile. The queue is
 * stored, so it survives a restart.
 */
export class ProcessingPipeline {
  readonly #deps: PipelineDeps;
  readonly #reader: ResourceReader;
  readonly #batches = new BatchSize();
  #work: Work | undefined;
  /** Resolved when Resources were queued during the work. */
  #news = Promise.withResolvers<undefined>();
  #working: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  /** The last logged store failure. It is kept so that a repeated failure is logged only once. */
  #loggedFailure: string | undefined;
  #closed = false;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    this.#reader = new ResourceReader(deps);
  }

  /** Whether the queue is empty and no work is in progress. */
  get idle(): boolean {
    return this.#working === undefined && this.#deps.processingQueue.count() === 0;
  }

  /** Starts the work if it is not running. Call it when Resources may have been queued. */
  wake(): void {
    if (this.#working) this.#news.resolve(undefined);
    if (this.#closed || this.#working) return;
    this.#working = this.#workOff().then(
      () => {
        this.#working = undefined;
        // Resources may have been queued since the last check.
        if (this.#deps.processingQueue.count() > 0) this.wake();
      },
      (error: unknown) => {
        this.#working = undefined;
        // The store can't be written, or no worker can be started. The queue is unchanged. Retry after a delay:
        // immediate retries would be an endless loop.
        const reason = failureText(error);
        if (reason !== this.#loggedFailure) this.#deps.log(`processing will be retried: ${reason}`);
        this.#loggedFailure = reason;
        this.#cancelRetry?.();
        if (!this.#closed) this.#cancelRetry = this.#deps.clock.after(storeRetryMs, () => this.wake());
      },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#work?.abort.abort();
    await this.#working;
    await this.#deps.pool.close();
  }

  /** Works until the queue is empty. @throws An error of the store. The queue is then unchanged. */
  async #workOff(): Promise<void> {
    const abort = new AbortController();
    const work: Work = {
      pending: [],
      withParts: new Set(),
      reading: new Map(),
      ready: [],
      abort,
      failure: undefined,
    };
    this.#work = work;
    try {
      for (;;) {
        await this.#deps.turns.forBackground();
        if (this.#isClosed()) return;
        if (work.failure) throw work.failure.error;
        this.#news = Promise.withResolvers();
        this.#storeReady(work);
        if (work.pending.length === 0) this.#fetch(work);
        await this.#readPending(work);
        if (work.ready.length > 0 || this.#isClosed()) continue;
        if (work.reading.size === 0) return;
        await Promise.race([...work.reading.values(), this.#news.promise]);
      }
    } finally {
      abort.abort();
      await Promise.all(work.reading.values());
      this.#work = undefined;
    }
  }

  /** Gets the next Resources of the queue. Those that workers are reading are still in the queue. */
  #fetch(work: Work): void {
    const { pending, reading } = work;
    const next = this.#deps.processingQueue.next(this.#batches.size + reading.size);
    pending.push(...next.filter(({ id }) => !reading.has(id)));
    work.withParts = this.#deps.parts.parentsAmong(pending.map(({ id }) => id));
  }

  /** Reads small files, and gives other files to workers, until a batch is complete or all workers are busy. */
  async #readPending(work: Work): Promise<void> {
    let characters = 0;
    let yieldedAt = performance.now();
    for (let taken = work.pending[0]; taken && !this.#isClosed(); taken = work.pending[0]) {
      const started = this.#deps.timestamps.now();
      const read = work.withParts.has(taken.id) ? undefined : this.#reader.quick(taken);
      if (read === undefined && work.reading.size >= this.#deps.pool.size) return;
      work.pending.shift();
      if (read === undefined) this.#readInWorker(work, taken, started);
      else work.ready.push({ taken, started, read });
      characters += read?.text.length ?? 0;
      if (characters > batchText) return;
      // Yield to the event loop, but not after every file: yielding costs more time than most files do.
      if (performance.now() - yieldedAt < maxWorkMs) continue;
      await this.#deps.turns.forBackground();
      yieldedAt = performance.now();
    }
  }

  #readInWorker(work: Work, taken: StoredResource, started: Micros): void {
    const reading = this.#reader.read(taken, work.abort.signal).then(
      (read) => void work.ready.push({ taken, started, read }),
      (error: unknown) => {
        if (!work.abort.signal.aborted) work.failure ??= { error };
      },
    );
    work.reading.set(
      taken.id,
      reading.finally(() => work.reading.delete(taken.id)),
    );
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  /** Stores the Resources that were read, in batches. */
  #storeReady(work: Work): void {
    const { ready } = work;
    if (ready.length === 0) return;
    work.ready = [];
    this.#batches.learn(ready.length, () => this.#storeAll(ready));
    this.#loggedFailure = undefined;
  }

  /** Stores a batch. If a Resource can't be stored, stores all others, so that the queue is not blocked. */
  #storeAll(extractions: readonly Processed[]): void {
    this.#deps.database.requireRoom(batchText);
    try {
      this.#store(extractions);
    } catch (error) {
      if (storeFailure(error) !== undefined) throw error;
      for (const one of extractions) this.#storeAlone(one);
    }
  }

  /** Stores one Resource. If that fails, gives the Resource an exception, so that it leaves the queue. */
  #storeAlone(one: Processed): void {
    try {
      this.#store([one]);
    } catch (error) {
      if (storeFailure(error) !== undefined) throw error;
      const { database, index, processingQueue, timestamps, log } = this.#deps;
      const { taken, started } = one;
      database.transaction(() => {
        processingQueue.finish([taken.id], 'failed', hasError, timestamps.now());
        index.exceptionsChanged();
        this.#logEntry({ ...taken, state: 'failed' }, started, hasError);
      });
      log(`${taken.originKey}: could not be processed (${failureText(error)})`);
    }
  }

  #store(extractions: readonly Processed[]): void {
    const { database, resources, index, timestamps, log } = this.#deps;
    database.transaction(() => {
      const now = timestamps.now();
      const current = resources.byIds(extractions.map(({ taken }) => taken.id));
      const finished: Finished[] = [];
      for (const { taken, started, read } of extractions) {
        // The Resource may have been removed or changed while its text was extracted. A changed Resource stays queued.
        const queued = current.get(taken.id);
        if (queued?.state !== 'queued' || queued.contentId !== taken.contentId) continue;
        const { exception, text } = read;
        const state = exception === undefined || isNote(exception) ? 'processed' : 'failed';
        const resource = { ...queued, state, processingException: exception, processingDate: now } as const;
        finished.push({ resource, text });
        this.#logEntry(resource, started, exception);
        if (exception !== undefined) log(`${resource.originKey}: ${exception}`);
      }
      this.#finish(finished, now);
      index.putResources(this.#documents(finished));
    });
  }

  /** Stores the results with one statement per distinct result. Usually all Resources have the same result. */
  #finish(finished: readonly Finished[], now: Micros): void {
    const alike = Map.groupBy(finished, ({ resource }) =>
      JSON.stringify([resource.state, resource.processingException]),
    );
    for (const group of alike.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { state, processingException } = first.resource;
      const ids = group.map(({ resource }) => resource.id);
      this.#deps.processingQueue.finish(ids, state, processingException, now);
    }
  }

  #documents(finished: readonly Finished[]): IndexedResource[] {
    const { contents, nodes, serializer } = this.#deps;
    const md5s = contents.md5s(finished.flatMap(({ resource }) => resource.contentId ?? []));
    const datasources = new Map<number, StoredNode | undefined>();
    return finished.flatMap(({ resource, text }) => {
      const { datasourceId, contentId } = resource;
      if (!datasources.has(datasourceId)) datasources.set(datasourceId, nodes.byId(datasourceId));
      const datasource = datasources.get(datasourceId);
      // The Datasource was removed, so this Resource will be removed too.
      if (!datasource) return [];
      const { metadata, origin } = serializer.resourceFields(resource, md5s.get(contentId ?? 0));
      const fields = { ...metadata, ...origin };
      return [{ ...resource, dateModified: resource.originModified, datasource, fields, text }];
    });
  }

  #logEntry(processed: StoredResource, started: Micros, exception: string | undefined): void {
    const { state, datasourceId, uid, originKey } = processed;
    this.#deps.trail.add({
      log: 'processing',
      action: state,
      outcome: state === 'failed' ? 'Error' : 'Success',
      ...{ nodeId: datasourceId, uid, path: originKey },
      detail: {
        started,
        ...(exception === undefined ? {} : { [isNote(exception) ? 'note' : 'error']: exception }),
      },
    });
  }
}
