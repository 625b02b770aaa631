import { json } from '../http/answer.ts';
import { optionalObject } from '../http/jsonObject.ts';
import { notAllowed, notFound, preconditionFailed } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { Destinations, mayContain } from './destinations.ts';
import type { Place } from './destinations.ts';
import { dublinCore, storedDublinCore } from './dublinCore.ts';
import { idProblem } from './objectId.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

interface DuplicateDeps extends Stores {
  readonly serializer: Serializer;
  /** Login of the user that the sandbox was started with. Only this user may collect folders of this machine. */
  readonly owner: string;
  /** Called after a Resource has been queued for the pipeline. */
  readonly onQueued: () => void;
}

interface Wanted {
  readonly id: string;
  readonly login: string;
  /** Whether only the caller has access to the copy. Otherwise the copy has the access list of the original. */
  readonly resetAcl: boolean;
}

function isCopyable(target: Target): boolean {
  if (target.kind === 'resource') return true;
  return target.datasource !== undefined || target.node.type === 'Workspace';
}

/**
 * POST `@duplicate` copies an object without its children, and returns the copy (docs/onna-api.md §4). The copy of a
 * Datasource is `created`. A Resource can be copied only in a folder Datasource: everywhere else the next run would
 * remove the copy.
 */
export function duplicateView(deps: DuplicateDeps): ServiceView {
  const { database, nodes, datasources, resources, grants, accessSettings, index, trail } = deps;
  const { serializer, owner, onQueued, timestamps } = deps;
  const destinations = new Destinations(deps);

  function copyAccess(from: StoredNode, to: StoredNode, { login, resetAcl }: Wanted): void {
    if (resetAcl) {
      grants.grant(to.id, login, 'guillotina.Owner');
      return;
    }
    for (const [principal, roles] of Object.entries(grants.assignedAt(from.id)))
      for (const role of roles) grants.grant(to.id, principal, role);
    for (const entry of accessSettings.at(from.uid)) accessSettings.set(to.uid, entry);
  }

  function copyNode(
    { node, datasource }: Target & { kind: 'node' },
    place: Place,
    wanted: Wanted,
  ): StoredNode {
    const { id, login, resetAcl } = wanted;
    if (!mayContain(place.node, node.type))
      throw notAllowed(`Type '${node.type}' is not allowed in ${place.node.type} ${place.path}`);
    const described = Object.entries(storedDublinCore(node.fields)).filter(
      ([name]) => name !== 'creators' && name !== 'contributors',
    );
    return database.transaction(() => {
      const copy = nodes.create({
        ...{ parent: place.node, name: id, type: node.type, title: node.title },
        fields: resetAcl ? { ...node.fields, [dublinCore]: Object.fromEntries(described) } : node.fields,
        creators: resetAcl ? [login] : node.creators,
      });
      if (datasource) {
        const { typeSync, walletEntry, paceMs } = datasource;
        const origin = login === owner ? datasource.origin : undefined;
        datasources.create(copy.id, typeSync, { syncStatus: 'created', walletEntry, origin, paceMs });
      }
      copyAccess(node, copy, wanted);
      index.putNode(copy);
      trail.audit('create', copy, login, { '@type': copy.type, title: copy.title, duplicate_of: node.path });
      return copy;
    });
  }

  function copyResource(
    { node, resource }: Target & { kind: 'resource' },
    place: Place,
    { id, login }: Wanted,
  ): StoredResource {
    if (!isFolderType(node.type) || datasources.byId(node.id)?.origin !== undefined)
      throw notAllowed('Resources can be copied only in folder Datasources');
    const folder = resource.originKey.slice(0, resource.originKey.lastIndexOf('/') + 1);
    const originKey = folder + id;
    if (resources.byOriginKey(node.id, originKey))
      throw preconditionFailed(`Destination already has object with the id ${id}`);
    return database.transaction(() => {
      const path = place.folder === '' ? id : `${place.folder}/${id}`;
      const copy = resources.insert({ ...resource, path, originKey }, timestamps.now());
      resources.edit(copy.id, undefined, resource.fields);
      const event = { login, nodeId: node.id, uid: copy.uid, path: `${node.path}/${path}` };
      trail.add({ ...event, log: 'audit', action: 'create', detail: { duplicate_of: resource.path } });
      nodes.touch(node.id);
      return copy;
    });
  }

  /** The given id, or the first free one of `{id}-duplicate-1`, `-2`, … @throws Refusal 412 */
  function idIn(place: Place, current: string, given: unknown): string {
    const isTaken = (id: string): boolean => {
      const path = place.folder === '' ? id : `${place.folder}/${id}`;
      return nodes.byPath(`${place.path}/${id}`) !== undefined || resources.hasPath(place.node.id, path);
    };
    if (given === undefined || given === null) {
      for (let number = 1; ; number++) {
        const id = `${current}-duplicate-${number}`;
        if (!isTaken(id)) return id;
      }
    }
    if (typeof given !== 'string' || idProblem(given) !== undefined) throw preconditionFailed('Invalid id');
    if (isTaken(given)) throw preconditionFailed(`Destination already has object with the id ${given}`);
    return given;
  }

  return {
    name: '@duplicate',
    methods: ['POST'],
    permission: 'guillotina.DuplicateContent',
    appliesTo: anyTarget,
    isAction: true,
    async answer(request: ViewRequest) {
      const { target, path, json: readBody, base, login = '' } = request;
      if (!isCopyable(target)) throw notFound();
      const body = await optionalObject(readBody);
      const place = destinations.of(target, body['destination'] ?? undefined, base);
      destinations.mustAllow(place, login);
      const id = idIn(place, path.slice(path.lastIndexOf('/') + 1), body['new_id']);
      const wanted = { id, login, resetAcl: Boolean(body['reset_acl']) };
      if (target.kind === 'node') return json(serializer.node(copyNode(target, place, wanted), request));
      const copy = copyResource(target, place, wanted);
      onQueued();
      return json(serializer.resource(target.node, resources.byUid(copy.uid) ?? copy, base));
    },
  };
}
