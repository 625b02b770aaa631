import { open } from 'node:fs/promises';
import type { ContentReference } from '../store/contents.ts';
import { contentTypeOf, extensionOf, resourcePath } from '../store/naming.ts';
import { uploadedNameField } from '../store/storedResource.ts';
import type { Upload, UploadStore } from './uploadStore.ts';
import type { Stores } from '../store/stores.ts';

interface ReceiverDeps extends Pick<
  Stores,
  'database' | 'settings' | 'timestamps' | 'trail' | 'nodes' | 'datasources' | 'resources' | 'contents'
> {
  readonly uploads: UploadStore;
  /** Called after Resources have been queued for the pipeline. */
  readonly onReceived: () => void;
}

/**
 * Creates Resources from complete uploads. If a Resource with the same name exists, it gets the new content.
 */
export class UploadReceiver {
  readonly #deps: ReceiverDeps;

  constructor(deps: ReceiverDeps) {
    this.#deps = deps;
  }

  /**
   * Stores the Resource, reports its Datasource as changed, and ends the upload, in one transaction.
   * @param login The user who sent the last part.
   * @returns The Resource's path below its Datasource, or undefined if the Datasource has been removed.
   */
  async receive(upload: Upload, login: string | undefined): Promise<string | undefined> {
    const { database, datasources, contents, settings, uploads, onReceived } = this.#deps;
    const handle = await open(uploads.path(upload), 'r');
    let path: string | undefined;
    try {
      const { size } = await handle.stat();
      const content = await contents.read(handle, size, new AbortController().signal);
      path = database.transaction(() => {
        if (!datasources.byId(upload.nodeId)) return undefined;
        const stored = this.#store(upload, contents.keep(content), login);
        settings.remove(`upload:${upload.id}`);
        if (upload.resourceUid !== undefined) settings.remove(`uploadOf:${upload.resourceUid}`);
        this.#tellFilled(upload.nodeId, login);
        return stored;
      });
    } finally {
      await handle.close();
    }
    await uploads.remove(upload);
    onReceived();
    return path;
  }

  /**
   * Sets the status of a folder Datasource without an origin to `synced` after an upload. The status of all other
   * Datasources depends on their runs.
   */
  #tellFilled(nodeId: number, login: string | undefined): void {
    const { nodes, datasources, timestamps } = this.#deps;
    const state = datasources.byId(nodeId);
    const isFilledByUploads =
      state?.origin === undefined && ['created', 'synced'].includes(state?.syncStatus ?? '');
    if (!isFilledByUploads) {
      nodes.touch(nodeId);
      return;
    }
    datasources.update(nodeId, { syncStatus: 'synced', lastSync: timestamps.now() }, { login });
  }

  #store(
    { nodeId, fileName, folder, newName, contentType }: Upload,
    content: ContentReference,
    login: string | undefined,
  ): string {
    const { nodes, datasources, resources, contents, timestamps, trail } = this.#deps;
    const originKey = folder ? `${folder.originKey}/${fileName}` : fileName;
    const known = resources.byOriginKey(nodeId, originKey);
    const now = timestamps.now();
    const collected = {
      datasourceId: nodeId,
      path: known?.path ?? resourcePath(originKey, (path) => resources.hasPath(nodeId, path), folder?.path),
      originKey,
      title: originKey.slice(originKey.lastIndexOf('/') + 1),
      extension: extensionOf(newName ?? fileName),
      contentType: contentType ?? contentTypeOf(newName ?? fileName),
      size: content.size,
      contentId: content.id,
      originModified: now,
      originException: undefined,
      seenRun: datasources.byId(nodeId)?.run ?? 0,
    };
    const { uid } = known ?? resources.insert(collected, now);
    if (known) {
      resources.replace(known.id, collected, now);
      if (newName !== undefined)
        resources.edit(known.id, undefined, { ...known.fields, [uploadedNameField]: newName });
      if (known.contentId !== undefined && known.contentId !== content.id) contents.release(known.contentId);
    }
    const file = { login, nodeId, uid };
    const path = `${nodes.byId(nodeId)?.path ?? ''}/${collected.path}`;
    trail.add({ ...file, log: 'audit', action: 'upload', path, detail: { size: content.size } });
    trail.add({ ...file, log: 'collection', action: known ? 'changed' : 'added', path: originKey });
    return collected.path;
  }
}
