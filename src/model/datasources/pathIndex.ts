import { parentPath, type NodePath } from '../../onna/address.ts';

/**
 * Finds the keys of all nodes at and below a path in one lookup: each key is stored under the path of its node and
 * under every parent path except the account's. `/workspaces/ab` does not count as below `/workspaces/a`.
 */
export class PathIndex {
  readonly #keys = new Map<NodePath, string[]>();

  /** @param nodes Pairs of a key and a path; a path may have several keys. */
  constructor(nodes: Iterable<readonly [key: string, path: NodePath]>) {
    for (const [key, path] of nodes)
      for (let at = path; at !== ''; at = parentPath(at)) {
        const keys = this.#keys.get(at);
        if (keys) keys.push(key);
        else this.#keys.set(at, [key]);
      }
  }

  /** Keys of the nodes at `path` and below it. */
  under(path: NodePath): readonly string[] {
    return this.#keys.get(path) ?? [];
  }
}
