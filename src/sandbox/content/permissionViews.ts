import type { Grants } from '../store/grants.ts';
import { Refusal, json } from '../http/answer.ts';
import { notFound, preconditionFailed } from '../http/refusals.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

/**
 * GET `@canido?permission=P` returns a boolean, and `@canido?permissions=A,B` returns an object with one boolean per
 * name (docs/onna-api.md §2 and §18). Names are not trimmed, and an unknown or empty name is false.
 */
export function canidoView(grants: Grants): ServiceView {
  return {
    name: '@canido',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    takesFolders: true,
    appliesTo: anyTarget,
    answer({ query, login, path }: ViewRequest) {
      const granted = grants.permissions(login, path);
      const many = query.get('permissions');
      // Use a Map, because a name can be any text, such as `__proto__`.
      if (many !== null)
        return json(Object.fromEntries(new Map(many.split(',').map((name) => [name, granted.has(name)]))));
      const one = query.get('permission');
      if (one === null) throw preconditionFailed('permission or permissions is required');
      return json(granted.has(one));
    },
  };
}

/**
 * GET `@resolveuid/{uid}` redirects (301) to the object. The response is 404 if the user may not see it
 * (docs/onna-api.md §2).
 */
export function resolveUidView(
  deps: Pick<Stores, 'nodes' | 'resources' | 'grants'> & { readonly serializer: Serializer },
): ServiceView {
  const { nodes, resources, grants, serializer } = deps;
  function pathOf(uid: string): string | undefined {
    const resource = resources.byUid(uid);
    if (!resource) return nodes.byUid(uid)?.path;
    const datasource = nodes.byId(resource.datasourceId);
    return datasource && `${datasource.path}/${resource.path}`;
  }
  return {
    name: '@resolveuid',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    takesTail: true,
    appliesTo: isAccount,
    answer({ tail, login, base }: ViewRequest) {
      const [uid] = tail;
      if (uid === undefined || tail.length > 1) throw notFound();
      const path = pathOf(uid);
      if (path === undefined || !grants.allows(login, path, 'guillotina.AccessContent'))
        throw new Refusal(json({ reason: `Could not find uid: ${uid}` }, 404));
      return { ...json({}, 301), headers: { location: serializer.id(base, path) } };
    },
  };
}
