import type { Grants } from '../store/grants.ts';
import type { DatasourceStore } from '../store/datasources.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import type { ResourceStore } from '../store/resources.ts';
import { notAuthorized, notFound } from '../http/refusals.ts';
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
 * Resolves a path from the account to an object one level at a time, as the framework does. The user needs access to
 * the deepest object that exists, but not to its parents (docs/onna-api.md §18).
 */
export class Traversal {
  readonly #nodes: NodeStore;
  readonly #datasources: DatasourceStore;
  readonly #resources: ResourceStore;
  readonly #grants: Grants;

  constructor(nodes: NodeStore, datasources: DatasourceStore, resources: ResourceStore, grants: Grants) {
    this.#nodes = nodes;
    this.#datasources = datasources;
    this.#resources = resources;
    this.#grants = grants;
  }

  /** @throws Refusal 401 for a path below an object that `login` may not see, 404 for any other missing object */
  walk(segments: readonly string[], login: string | undefined): Traversed {
    const account = this.#nodes.byPath('');
    if (!account) throw notFound();
    const at = segments.findIndex((segment) => segment.startsWith('@'));
    const ids = at < 0 ? segments : segments.slice(0, at);
    const [service = '', ...tail] = at < 0 ? [] : segments.slice(at);
    let node = account;
    for (const [index, id] of ids.entries()) {
      const child = this.#nodes.byPath(`${node.path}/${id}`);
      if (!child) {
        this.#mustAccess(node, login);
        return this.#resource(node, ids.slice(index), service, tail);
      }
      node = child;
    }
    if (node !== account) this.#mustAccess(node, login);
    const datasource = this.#datasources.byId(node.id);
    return { target: { kind: 'node', node, datasource }, path: node.path, service, tail };
  }

  #resource(node: StoredNode, ids: readonly string[], service: string, tail: readonly string[]): Traversed {
    const datasource = this.#datasources.byId(node.id);
    const resource = datasource && this.#resources.byPath(node.id, ids.join('/'));
    if (!resource) throw notFound();
    const path = `${node.path}/${resource.path}`;
    return { target: { kind: 'resource', node, datasource, resource }, path, service, tail };
  }

  #mustAccess(node: StoredNode, login: string | undefined): void {
    // Any signed-in user has access to folders such as `/workspaces`. Access to each child is checked separately.
    const isPassable = login !== undefined && (node.type === 'Container' || node.type === 'Folder');
    if (isPassable || this.#grants.allows(login, node.path, 'guillotina.AccessContent')) return;
    throw notAuthorized(login, `${node.type} ${node.path}`, 'access');
  }
}
