import { Refusal, json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { invalidId, notAllowed, notAuthorized, preconditionFailed } from '../http/refusals.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { NameTaken } from '../store/nodes.ts';
import type { StoredNode } from '../store/nodes.ts';
import { idProblem } from './objectId.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

interface MoveDeps extends Pick<Stores, 'database' | 'trail' | 'nodes' | 'index' | 'grants'> {
  readonly serializer: Serializer;
}

/** Converts `destination`, a path below the account or an `@id`, to a path below the account. */
function destinationPath(destination: string, base: string): string {
  let path = destination;
  // Ignore the host: behind a proxy, an `@id` can contain another host than the request (docs/onna-api.md §0).
  const [, address = ''] = /^https?:\/\/[^/]+(\/.*)$/i.exec(destination) ?? [];
  const root = new URL(base).pathname;
  if (address.startsWith(root)) {
    try {
      path = decodeURIComponent(address.slice(root.length));
    } catch {
      throw preconditionFailed('destination: not a valid URL');
    }
  }
  return `/${path.replaceAll(/^\/+|\/+$/g, '')}`;
}

/** POST `@move` moves a Datasource to another Workspace or user, changes its id, or both (docs/onna-api.md §4). */
export function moveView({ database, nodes, grants, index, serializer, trail }: MoveDeps): ServiceView {
  function parentFor(destination: unknown, node: StoredNode, base: string): StoredNode {
    if (destination === undefined) {
      const parent = node.parentId === undefined ? undefined : nodes.byId(node.parentId);
      if (parent) return parent;
    }
    if (typeof destination !== 'string') throw preconditionFailed('destination: a path is required');
    const parent = nodes.byPath(destinationPath(destination, base));
    if (!parent) throw preconditionFailed('Could not find destination object');
    if (parent.type !== 'Workspace' && parent.type !== 'User')
      throw notAllowed(`Type '${node.type}' is not allowed in ${parent.type} ${parent.path}`);
    return parent;
  }

  return {
    name: '@move',
    methods: ['POST'],
    permission: 'guillotina.MoveContent',
    appliesTo: isDatasource,
    isAction: true,
    async answer({ target, json: readBody, login, base }: ViewRequest) {
      const { destination, new_id: id = target.node.name } = jsonObject(await readBody());
      const problem = typeof id === 'string' ? idProblem(id) : 'An id must be a string';
      if (typeof id !== 'string' || problem !== undefined) throw invalidId(problem ?? '');
      const parent = parentFor(destination, target.node, base);
      if (!grants.allows(login, parent.path, 'guillotina.AddContent'))
        throw notAuthorized(login, `${parent.type} ${parent.path}`, 'access');
      try {
        database.transaction(() => {
          nodes.move(target.node, parent, id);
          index.nodeMoved();
          trail.audit('move', target.node, login, { to: `${parent.path}/${id}` });
        });
      } catch (error) {
        if (!(error instanceof NameTaken)) throw error;
        throw new Refusal(json({ reason: `Destination already has object with the id ${id}` }, 409));
      }
      return json({ '@url': serializer.id(base, `${parent.path}/${id}`) });
    },
  };
}
