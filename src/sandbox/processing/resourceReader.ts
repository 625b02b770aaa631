import type { ExtractionPool } from '../extraction/extractionPool.ts';
import { WorkerFailed } from '../extraction/extractionWorker.ts';
import type { ReadText } from '../extraction/extract.ts';
import { maxQuickBytes, quickText } from '../extraction/quickText.ts';
import { fileNameOf } from '../store/storedResource.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { failureText, storeFailure } from '../store/storeFailure.ts';
import { PartAllowances } from './partAllowances.ts';
import type { PartAllowance } from './partAllowances.ts';
import { PartWriter } from './partWriter.ts';
import type { PartWriterDeps } from './partWriter.ts';

/** The service's exception for a file that could not be processed, from its help pages (docs/onna-api.md §13). */
export const hasError = 'Has Error';

interface ReaderDeps extends PartWriterDeps {
  readonly pool: ExtractionPool;
  readonly log: (line: string) => void;
}

/** The stored content of a file is missing or can't be read. */
class ContentUnreadable extends Error {
  override readonly name = 'ContentUnreadable';
}

/** Reads the text of Resources from their stored contents. */
export class ResourceReader {
  readonly #deps: ReaderDeps;
  readonly #allowances: PartAllowances;

  constructor(deps: ReaderDeps) {
    this.#deps = deps;
    this.#allowances = new PartAllowances(deps.parts, deps.pool.limits);
  }

  /**
   * Reads a Resource without parts at once if that takes little time. Returns undefined if {@link read} must read it.
   */
  quick(resource: StoredResource): ReadText | undefined {
    const known = this.#withoutContent(resource);
    if (known) return known;
    const { contentId = 0, size, contentType } = resource;
    if (size > maxQuickBytes) return undefined;
    try {
      const bytes = Buffer.concat([...this.#deps.contents.bytes(contentId, 0, size)]);
      const text = quickText({ bytes, name: fileNameOf(resource), contentType });
      return text === undefined ? undefined : { text, exception: undefined };
    } catch (error) {
      return this.#failed(resource, `the stored content can’t be read (${failureText(error)})`);
    }
  }

  /** The result for a Resource whose content is missing or too large. */
  #withoutContent({ contentId, size, originException }: StoredResource): ReadText | undefined {
    if (contentId === undefined) return { text: '', exception: originException };
    return size > this.#deps.pool.limits.fileBytes ? { text: '', exception: 'Large' } : undefined;
  }

  /**
   * Reads a Resource in a worker and stores its parts. If the file may not be to blame for a failure of the worker, tries
   * again in a new one.
   * @throws An error of the store, an Error if no worker can be started, or the reason of the signal
   */
  async read(resource: StoredResource, signal: AbortSignal): Promise<ReadText> {
    for (let mayRetry = true; ; mayRetry = false) {
      const allowance = this.#allowances.begin(resource);
      const parts = new PartWriter(this.#deps, resource, { allowance, signal });
      try {
        const read = await this.#readOnce(resource, { parts, allowance }, signal);
        await parts.finish();
        return read;
      } catch (error) {
        signal.throwIfAborted();
        if (storeFailure(error) !== undefined) throw error;
        if (!(error instanceof WorkerFailed || error instanceof ContentUnreadable)) throw error;
        if (mayRetry && error instanceof WorkerFailed && error.mayBeInnocent) continue;
        // Keep the parts that were found. Those of the former content must go.
        await parts.finish();
        return this.#failed(resource, error.message);
      } finally {
        allowance.release();
      }
    }
  }

  async #readOnce(
    resource: StoredResource,
    { parts, allowance }: { readonly parts: PartWriter; readonly allowance: PartAllowance },
    signal: AbortSignal,
  ): Promise<ReadText> {
    const known = this.#withoutContent(resource);
    if (known) return known;
    const { size, contentType } = resource;
    const file = {
      ...{ name: fileNameOf(resource), contentType, size },
      budget: allowance.left,
      chunks: this.#chunks(resource),
    };
    const read = await this.#deps.pool.read(file, (part) => parts.store(part), signal);
    return allowance.isExceeded ? { ...read, exception: read.exception ?? 'Large' } : read;
  }

  /** Yields the content. Lets the server answer requests between chunks. @throws ContentUnreadable */
  async *#chunks({ contentId = 0, size }: StoredResource): AsyncGenerator<Uint8Array> {
    const { contents, turns } = this.#deps;
    let left = size;
    try {
      for (const chunk of contents.bytes(contentId, 0, size)) {
        left -= chunk.length;
        yield chunk;
        await turns.forBackground();
      }
    } catch (error) {
      throw new ContentUnreadable(`the stored content can’t be read (${failureText(error)})`);
    }
    if (left !== 0) throw new ContentUnreadable('the stored content is incomplete');
  }

  #failed({ originKey }: StoredResource, reason: string): ReadText {
    this.#deps.log(`${originKey}: ${reason}`);
    return { text: '', exception: hasError };
  }
}
