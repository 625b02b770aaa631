import * as vscode from 'vscode';
import { workspaceOf } from '../../model/datasources/grouping.ts';
import {
  accountLabel,
  accountName,
  connectionDistinction,
  type Connection,
} from '../../model/accounts/connection.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { HitReference, SearchHost, SearchProblem, SearchScope } from '../../model/search/searchHost.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import { lastSegment, nodePath, type NodePath } from '../../onna/address.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { FrontsearchRequest, SearchResults } from '../../onna/wire/search.ts';
import { openText } from '../commands/resourceCommands.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import { describeError } from '../text/errorText.ts';
import { inform } from '../text/messages.ts';
import { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import type { Services } from '../services.ts';
import { revealResource } from '../tree/revealResource.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import type { SearchQuestion } from '../../model/search/searchRequest.ts';
import type { SearchStart } from '../../model/search/searchStart.ts';
import { exportHits } from './exportHits.ts';

/** The id of a scope: `<connection>` or `<connection>/<Datasource>`. */
export function scopeId(connectionId: string, datasourceId?: string): string {
  return datasourceId === undefined ? connectionId : `${connectionId}/${datasourceId}`;
}

/** The connection of a {@link scopeId}. */
export function connectionOf(id: string): string {
  return id.split('/', 1)[0] ?? '';
}

/** Implements {@link SearchHost} with the client, the store and the tree. */
export class OnnaSearchHost extends Owner implements SearchHost {
  readonly #services: Services;
  readonly #documents: OnnaDocuments;
  readonly #tree: TreeViewController;
  readonly #notifier: Notifier;
  readonly #save: SearchHost['saveSearch'];
  readonly #changes = this.register(new Emitter<unknown>());
  readonly onDidChangeScopes = this.#changes.event;

  /** @param save Saves a search under a name that the user chooses. */
  constructor(
    services: Services,
    documents: OnnaDocuments,
    tree: TreeViewController,
    save: SearchHost['saveSearch'],
  ) {
    super();
    this.#save = save;
    this.#notifier = new Notifier(services.log);
    this.#services = services;
    this.#documents = documents;
    this.#tree = tree;
    this.register(
      services.store.onDidChange(({ added, removed, regrouped, state }) => {
        if (state || regrouped || added.length > 0 || removed.length > 0) this.#changes.fire(undefined);
      }),
    );
  }

  scopes(): readonly SearchScope[] {
    const snapshots = this.#services.store.connections();
    const connections = snapshots.map(({ connection }) => connection);
    return snapshots.flatMap((snapshot) => [
      accountScope(snapshot, connections),
      ...datasourceScopes(snapshot, connections),
    ]);
  }

  async search(scope: SearchScope, request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults> {
    const client = await this.#services.client(scope.connectionId);
    return client.search(this.#contextOf(scope), request, signal);
  }

  async open(scope: SearchScope, hit: HitReference): Promise<void> {
    const path = this.#pathOf(scope, hit);
    if (path === undefined) return;
    // Use the same title as in the tree, so that a document has only one tab.
    const title = hit.title === lastSegment(path) ? undefined : hit.title;
    await openText(this.#documents, scope.connectionId, { path, title });
  }

  async reveal(scope: SearchScope, hit: HitReference): Promise<void> {
    const path = this.#pathOf(scope, hit);
    if (path === undefined) return;
    await revealResource(this.#tree, scope.connectionId, { path, title: hit.title });
  }

  describeError(error: unknown, about: 'search' | 'hit'): SearchProblem {
    return {
      sentence: describeError(error, about === 'search' ? 'search' : 'other'),
      isOffline: isOnnaError(error, 'unreachable', 'timeout', 'proxy'),
    };
  }

  datasources(connectionId: string): ReturnType<SearchHost['datasources']> {
    const datasources = this.#services.store.get(connectionId)?.datasources.values() ?? [];
    return [...datasources].map(({ id, title, type }) => ({ uid: id, title, type }));
  }

  async suggestions(scope: SearchScope, term: string, signal: AbortSignal): Promise<readonly string[]> {
    const { inBackground } = await this.#services.client(scope.connectionId);
    return inBackground.suggestions(this.#contextOf(scope), term, signal);
  }

  async searchableFields({ connectionId }: SearchScope, signal: AbortSignal): Promise<readonly string[]> {
    const { inBackground } = await this.#services.client(connectionId);
    return inBackground.searchableFields(signal);
  }

  async exportHits(scope: SearchScope, question: SearchQuestion): Promise<void> {
    await exportHits(
      { notifier: this.#notifier, search: (request, signal) => this.search(scope, request, signal) },
      scope.label,
      question,
    );
  }

  async saveSearch(scope: SearchScope, start: SearchStart): Promise<void> {
    await this.#save(scope, start);
  }

  showLog(): void {
    this.#services.log.show();
  }

  #contextOf(scope: SearchScope): NodePath {
    const datasourceId = scope.id.slice(scope.connectionId.length + 1);
    if (datasourceId === '') return '';
    const datasource = this.#services.store.find(scope.connectionId, datasourceId);
    // The Datasource was removed after the scope was chosen.
    if (!datasource) throw new OnnaError({ kind: 'notFound' });
    return datasource.path;
  }

  #pathOf(scope: SearchScope, hit: HitReference): NodePath | undefined {
    const snapshot = this.#services.store.get(scope.connectionId);
    const datasources = [...(snapshot?.datasources.values() ?? [])];
    const path =
      snapshot &&
      nodePath(snapshot.connection, hit.id, (possible) =>
        datasources.some((datasource) => `${possible}/`.startsWith(`${datasource.path}/`)),
      );
    if (path === undefined) inform(vscode.l10n.t('“{0}” does not belong to a signed-in account.', hit.title));
    return path;
  }
}

function accountScope({ connection }: ConnectionSnapshot, all: readonly Connection[]): SearchScope {
  const distinction = connectionDistinction(connection, all);
  return {
    id: scopeId(connection.id),
    connectionId: connection.id,
    kind: 'account',
    label: accountName(connection, all),
    description: distinction === undefined ? connection.user : `${connection.user} · ${distinction}`,
  };
}

function datasourceScopes(snapshot: ConnectionSnapshot, all: readonly Connection[]): SearchScope[] {
  const { connection, workspaces } = snapshot;
  const label = accountLabel(connection, all);
  return [...snapshot.datasources.values()].map((datasource) => {
    const { path } = workspaceOf(connection, datasource);
    return {
      id: scopeId(connection.id, datasource.id),
      connectionId: connection.id,
      kind: 'datasource',
      label: nodeName(datasource),
      description: `${nodeName({ title: workspaces.get(path), path })} · ${label}`,
    };
  });
}
