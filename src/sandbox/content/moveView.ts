import { Refusal, json } from '../http/answer.ts';
import { optionalObject } from '../http/jsonObject.ts';
import { notAllowed, notFound, preconditionFailed } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import { NameTaken } from '../store/nodes.ts';
import type { StoredNode } from '../store/nodes.ts';
import { Destinations, mayContain } from './destinations.ts';
import { idProblem } from './objectId.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

interface MoveDeps extends Pick<
  Stores,
  | 'database'
  | 'trail'
  | 'nodes'
  | 'datasources'
  | 'resources'
  | 'parts'
  | 'index'
  | 'grants'
  | 'uploadFolders'
> {
  readonly serializer: Serializer;
}

/** Types of nodes that can be moved, besides Datasources. */
const movableTypes = ['Workspace'];

function isMovable(target: Target): boolean {
  if (target.kind === 'resource') return true;
  return (
    target.folder === undefined &&
    (target.datasource !== undefined || movableTypes.includes(target.node.type))
  );
}

function taken(id: string): Refusal {
  return new Refusal(json({ reason: `Destination already has object with the id "${id}"` }, 409));
}

/**
 * POST `@move` moves an object, changes its id, or both (docs/onna-api.md §4 and §18). A Datasource can be moved to a
 * Workspace or a user. A Workspace stays in `workspaces`, and a Resource in its Datasource.
 */
export function moveView(deps: MoveDeps): ServiceView {
  const { database, nodes, resources, parts, index, serializer, trail } = deps;
  const destinations = new Destinations(deps);

  function moveNode(node: StoredNode, parent: StoredNode, id: string, login: string | undefined): string {
    if (!mayContain(parent, node.type))
      throw notAllowed(`Type '${node.type}' is not allowed in ${parent.type} ${parent.path}`);
    try {
      database.transaction(() => {
        nodes.move(node, parent, id);
        index.nodeMoved();
        trail.audit('move', node, login, { to: `${parent.path}/${id}` });
      });
    } catch (error) {
      if (error instanceof NameTaken) throw taken(id);
      throw error;
    }
    return `${parent.path}/${id}`;
  }

  function moveResource(
    { node, resource }: Target & { kind: 'resource' },
    folder: string,
    id: string,
    { login, path }: Pick<ViewRequest, 'login' | 'path'>,
  ): string {
    const moved = folder === '' ? id : `${folder}/${id}`;
    const to = `${node.path}/${moved}`;
    if (resources.hasPath(node.id, moved)) throw taken(id);
    database.transaction(() => {
      for (const one of [resource, ...parts.below([resource.id])]) {
        const path = `${moved}${one.path.slice(resource.path.length)}`;
        // A client may have moved the part out of its file.
        if (one !== resource && !one.path.startsWith(`${resource.path}/`)) continue;
        resources.move(one.id, path);
        index.resourceMoved(one.id, path);
      }
      nodes.touch(node.id);
      const moving = { login, nodeId: node.id, uid: resource.uid, path };
      trail.add({ ...moving, log: 'audit', action: 'move', detail: { to } });
    });
    return to;
  }

  return {
    name: '@move',
    methods: ['POST'],
    permission: 'guillotina.MoveContent',
    appliesTo: anyTarget,
    isAction: true,
    async answer(request: ViewRequest) {
      const { target, path, json: readBody, base, login } = request;
      if (!isMovable(target)) throw notFound();
      const body = await optionalObject(readBody);
      const place = destinations.of(target, body['destination'] ?? undefined, base);
      if (place.path === path) throw preconditionFailed('An object can not be moved to itself');
      const id = body['new_id'] ?? undefined;
      const current = path.slice(path.lastIndexOf('/') + 1);
      if (typeof id === 'string' && `${place.path}/${id}` === path)
        throw preconditionFailed('The object already has this id in this place');
      if (id !== undefined && (typeof id !== 'string' || idProblem(id) !== undefined))
        throw preconditionFailed('Invalid id');
      destinations.mustAllow(place, login);
      if (place.path.startsWith(`${path}/`))
        throw preconditionFailed('An object can not be moved into itself');
      const to =
        target.kind === 'resource'
          ? moveResource(target, place.folder, id ?? current, request)
          : moveNode(target.node, place.node, id ?? current, login);
      return json({ '@url': serializer.id(base, to) });
    },
  };
}
