import { setImmediate } from 'node:timers/promises';
import type { Serializer } from '../content/serializer.ts';
import type { AuditTrail } from '../logs/auditTrail.ts';
import type { IndexedResource, SearchIndex } from '../search/searchIndex.ts';
import type { ContentStore } from '../store/contents.ts';
import type { Database } from '../store/database.ts';
import type { NodeStore } from '../store/nodes.ts';
import type { ResourceStore, StoredResource } from '../store/resources.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import { extractText } from './extract.ts';
import type { Extraction } from './extract.ts';

/** Resources that become searchable together, in one transaction. */
const batchSize = 100;

/** A batch with more text than this, in characters, is stored before it is full. */
const batchText = 4 * 1024 * 1024;

/** Larger files are not read for their text, in bytes. */
const largestFile = 64 * 1024 * 1024;

interface PipelineParts {
  readonly database: Database;
  readonly nodes: NodeStore;
  readonly resources: ResourceStore;
  readonly contents: ContentStore;
  readonly index: SearchIndex;
  readonly serializer: Serializer;
  readonly timestamps: Timestamps;
  readonly trail: AuditTrail;
  readonly log: (line: string) => void;
}

interface Processed {
  readonly taken: StoredResource;
  readonly started: Micros;
  readonly extraction: Extraction;
}

/**
 * Apart from collecting: takes what is queued, extracts its text and makes it searchable. The queue is a state of
 * the Resources themselves, so a restart goes on where this one ends.
 */
export class ProcessingPipeline {
  readonly #parts: PipelineParts;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Whether nothing is queued. */
  get idle(): boolean {
    return this.#working === undefined && this.#parts.resources.countQueued() === 0;
  }

  /** Something may have been queued. */
  wake(): void {
    if (this.#closed || this.#working) return;
    this.#working = this.#work().then(
      () => {
        this.#working = undefined;
        // Queued between the last look and now.
        if (this.#parts.resources.countQueued() > 0) this.wake();
      },
      (error: unknown) => {
        this.#working = undefined;
        // The store refused: trying again at once would go on for ever. The next one who queues something tries.
        this.#parts.log(`processing stopped: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      await setImmediate();
      if (this.#isClosed()) return;
      const batch = this.#parts.resources.nextQueued(batchSize);
      if (batch.length === 0) return;
      const extractions: Processed[] = [];
      let characters = 0;
      for (const taken of batch) {
        const started = this.#parts.timestamps.now();
        const extraction = await this.#extract(taken);
        extractions.push({ taken, started, extraction });
        await setImmediate();
        if (this.#isClosed()) return;
        characters += extraction.text.length;
        if (characters > batchText) break;
      }
      this.#store(extractions);
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  async #extract(resource: StoredResource): Promise<Extraction> {
    const { contentId, size, contentType, extension } = resource;
    if (contentId === undefined) return { text: '', exception: resource.originException };
    if (size > largestFile) return { text: '', exception: undefined };
    const bytes = Buffer.concat([...this.#parts.contents.bytes(contentId, 0, size)]);
    return extractText(bytes, contentType, extension);
  }

  #store(extractions: readonly Processed[]): void {
    const { database, resources, index, serializer, nodes, timestamps, log } = this.#parts;
    database.transaction(() => {
      const found: IndexedResource[] = [];
      for (const { taken, started, extraction } of extractions) {
        const { text, exception, isNote } = extraction;
        // It may have been removed, or collected anew, while its text was extracted: then it waits for its next turn.
        const current = resources.byId(taken.id);
        if (current?.state !== 'queued' || current.contentId !== taken.contentId) continue;
        const state = exception === undefined || isNote ? 'processed' : 'failed';
        resources.finishProcessing(taken.id, state, exception, timestamps.now());
        const processed = resources.byId(taken.id);
        const datasource = nodes.byId(taken.datasourceId);
        if (!processed || !datasource) continue;
        const { metadata, origin } = serializer.resourceFields(processed);
        found.push({
          id: processed.id,
          uid: processed.uid,
          path: processed.path,
          title: processed.title,
          extension: processed.extension,
          contentType: processed.contentType,
          dateModified: processed.originModified,
          datasource,
          fields: { ...metadata, ...origin },
          text,
        });
        this.#tell(processed, started, exception, isNote === true);
        if (exception !== undefined) log(`${processed.originKey}: ${exception}`);
      }
      index.putResources(found);
    });
  }

  #tell(processed: StoredResource, started: Micros, exception: string | undefined, isNote: boolean): void {
    const { state, datasourceId, uid, originKey } = processed;
    this.#parts.trail.add({
      log: 'processing',
      action: state,
      outcome: state === 'failed' ? 'Error' : 'Success',
      ...{ nodeId: datasourceId, uid, path: originKey },
      detail: { started, ...(exception === undefined ? {} : { [isNote ? 'note' : 'error']: exception }) },
    });
  }
}
