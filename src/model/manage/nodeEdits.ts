import type { Clock } from '../../base/clock.ts';
import { lastSegmentOf, type NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { NewContent } from '../../onna/contentClient.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { Fields } from '../../onna/wire/fields.ts';
import { readFavorite } from '../../onna/wire/node.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { DatasourceStore } from '../datasources/datasourceStore.ts';
import type { SyncType } from '../datasources/syncStatus.ts';

/** Dependencies of the classes that change nodes. */
export interface ManageContext {
  readonly store: DatasourceStore;
  readonly clock: Clock;
  readonly client: (connectionId: string) => Promise<OnnaClient>;
  /** Polls the connection sooner and, if `datasourceId` is given, reads that Datasource first. */
  readonly acted: (connectionId: string, datasourceId?: string) => void;
  /** Drops the cached permissions, after they may have changed. */
  readonly forgetPermissions: (connectionId: string) => void;
}

/** The result of changing a node. */
export interface EditResult {
  /** The fields that the service accepted with the request but did not change (docs/onna-api.md §4). */
  readonly ignored: readonly string[];
  /** Whether the result could be read. If not, the next poll shows it. */
  readonly isVerified: boolean;
}

/** The result of creating a node. */
export interface CreationResult extends EditResult {
  /** Undefined if the service did not say where the new object is. The next poll shows it. */
  readonly path: NodePath | undefined;
  /** The uid of the new object, or its path if it has none. */
  readonly id: string | undefined;
}

/** The failures after which the service may have carried out the request anyway. */
const uncertain = ['timeout', 'unreachable', 'serverError', 'decode', 'tooLarge'] as const;
/** The failures that show that the known permissions or nodes are out of date. */
const outdated = ['noPermission', 'notFound'] as const;

/**
 * Creates, renames, configures and moves Workspaces and Datasources. A change is shown at once, and rolled
 * back if the service refuses it. Each request is sent once. The node is then read, because the service
 * confirms even changes that it ignores.
 */
export class NodeEdits {
  readonly #context: ManageContext;

  constructor(context: ManageContext) {
    this.#context = context;
  }

  /** Creates a Workspace or a Datasource. @throws OnnaError */
  async create(
    connectionId: string,
    parent: NodePath,
    content: NewContent,
    signal?: AbortSignal,
  ): Promise<CreationResult> {
    let id: string | undefined;
    let path: NodePath | undefined;
    const result = await this.#edit({
      connectionId,
      datasourceId: undefined,
      rollBack: () => undefined,
      act: async (client) => {
        path = await client.content.create(parent, content, signal);
        return path;
      },
      ignoredIn: (fields) => ignoredFields(content, fields, 'created'),
      done: (uid, at) => (id = uid ?? at),
      signal,
    });
    return { ...result, path, id };
  }

  /** Changes the title of a Datasource. @throws OnnaError */
  rename(
    connectionId: string,
    datasource: Datasource,
    title: string,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    return this.#patch(connectionId, datasource, { title }, { title }, signal);
  }

  /** Changes the title of a Workspace. @throws OnnaError */
  renameWorkspace(
    connectionId: string,
    path: NodePath,
    title: string,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    return this.#edit({
      connectionId,
      datasourceId: undefined,
      rollBack: this.#context.store.expectWorkspaceTitle(connectionId, path, title),
      act: async (client) => {
        await client.content.change(path, { title }, signal);
        return path;
      },
      ignoredIn: (fields) => ignoredFields({ title }, fields),
      signal,
    });
  }

  /** @throws OnnaError */
  changeSyncType(
    connectionId: string,
    datasource: Datasource,
    syncType: SyncType,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    return this.#patch(connectionId, datasource, { type_sync: syncType }, { syncType }, signal);
  }

  /**
   * Sets the source of a `created` Datasource and starts its first sync.
   * @param source The fields that describe the source. Empty for types that need none.
   * @throws OnnaError
   */
  configure(
    connectionId: string,
    datasource: Datasource,
    source: Fields,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    const fields = { ...source, sync_status: 'pending' };
    return this.#patch(connectionId, datasource, fields, { status: 'pending' }, signal);
  }

  /**
   * Accepts an invitation to share a Datasource. Onna does not document a request for this. The client writes
   * the status, as it does after creating a Datasource (docs/onna-api.md §4 and §11).
   * @throws OnnaError
   */
  accept(connectionId: string, datasource: Datasource, signal?: AbortSignal): Promise<EditResult> {
    return this.#patch(connectionId, datasource, { sync_status: 'pending' }, { status: 'pending' }, signal);
  }

  /**
   * Moves a Datasource to a Workspace or to a user's folder. The last path segment stays the same.
   * @throws OnnaError
   */
  move(
    connectionId: string,
    datasource: Datasource,
    destination: NodePath,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    const { store, clock } = this.#context;
    const { id, path } = datasource;
    return this.#edit({
      connectionId,
      datasourceId: id,
      rollBack: store.expectChange(connectionId, id, { parent: destination }),
      act: async (client) => {
        await client.content.move(path, destination, signal);
        // Without a uid, the Datasource would be listed in both places.
        if (id === path) store.remove(connectionId, path, clock.now());
        return `${destination}/${lastSegmentOf(path)}`;
      },
      ignoredIn: () => [],
      signal,
    });
  }

  /** Marks a Datasource as a favorite of the user, or removes the mark. @throws OnnaError */
  setFavorite(
    connectionId: string,
    { id, path }: Datasource,
    favorite: boolean,
    signal?: AbortSignal,
  ): Promise<EditResult> {
    return this.#edit({
      connectionId,
      datasourceId: id,
      rollBack: this.#context.store.expectChange(connectionId, id, { favorite }),
      act: async (client) => {
        await client.content.setFavorite(path, favorite, signal);
        return path;
      },
      ignoredIn: (fields) => ((readFavorite(fields) ?? favorite) === favorite ? [] : ['favorite']),
      signal,
    });
  }

  #patch(
    connectionId: string,
    { id, path, status }: Datasource,
    fields: Fields,
    expected: Parameters<DatasourceStore['expectChange']>[2],
    signal: AbortSignal | undefined,
  ): Promise<EditResult> {
    return this.#edit({
      connectionId,
      datasourceId: id,
      rollBack: this.#context.store.expectChange(connectionId, id, expected),
      act: async (client) => {
        await client.content.change(path, fields, signal);
        return path;
      },
      ignoredIn: (read) => ignoredFields(fields, read, status),
      signal,
    });
  }

  async #edit(edit: Edit): Promise<EditResult> {
    const { connectionId, datasourceId, rollBack, signal } = edit;
    const { store, clock, acted, forgetPermissions } = this.#context;
    let client: OnnaClient;
    let path: NodePath | undefined;
    try {
      client = await this.#context.client(connectionId);
      path = await edit.act(client);
    } catch (error) {
      rollBack();
      if (isOnnaError(error, ...outdated)) forgetPermissions(connectionId);
      if (isOnnaError(error, ...uncertain, ...outdated)) acted(connectionId, datasourceId);
      throw error;
    }
    try {
      if (path === undefined) return { ignored: [], isVerified: false };
      const { node, fields } = await client.content.read(path, signal);
      store.put(connectionId, node, clock.now());
      edit.done?.(node.uid, node.path);
      return { ignored: edit.ignoredIn(fields), isVerified: true };
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      // A poll reports only changes. If the service changed nothing, the expected state would stay on screen.
      rollBack();
      return { ignored: [], isVerified: false };
    } finally {
      acted(connectionId, datasourceId);
    }
  }
}

