import { isFolderType } from '../base/datasourceTypes.ts';
import { notAllowed, preconditionFailed } from '../http/refusals.ts';
import type { Target } from '../http/view.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Stores } from '../store/stores.ts';

/** A place for an object: a node, and a folder in it if the node is a Datasource. */
export interface Place {
  readonly node: StoredNode;
  /** Path of the folder below the Datasource. `''` stands for the node itself. */
  readonly folder: string;
  /** Path of the place below the account. */
  readonly path: string;
}

/** Whether an object of a type may be directly in a node. */
export function mayContain(parent: StoredNode, type: string): boolean {
  if (type === 'Workspace') return parent.path === '/workspaces';
  if (type === 'Resource') return parent.type.endsWith('Datasource');
  return parent.type === 'Workspace' || parent.type === 'User';
}

/** Types of objects that a client can add to a node. */
export function addableTypes(parent: StoredNode, datasourceTypes: readonly string[]): readonly string[] {
  if (isFolderType(parent.type)) return ['Folder'];
  return ['Workspace', ...datasourceTypes].filter((type) => mayContain(parent, type));
}

/** Converts a destination to a decoded path. The host of an `@id` does not matter (docs/onna-api.md §0). */
function pathOf(destination: string, base: string): string | undefined {
  let path = destination;
  const [, address = ''] = /^https?:\/\/[^/]+(\/.*)$/i.exec(destination) ?? [];
  const root = new URL(base).pathname;
  if (address.startsWith(root)) {
    try {
      path = decodeURIComponent(address.slice(root.length));
    } catch {
      return undefined;
    }
  }
  if (!path.startsWith('/')) return undefined;
  return `/${path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')}`;
}

/** Finds the destinations of `@move` and `@duplicate`. */
export class Destinations {
  readonly #stores: Pick<Stores, 'nodes' | 'resources' | 'uploadFolders' | 'grants'>;

  constructor(stores: Pick<Stores, 'nodes' | 'resources' | 'uploadFolders' | 'grants'>) {
    this.#stores = stores;
  }

  /**
   * @param destination A path below the account, an `@id` or a uid. If undefined, the place where the object is.
   * @throws Refusal 412
   */
  of(target: Target, destination: unknown, base: string): Place {
    if (destination === undefined) return this.#current(target);
    const found = typeof destination === 'string' ? this.#find(target, destination, base) : undefined;
    if (!found) throw preconditionFailed('Could not find destination object');
    return found;
  }

  /** @throws Refusal 412 if the user may not add anything to the place */
  mustAllow({ path }: Place, login: string | undefined): void {
    if (!this.#stores.grants.allows(login, path, 'guillotina.AddContent'))
      throw preconditionFailed('You do not have permission to add content to the destination object');
  }

  #current(target: Target): Place {
    const { nodes } = this.#stores;
    const { node } = target;
    if (target.kind === 'resource') {
      const { path } = target.resource;
      return placeIn(node, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    }
    const parent = node.parentId === undefined ? undefined : nodes.byId(node.parentId);
    if (!parent) throw preconditionFailed('Could not find destination object');
    return placeIn(parent, '');
  }

  #find(target: Target, destination: string, base: string): Place | undefined {
    const { nodes, resources, uploadFolders } = this.#stores;
    const path = pathOf(destination, base);
    const node = path === undefined ? nodes.byUid(destination) : nodes.byPath(path === '/' ? '' : path);
    if (target.kind !== 'resource') {
      const isResource = path === undefined && resources.byUid(destination) !== undefined;
      if (isResource) throw notAllowed('A Resource has no children');
      return node && placeIn(node, '');
    }
    if (node && node.id !== target.node.id) throw notAllowed('A Resource stays in its Datasource');
    if (node) return placeIn(node, '');
    const root = `${target.node.path}/`;
    const folder = path?.startsWith(root) ? path.slice(root.length) : undefined;
    const isFolder =
      folder !== undefined &&
      (folder === target.resource.path.slice(0, Math.max(0, target.resource.path.lastIndexOf('/'))) ||
        uploadFolders.byPath(target.node.id, folder) !== undefined);
    return isFolder ? placeIn(target.node, folder) : undefined;
  }
}

function placeIn(node: StoredNode, folder: string): Place {
  return { node, folder, path: folder === '' ? node.path : `${node.path}/${folder}` };
}
