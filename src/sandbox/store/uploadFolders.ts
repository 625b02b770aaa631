import * as v from 'valibot';
import type { Settings } from './settings.ts';

const folderSchema = v.object({ originKey: v.string() });

/** A folder inside a folder Datasource. Clients create it to keep the structure of the files that they upload. */
export interface UploadFolder {
  /** Path below the Datasource: ids, joined by `/`. */
  readonly path: string;
  /** The titles of the folder and of the folders that contain it, joined by `/`. */
  readonly originKey: string;
}

/** Stores the folders inside folder Datasources. */
export class UploadFolders {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  byPath(nodeId: number, path: string): UploadFolder | undefined {
    const stored = this.#settings.get(keyOf(nodeId, path));
    return stored === undefined ? undefined : { path, ...v.parse(folderSchema, JSON.parse(stored)) };
  }

  /** @returns Undefined if the folder already exists. */
  add(
    nodeId: number,
    parent: UploadFolder | undefined,
    { id, title }: { readonly id: string; readonly title: string },
  ): UploadFolder | undefined {
    const path = parent ? `${parent.path}/${id}` : id;
    if (this.byPath(nodeId, path)) return undefined;
    // Replace slashes, because a slash in a title would look like another folder.
    const name = title.replaceAll('/', '_');
    const originKey = parent ? `${parent.originKey}/${name}` : name;
    this.#settings.set(keyOf(nodeId, path), JSON.stringify({ originKey }));
    return { path, originKey };
  }
}

function keyOf(nodeId: number, path: string): string {
  return `folder:${nodeId}:${path}`;
}
