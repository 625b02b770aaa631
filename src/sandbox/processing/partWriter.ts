import type { Turns } from '../base/turns.ts';
import type { Part } from '../extraction/extraction.ts';
import type { ContentReference } from '../store/contents.ts';
import { contentTypeOf, extensionOf, folderId, resourcePath } from '../store/naming.ts';
import type { StoredResource } from '../store/storedResource.ts';
import type { Stores } from '../store/stores.ts';
import { fileDate } from '../store/timestamps.ts';
import { removeResources } from '../sync/removeResources.ts';
import type { PartAllowance } from './partAllowances.ts';
import { numberedName, partName } from './partName.ts';

/** Maximum number of former parts removed per transaction, without the parts in them. */
const maxRemovedAtOnce = 20;

/** Matches content types that may be sent to a browser as they are. */
const plainContentType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

/** Dependencies of {@link PartWriter}. */
export interface PartWriterDeps extends Pick<
  Stores,
  'database' | 'timestamps' | 'nodes' | 'resources' | 'parts' | 'contents' | 'index'
> {
  readonly turns: Turns;
}

function contentTypeOfPart({ contentType }: Part, name: string): string {
  const stated = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return plainContentType.test(stated) && stated !== 'application/octet-stream'
    ? stated
    : contentTypeOf(name);
}

/**
 * Stores the parts that a reader finds in a file, each as a queued Resource below the Resource of the file. Each part has
 * its own transaction. If the sandbox is killed meanwhile, the file is still queued, and the next reading finds the
 * same names: those parts keep their Resources and uids.
 */
export class PartWriter {
  readonly #deps: PartWriterDeps;
  readonly #parent: StoredResource;
  readonly #allowance: PartAllowance;
  readonly #signal: AbortSignal;
  /** Ids of the parts that this reading found. */
  readonly #found = new Set<number>();
  /** Number of parts so far, by name. */
  readonly #names = new Map<string, number>();
  #isChanged = false;

  constructor(
    deps: PartWriterDeps,
    parent: StoredResource,
    { allowance, signal }: { readonly allowance: PartAllowance; readonly signal: AbortSignal },
  ) {
    this.#deps = deps;
    this.#parent = parent;
    this.#allowance = allowance;
    this.#signal = signal;
  }

  /**
   * Stores a part. Returns false if the file was removed or changed, so that its other parts are not needed, or if it can
   * have no more parts.
   */
  async store(part: Part): Promise<boolean> {
    const { contents, database } = this.#deps;
    if (!this.#allowance.take(part.bytes.length)) return false;
    const plain = partName(part.name, `Part ${this.#found.size + 1}`);
    const number = (this.#names.get(plain) ?? 0) + 1;
    this.#names.set(plain, number);
    const name = numberedName(plain, number);
    const content =
      part.exception === undefined ? await contents.readBytes(part.bytes, this.#signal) : undefined;
    try {
      const isStored = database.transaction(() => {
        if (this.#isObsolete()) return false;
        this.#storeOne(part, name, content && contents.keep(content));
        return true;
      });
      if (!isStored && content) contents.discard(content);
      return isStored;
    } catch (error) {
      if (content) contents.discard(content);
      throw error;
    }
  }

  /** Removes the parts that an earlier reading found, but this one did not. Call it after the last part. */
  async finish(): Promise<void> {
    const { database, nodes, resources, parts, turns } = this.#deps;
    const gone = parts.idsOf(this.#parent.id).filter((id) => !this.#found.has(id));
    for (let from = 0; from < gone.length; from += maxRemovedAtOnce) {
      this.#signal.throwIfAborted();
      database.transaction(() => {
        if (this.#isObsolete()) return;
        removeResources(this.#deps, [...resources.byIds(gone.slice(from, from + maxRemovedAtOnce)).values()]);
        this.#isChanged = true;
      });
      await turns.forBackground();
    }
    // Report the new number of Resources in the feed.
    if (this.#isChanged && nodes.byId(this.#parent.datasourceId)) nodes.touch(this.#parent.datasourceId);
  }

  #isObsolete(): boolean {
    const { id, contentId } = this.#parent;
    const current = this.#deps.resources.byIds([id]).get(id);
    return current === undefined || current.contentId !== contentId;
  }

  #storeOne(part: Part, name: string, content: ContentReference | undefined): void {
    const { resources, contents, timestamps } = this.#deps;
    const { datasourceId, id, path, originKey: parentKey, originModified, seenRun } = this.#parent;
    const originKey = `${parentKey}//${name}`;
    const known = resources.byOriginKey(datasourceId, originKey);
    const folder = name.includes('/') ? `/${folderId(name.slice(0, name.lastIndexOf('/')))}` : '';
    const collected = {
      ...{ datasourceId, parentId: id, originKey, seenRun },
      path:
        known?.path ??
        resourcePath(name, (wanted) => resources.hasPath(datasourceId, wanted), `${path}${folder}`),
      title: name.slice(name.lastIndexOf('/') + 1),
      extension: extensionOf(name),
      contentType: contentTypeOfPart(part, name),
      size: content?.size ?? 0,
      contentId: content?.id,
      originModified: part.modified === undefined ? originModified : fileDate(part.modified),
      originException: part.exception,
    };
    if (!known) {
      this.#found.add(resources.insert(collected, timestamps.now()).id);
      this.#isChanged = true;
      return;
    }
    this.#found.add(known.id);
    if (known.contentId === content?.id && known.originException === part.exception) return;
    resources.replace(known.id, collected, timestamps.now());
    if (known.contentId !== undefined && known.contentId !== content?.id) contents.release(known.contentId);
  }
}
