import { createHash } from 'node:crypto';
import type { NodePath } from '../../onna/address.ts';
import type { ContentClient } from '../../onna/contentClient.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { FolderRefused } from './folderRefused.ts';

/** Names that are valid as an id (docs/onna-api.md §4). */
const validId = /^(?!\.{1,2}$)[0-9A-Za-z.\-$^()+ =][0-9A-Za-z.\-_@$^()+ =]{0,120}$/;

/** The id of a folder. Always the same for the same name, so that a folder that exists is found again. */
export function folderIdOf(name: string): string {
  if (validId.test(name) && name.trim() === name) return name;
  const stem = name
    .normalize('NFKD')
    .replaceAll(/[^0-9A-Za-z]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${stem || 'folder'}-${suffix}`;
}

/** Creates each folder of an upload once, after its parent. */
export class UploadFolders {
  readonly #content: ContentClient;
  readonly #root: NodePath;
  readonly #signal: AbortSignal;
  readonly #made = new Map<string, Promise<NodePath>>();

  /** @param root The path of the Datasource */
  constructor(content: ContentClient, root: NodePath, signal: AbortSignal) {
    this.#content = content;
    this.#root = root;
    this.#signal = signal;
  }

  /**
   * The path of a folder, which exists when the promise resolves. Concurrent calls share the requests.
   * @throws FolderRefused, OnnaError
   */
  path(folder: readonly string[]): Promise<NodePath> {
    if (folder.length === 0) return Promise.resolve(this.#root);
    const key = folder.join('\0');
    let made = this.#made.get(key);
    if (!made) {
      made = this.#make(folder);
      this.#made.set(key, made);
    }
    return made;
  }

  async #make(folder: readonly string[]): Promise<NodePath> {
    const parent = await this.path(folder.slice(0, -1));
    const title = folder.at(-1) ?? '';
    const id = folderIdOf(title);
    try {
      const made = await this.#content.create(parent, { '@type': 'Folder', id, title }, this.#signal);
      return made ?? `${parent}/${id}`;
    } catch (error) {
      // The folder already exists.
      if (isOnnaError(error, 'duplicateId')) return `${parent}/${id}`;
      // The type of these folders is not documented (docs/onna-api.md §4), so the service may not know it.
      if (isOnnaError(error, 'invalid', 'notFound', 'unexpectedStatus'))
        throw new FolderRefused(title, error);
      throw error;
    }
  }
}