/** A request that changes a node, with the check of its result. */
interface Edit {
  readonly connectionId: string;
  readonly datasourceId: string | undefined;
  readonly rollBack: () => void;
  readonly signal: AbortSignal | undefined;
  /** @returns The path of the changed node. */
  act(client: OnnaClient): Promise<NodePath | undefined>;
  /**
   * The names of the sent fields that the service ignored.
   * @param fields The node's fields after the request.
   */
  ignoredIn(fields: Fields): readonly string[];
  done?(uid: string | undefined, path: NodePath): void;
}

/** Keys of a request that are instructions and not fields of the node. */
const instructions = ['@type', 'id'];

/**
 * The names of the sent fields that the service did not change.
 * @param statusBefore The status before the request. A sent status counts as ignored only if the node still
 * has this status, because the service may already have set a later one.
 */
function ignoredFields(sent: Fields, read: Fields, statusBefore?: string): readonly string[] {
  return Object.entries(sent)
    .filter(([name, value]) => {
      if (instructions.includes(name)) return false;
      const now = read[name];
      if (name === 'sync_status') return now === statusBefore && now !== value;
      if (typeof value === 'string' && typeof now === 'string') return value.trim() !== now.trim();
      return JSON.stringify(value) !== JSON.stringify(now);
    })
    .map(([name]) => name);
}
