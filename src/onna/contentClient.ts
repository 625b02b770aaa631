import { nodePath, nodeUrl, type AccountAddress, type NodePath } from './address.ts';
import { decoded, jsonOf, type Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { decodeDatasourceTypes, type DatasourceType } from './wire/datasourceTypes.ts';
import { asFields, type Fields } from './wire/fields.ts';
import { decodeNode, type WireNode } from './wire/node.ts';

/** The names of the permissions that the client requests (docs/onna-api.md §2 and §4). */
export type PermissionName =
  | 'guillotina.AddContent'
  | 'guillotina.ModifyContent'
  | 'guillotina.DeleteContent'
  | 'guillotina.MoveContent'
  | 'guillotina.SeePermissions'
  | 'guillotina.ChangePermissions'
  | 'onna.SendToSpyder';

/** A new object, in the form that POST accepts (docs/onna-api.md §4). */
export interface NewContent {
  readonly '@type': string;
  readonly title: string;
  readonly [field: string]: unknown;
}

/** A node, and all its fields as the service sends them. */
interface ReadContent {
  readonly node: WireNode;
  readonly fields: Fields;
}

/**
 * Creates, changes, moves and deletes Workspaces and Datasources (docs/onna-api.md §4). Each change is sent once.
 * Methods throw only OnnaError.
 */
export class ContentClient {
  readonly #address: AccountAddress;
  readonly #caller: Caller;

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /**
   * The path of the node with this UID (`@resolveuid`, docs/onna-api.md §2). The service answers with a redirect, which
   * is not followed.
   * @throws OnnaError `notFound` if the node does not exist or the user may not see it; `redirected` if the answer leads
   * out of the account
   */
  async resolveUid(uid: string, signal?: AbortSignal): Promise<NodePath> {
    const url = nodeUrl(this.#address, '', `@resolveuid/${encodeURIComponent(uid)}`);
    try {
      await this.#caller.call({ method: 'GET', url, signal, retry: true });
    } catch (error) {
      if (!isOnnaError(error) || error.failure.kind !== 'redirected') throw error;
      const { location } = error.failure;
      const path = location === undefined ? undefined : nodePath(this.#address, location);
      if (path !== undefined) return path;
      throw error;
    }
    const problem = 'the answer does not lead to a node of this account';
    throw new OnnaError({ kind: 'decode', what: 'UID', problem });
  }

  /**
   * Uses `@canido` to check which of the permissions the user has on a node. The result omits permissions
   * that are missing from the answer.
   */
  async permissions(
    path: NodePath,
    names: readonly PermissionName[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<PermissionName, boolean>> {
    const url = nodeUrl(this.#address, path, '@canido');
    url.searchParams.set('permissions', names.join(','));
    const json = await this.#caller.readJson({ method: 'GET', url, signal }, 'permissions');
    const fields = decoded(asFields(json), 'permissions');
    return new Map(
      names.flatMap((name) => {
        const granted = fields[name];
        return typeof granted === 'boolean' ? [[name, granted] as const] : [];
      }),
    );
  }

  /** The types of Datasources that may be created: `@datasourceTypes`, or `@enabledDSTypes` on an older service. */
  async datasourceTypes(signal?: AbortSignal): Promise<readonly DatasourceType[]> {
    try {
      return await this.#types('@datasourceTypes', signal);
    } catch (error) {
      if (!isOnnaError(error, 'notFound', 'decode')) throw error;
      return this.#types('@enabledDSTypes', signal);
    }
  }

  /**
   * Creates an object with a POST to its parent.
   * @returns The path of the new object. Undefined if the answer contains no path.
   */
  async create(parent: NodePath, content: NewContent, signal?: AbortSignal): Promise<NodePath | undefined> {
    const answer = await this.#caller.act({
      method: 'POST',
      url: nodeUrl(this.#address, parent),
      body: content,
      signal,
    });
    const location = answer.headers.get('location');
    const id = answer.text.trim() === '' ? undefined : asFields(jsonOf(answer, 'new object'))?.['@id'];
    const reference = typeof id === 'string' ? id : location;
    return reference === undefined ? undefined : nodePath(this.#address, reference);
  }

  /** Reads a node with all its fields, to check the effect of a change. */
  async read(path: NodePath, signal?: AbortSignal): Promise<ReadContent> {
    const url = nodeUrl(this.#address, path);
    const json = await this.#caller.readJson({ method: 'GET', url, signal }, 'node');
    const node = decoded(decodeNode(this.#address, json), 'node');
    return { node, fields: decoded(asFields(json), 'node') };
  }

  /**
   * Changes some fields with a PATCH. The service ignores unknown and read-only fields, so the caller must read the
   * node again.
   */
  async change(
    path: NodePath,
    fields: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#caller.act({ method: 'PATCH', url: nodeUrl(this.#address, path), body: fields, signal });
  }

  /** Moves an object with `@move` to another parent in the same account. The object keeps its id. */
  async move(path: NodePath, destination: NodePath, signal?: AbortSignal): Promise<void> {
    const url = nodeUrl(this.#address, path, '@move');
    await this.#caller.act({ method: 'POST', url, body: { destination }, signal });
  }

  /** Marks a node as a favorite of the user, or removes the mark (`@favorite`, docs/onna-api.md §4). */
  async setFavorite(path: NodePath, favorite: boolean, signal?: AbortSignal): Promise<void> {
    const url = nodeUrl(this.#address, path, '@favorite');
    await this.#caller.act(
      favorite ? { method: 'POST', url, body: {}, signal } : { method: 'DELETE', url, signal },
    );
  }

  /** Deletes a node and everything below it. */
  async remove(path: NodePath, signal?: AbortSignal): Promise<void> {
    await this.#caller.act({ method: 'DELETE', url: nodeUrl(this.#address, path), signal });
  }

  async #types(service: string, signal: AbortSignal | undefined): Promise<readonly DatasourceType[]> {
    const url = nodeUrl(this.#address, '', service);
    const json = await this.#caller.readJson({ method: 'GET', url, signal }, 'types of Datasources');
    return decoded(decodeDatasourceTypes(json), 'types of Datasources');
  }
}
