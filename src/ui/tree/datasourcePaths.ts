import type * as vscode from 'vscode';
import type { Datasource } from '../../model/datasource.ts';
import type { DatasourceStore } from '../../model/store.ts';
import type { NodePath } from '../../onna/address.ts';
import { parseUri } from '../uris.ts';

/** A Datasource and the account it belongs to. */
export interface FoundDatasource {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

interface PathIndex {
  /** The snapshot that was indexed. */
  readonly of: ReadonlyMap<string, Datasource>;
  readonly paths: ReadonlyMap<NodePath, Datasource>;
}

/** Finds the Datasource of a row's URI with two map look-ups: VS Code asks for many URIs while the user scrolls. */
export class DatasourcePaths {
  readonly #store: DatasourceStore;
  /** By connection. */
  readonly #indexes = new Map<string, PathIndex>();

  constructor(store: DatasourceStore) {
    this.#store = store;
  }

  /** @returns Undefined for a URI that is not the row of a known Datasource. */
  find(uri: vscode.Uri): FoundDatasource | undefined {
    const row = parseUri(uri);
    if (row?.kind !== 'row') return undefined;
    const { connectionId, path } = row;
    const datasource = this.#index(connectionId)?.get(path);
    return datasource && { connectionId, datasource };
  }

  #index(connectionId: string): PathIndex['paths'] | undefined {
    const datasources = this.#store.get(connectionId)?.datasources;
    if (!datasources) {
      this.#indexes.delete(connectionId);
      return undefined;
    }
    let index = this.#indexes.get(connectionId);
    if (index?.of !== datasources) {
      const paths = new Map([...datasources.values()].map((entry) => [entry.path, entry]));
      index = { of: datasources, paths };
      this.#indexes.set(connectionId, index);
    }
    return index.paths;
  }
}
