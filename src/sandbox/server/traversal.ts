import type { Grants } from '../store/grants.ts';
import type { DatasourceStore } from '../store/datasources.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import type { Stores } from '../store/stores.ts';
import type { ResourceStore } from '../store/resources.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { badPath, notAuthorized, notFound } from '../http/refusals.ts';
import type { UploadFolders } from '../store/uploadFolders.ts';
import type { Target } from '../http/view.ts';

/**
 * A parsed path: the object, the name of its service (`''` for the object itself), and the segments after that name.
 */
interface Traversed {
  readonly target: Target;
  readonly path: string;
  readonly service: string;
  readonly tail: readonly string[];
}

/**
 * Refuses ids that begin with `_`, relative segments and null characters. The framework fails when it looks them up
 * (docs/onna-api.md §18). Security does not depend on this check: segments never become file paths.
 * @throws Refusal 400
 */
function mustBeSearchable(id: string): void {
  if (id.includes('\0')) throw badPath('The path contains a null character', 'CharacterNotInRepertoireError');
  if (id.startsWith('_') || id === '.' || id === '..') throw badPath('', 'HTTPUnauthorized');
}

/** Maximum number of folders above a Resource for which a missing child is looked up. It limits the work per request. */
const maxDepth = 100;

/** Dependencies of {@link Traversal}. */
type TraversalDeps = Pick<Stores, 'nodes' | 'datasources' | 'resources' | 'uploadFolders' | 'grants'>;

/**
 * Resolves a path from the account to an object one level at a time, as the framework does. The user needs access to
 * the deepest object that exists, but not to its parents (docs/onna-api.md §18).
 */
export class Traversal {
  readonly #nodes: NodeStore;
  readonly #datasources: DatasourceStore;
  readonly #resources: ResourceStore;
  readonly #folders: UploadFolders;
  readonly #grants: Grants;

  constructor({ nodes, datasources, resources, uploadFolders, grants }: TraversalDeps) {
    this.#nodes = nodes;
    this.#datasources = datasources;
    this.#resources = resources;
    this.#folders = uploadFolders;
    this.#grants = grants;
  }

  /**
   * @throws Refusal 401 if `login` may not see the deepest existing node, 404 if the object does not exist, 400 for an
   * id that the framework can't look up
   */
  walk(segments: readonly string[], login: string | undefined): Traversed {
    const account = this.#nodes.byPath('');
    if (!account) throw notFound();
    const at = segments.findIndex((segment) => segment.startsWith('@'));
    const ids = at < 0 ? segments : segments.slice(0, at);
    const [service = '', ...tail] = at < 0 ? [] : segments.slice(at);
    let node = account;
    for (const [index, id] of ids.entries()) {
      mustBeSearchable(id);
      const child = this.#nodes.byPath(`${node.path}/${id}`);
      if (!child) return this.#resource(node, ids.slice(index), login, service, tail);
      node = child;
    }
    if (node !== account) this.#mustAccess(node.type, node.path, login);
    const datasource = this.#datasources.byId(node.id);
    return { target: { kind: 'node', node, datasource }, path: node.path, service, tail };
  }

  #resource(
    node: StoredNode,
    ids: readonly string[],
    login: string | undefined,
    service: string,
    tail: readonly string[],
  ): Traversed {
    const datasource = this.#datasources.byId(node.id);
    const resource = datasource && this.#resources.byPath(node.id, ids.join('/'));
    const folder = datasource && !resource ? this.#folders.byPath(node.id, ids.join('/')) : undefined;
    if (!resource && !folder) {
      const above = datasource && this.#resourceAbove(node.id, ids);
      if (above) this.#mustAccess('Resource', `${node.path}/${above.path}`, login);
      else this.#mustAccess(node.type, node.path, login);
      throw notFound();
    }
    const path = `${node.path}/${(resource ?? folder)?.path ?? ''}`;
    this.#mustAccess(resource ? 'Resource' : 'Folder', path, login);
    if (resource) return { target: { kind: 'resource', node, datasource, resource }, path, service, tail };
    return { target: { kind: 'node', node, datasource, folder }, path, service, tail };
  }

  /** The deepest Resource above a path that names no object. */
  #resourceAbove(datasourceId: number, ids: readonly string[]): StoredResource | undefined {
    for (let length = Math.min(ids.length - 1, maxDepth); length > 0; length--) {
      const found = this.#resources.byPath(datasourceId, ids.slice(0, length).join('/'));
      if (found) return found;
    }
    return undefined;
  }

  #mustAccess(type: string, path: string, login: string | undefined): void {
    if (this.#grants.allows(login, path, 'guillotina.AccessContent')) return;
    throw notAuthorized(login, `${type} ${path}`, 'access');
  }
}
