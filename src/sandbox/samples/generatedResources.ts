import { setImmediate } from 'node:timers/promises';
import { Serializer } from '../content/serializer.ts';
import type { NodeReference, SandboxHandle } from '../sandboxHandle.ts';
import type { IndexedResource } from '../store/searchIndex.ts';
import { smallContent } from '../store/contents.ts';
import type { ContentReference } from '../store/contents.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Micros } from '../store/timestamps.ts';
import { folderId } from '../store/naming.ts';
import { berthSlip } from './prose.ts';
import type { Stores } from '../store/stores.ts';

/** Number of Resources per transaction. One transaction blocks all requests for about 100 ms. */
const batchSize = 5000;

/** Number of Resources per folder. */
const folderSize = 500;

/** Modification date of the first generated file. Each file is three minutes newer than the one before it. */
const firstModified: Micros = Date.UTC(2020, 0, 1) * 1000;
const modifiedStep: Micros = 180_000_000;

/** The exception of generated Resources. */
const exception = 'Download Error';

/**
 * Creates a Datasource with `count` small generated texts. No folder contains these texts. Clients can list,
 * search and download them like collected files. Continues where an earlier call stopped.
 * @param onProgress Called after each batch with the number of Resources so far.
 * @param exceptions Number of Resources, counted from the first, that have an exception, and an entry in the collection
 * log.
 * @throws The signal's reason. The next call continues where this one stopped.
 */
export async function generateResources(
  sandbox: SandboxHandle,
  count: number,
  onProgress: (done: number) => void = () => undefined,
  signal?: AbortSignal,
  exceptions = 0,
): Promise<NodeReference> {
  const { stores } = sandbox;
  const { nodes, datasources, timestamps } = stores;
  const parent = sandbox.find('/workspaces', 'Generated') ?? sandbox.addWorkspace('Generated', 'generated');
  const title = 'Berth slips';
  const reference =
    sandbox.find(parent.path, title) ??
    sandbox.addDatasource({ parent: parent.path, title, id: 'berth-slips', type: 's3', sync: 'one' });
  const node = nodes.byPath(reference.path);
  if (!node) throw new Error(`there is no node at ${reference.path}`);
  const serializer = new Serializer(stores);
  const kept = new Map<string, ContentReference>();
  for (let done = datasources.byId(node.id)?.docCount ?? 0; done < count;) {
    const end = Math.min(count, done + batchSize);
    storeBatch({ ...stores, serializer }, node, { start: done, end, kept, exceptions });
    done = end;
    onProgress(done);
    await setImmediate();
    signal?.throwIfAborted();
  }
  datasources.update(node.id, { syncStatus: 'synced', lastSync: timestamps.now() });
  return reference;
}

/**
 * Stores one batch in one transaction. `kept` contains the stored contents by text, so that no text is hashed twice.
 */
function storeBatch(
  stores: Stores & { readonly serializer: Serializer },
  node: StoredNode,
  {
    start,
    end,
    kept,
    exceptions,
  }: { start: number; end: number; kept: Map<string, ContentReference>; exceptions: number },
): void {
  const { database, nodes, resources, contents, index, serializer, timestamps, trail } = stores;
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
          ...{ originException: number < exceptions ? exception : undefined, seenRun: 0 },
        },
        now,
        'processed',
      );
      if (number < exceptions)
        trail.add({
          ...{ log: 'collection', action: 'unreadable', outcome: 'Error', detail: { error: exception } },
          ...{ nodeId: node.id, uid: resource.uid, path: `${folder}/${title}` },
        });
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
