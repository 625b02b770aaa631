import { setImmediate } from 'node:timers/promises';
import type { Serializer } from '../content/serializer.ts';
import type { IndexedResource, SearchIndex } from '../store/searchIndex.ts';
import { smallContent } from '../store/contents.ts';
import type { ContentReference, ContentStore } from '../store/contents.ts';
import type { Database } from '../store/database.ts';
import type { DatasourceStore } from '../store/datasources.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import type { ResourceStore } from '../store/resources.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import { folderId } from '../store/naming.ts';
import { berthSlip } from './prose.ts';

/** Resources that are stored at a time: the longest that nothing else is answered, some 100 ms. */
const batchSize = 5000;

/** Resources of one folder. */
const folderSize = 500;

/** Dates of the made-up files: one every three minutes. */
const firstModified: Micros = Date.UTC(2020, 0, 1) * 1000;
const modifiedStep: Micros = 180_000_000;

interface GeneratorParts {
  readonly database: Database;
  readonly nodes: NodeStore;
  readonly datasources: DatasourceStore;
  readonly resources: ResourceStore;
  readonly contents: ContentStore;
  readonly index: SearchIndex;
  readonly serializer: Serializer;
  readonly timestamps: Timestamps;
}

/**
 * Fills a Datasource with small texts that no folder has, as if they were collected and processed: listed,
 * searched and downloaded as any others are. A batch is one transaction, and the number that is there tells where
 * to go on after a stop.
 */
export class Generator {
  readonly #parts: GeneratorParts;

  constructor(parts: GeneratorParts) {
    this.#parts = parts;
  }

  /**
   * @param onProgress Told after each batch how many there are.
   * @throws The signal's reason
   */
  async fill(
    node: StoredNode,
    count: number,
    onProgress: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { datasources, timestamps } = this.#parts;
    const kept = new Map<string, ContentReference>();
    for (let done = datasources.byId(node.id)?.docCount ?? 0; done < count;) {
      const end = Math.min(count, done + batchSize);
      this.#store(node, done, end, kept);
      done = end;
      onProgress(done);
      await setImmediate();
      signal?.throwIfAborted();
    }
    datasources.update(node.id, { syncStatus: 'synced', lastSync: timestamps.now() });
  }

  /** @param kept Contents by their text, so that none is hashed twice. */
  #store(node: StoredNode, start: number, end: number, kept: Map<string, ContentReference>): void {
    const { database, nodes, resources, contents, index, serializer, timestamps } = this.#parts;
    const now = timestamps.now();
    database.transaction(() => {
      const found: IndexedResource[] = [];
      let folder = '';
      let folderPath = '';
      for (let number = start; number < end; number++) {
        if (folder === '' || number % folderSize === 0) {
          folder = `slips ${String(Math.floor(number / folderSize)).padStart(5, '0')}`;
          folderPath = folderId(folder);
        }
        const [name, text] = berthSlip(number);
        const content = kept.get(text) ?? contents.keep(smallContent(Buffer.from(text)));
        kept.set(text, content);
        const title = `${name}.txt`;
        const resource = resources.insert(
          {
            datasourceId: node.id,
            path: `${folderPath}/${title}`,
            originKey: `${folder}/${title}`,
            title,
            ...{ extension: 'txt', contentType: 'text/plain', size: content.size, contentId: content.id },
            originModified: firstModified + number * modifiedStep,
            ...{ originException: undefined, seenRun: 0 },
          },
          now,
          'processed',
        );
        const { metadata, origin } = serializer.resourceFields(resource, content.md5);
        found.push({
          ...resource,
          dateModified: resource.originModified,
          ...{ datasource: node, fields: { ...metadata, ...origin }, text },
        });
      }
      index.putResources(found);
      nodes.touch(node.id);
    });
  }
}
