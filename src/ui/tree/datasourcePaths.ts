import type * as vscode from 'vscode';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import { parentPath, type NodePath } from '../../onna/address.ts';
import { parseUri } from '../documents/uris.ts';

/** A Datasource and the account that it belongs to. */
export interface FoundDatasource {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

type ByPath = ReadonlyMap<NodePath, Datasource>;

/** Finds the Datasource of a row's URI. Uses two map look-ups, because scrolling causes requests for many URIs. */
export class DatasourcePaths {
  readonly #store: DatasourceStore;
  /**
   * Indexes by path. The key is the `datasources` map of a snapshot: every change of the Datasources creates
   * a new map.
   */
  readonly #indexes = new WeakMap<ReadonlyMap<string, Datasource>, ByPath>();

  constructor(store: DatasourceStore) {
    this.#store = store;
  }

  /** @returns Undefined if the URI is not the row of a known Datasource. */
  find(uri: vscode.Uri): FoundDatasource | undefined {
    const row = parseUri(uri);
    if (row?.kind !== 'row') return undefined;
    const { connectionId, path } = row;
    const datasources = this.#store.get(connectionId)?.datasources;
    const datasource = datasources && this.#byPath(datasources).get(path);
    return datasource && { connectionId, datasource };
  }

  /** Finds the Datasource that contains the Resource of a row's URI, and the path of the Resource. */
  findAbove(uri: vscode.Uri): (FoundDatasource & { readonly path: NodePath }) | undefined {
    const row = parseUri(uri);
    const datasources = row?.kind === 'row' ? this.#store.get(row.connectionId)?.datasources : undefined;
    if (!row || !datasources) return undefined;
    const { connectionId, path } = row;
    const byPath = this.#byPath(datasources);
    for (let parent = parentPath(path); parent !== ''; parent = parentPath(parent)) {
      const datasource = byPath.get(parent);
      if (datasource) return { connectionId, datasource, path };
    }
    return undefined;
  }

  #byPath(datasources: ReadonlyMap<string, Datasource>): ByPath {
    let index = this.#indexes.get(datasources);
    if (!index) {
      index = new Map([...datasources.values()].map((entry) => [entry.path, entry]));
      this.#indexes.set(datasources, index);
    }
    return index;
  }
}
