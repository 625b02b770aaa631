import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { Serializer } from '../content/serializer.ts';
import type { IndexedResource } from '../store/searchIndex.ts';
import { BatchSize } from '../store/batchSize.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/resources.ts';
import { failureText, storeFailure } from '../store/storeFailure.ts';
import type { Micros } from '../store/timestamps.ts';
import { extractText } from './extract.ts';
import type { Extraction } from './extract.ts';
import type { Stores } from '../store/stores.ts';

/** Maximum characters of text in a batch. A batch with more is stored before it is full. */
const batchText = 512 * 1024;

/** Maximum size of a file to extract text from, in bytes. */
const maxFile = 64 * 1024 * 1024;

interface PipelineDeps extends Pick<
  Stores,
  'database' | 'timestamps' | 'trail' | 'nodes' | 'resources' | 'processingQueue' | 'contents' | 'index'
> {
  readonly serializer: Serializer;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The service's exception for a file that could not be processed, from its help pages (docs/onna-api.md §13). */
const hasError = 'Has Error';

/** Time after which the extraction yields to the event loop, in ms. A single file may take longer. */
const maxWorkMs = 10;

/** Delay before a failed write to the store is retried, in ms. */
const storeRetryMs = 5_000;

interface Processed {
  readonly taken: StoredResource;
  readonly started: Micros;
  readonly extraction: Extraction;
}

interface Finished {
  readonly resource: StoredResource & { readonly state: 'processed' | 'failed' };
  readonly text: string;
}

/**
 * Extracts the text of queued Resources and makes them searchable, while sync runs may continue. The store marks
 * Resources as queued, so the queue survives a restart.
 */
export class ProcessingPipeline {
  readonly #deps: PipelineDeps;
  readonly #batches = new BatchSize();
  #working: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  /** The last logged store failure, so that the same one is logged only once. */
  #loggedFailure: string | undefined;
  #closed = false;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
  }

  /** Whether nothing is queued. */
  get idle(): boolean {
    return this.#working === undefined && this.#deps.processingQueue.count() === 0;
  }

  /** Starts the work if it is not running. Call it when Resources may have been queued. */
  wake(): void {
    if (this.#closed || this.#working) return;
    this.#working = this.#work().then(
      () => {
        this.#working = undefined;
        // Resources may have been queued since the last check.
        if (this.#deps.processingQueue.count() > 0) this.wake();
      },
      (error: unknown) => {
        this.#working = undefined;
        // The store can't be written, and the queue is unchanged. Retry later: an immediate retry would loop endlessly.
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
    await this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      await setImmediate();
      if (this.#isClosed()) return;
      const batch = this.#deps.processingQueue.next(this.#batches.size);
      if (batch.length === 0) return;
      const extractions = await this.#extractAll(batch);
      if (this.#isClosed()) return;
      this.#batches.learn(extractions.length, () => this.#storeAll(extractions));
      this.#loggedFailure = undefined;
    }
  }

  /** Extracts texts until the batch is complete or has too many characters. */
  async #extractAll(batch: readonly StoredResource[]): Promise<readonly Processed[]> {
    const extractions: Processed[] = [];
    let characters = 0;
    let yieldedAt = performance.now();
    for (const taken of batch) {
      const started = this.#deps.timestamps.now();
      const extraction = await this.#extract(taken);
      extractions.push({ taken, started, extraction });
      characters += extraction.text.length;
      if (characters > batchText || this.#isClosed()) break;
      // Yield to the event loop, but not after every file: yielding costs more time than most files do.
      if (performance.now() - yieldedAt < maxWorkMs) continue;
      await setImmediate();
      yieldedAt = performance.now();
    }
    return extractions;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  async #extract(resource: StoredResource): Promise<Extraction> {
    const { contentId, size, contentType, extension } = resource;
    if (contentId === undefined) return { text: '', exception: resource.originException };
    if (size > maxFile) return { text: '', exception: undefined };
    let bytes: Uint8Array;
    try {
      const [first = new Uint8Array(), ...rest] = this.#deps.contents.bytes(contentId, 0, size);
      bytes = rest.length === 0 ? first : Buffer.concat([first, ...rest]);
    } catch (error) {
      this.#deps.log(`${resource.originKey}: the stored content can’t be read (${failureText(error)})`);
      return { text: '', exception: hasError };
    }
    return extractText(bytes, contentType, extension);
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
        this.#logEntry({ ...taken, state: 'failed' }, started, hasError, false);
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
      for (const { taken, started, extraction } of extractions) {
        // The Resource may have been removed or changed while its text was extracted. A changed Resource stays queued.
        const queued = current.get(taken.id);
        if (queued?.state !== 'queued' || queued.contentId !== taken.contentId) continue;
        const { exception, isNote = false, text } = extraction;
        const state = exception === undefined || isNote ? 'processed' : 'failed';
        const resource = { ...queued, state, processingException: exception, processingDate: now } as const;
        finished.push({ resource, text });
        this.#logEntry(resource, started, exception, isNote);
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

  #logEntry(
    processed: StoredResource,
    started: Micros,
    exception: string | undefined,
    isNote: boolean,
  ): void {
    const { state, datasourceId, uid, originKey } = processed;
    this.#deps.trail.add({
      log: 'processing',
      action: state,
      outcome: state === 'failed' ? 'Error' : 'Success',
      ...{ nodeId: datasourceId, uid, path: originKey },
      detail: { started, ...(exception === undefined ? {} : { [isNote ? 'note' : 'error']: exception }) },
    });
  }
}
