import type { Grants } from '../store/grants.ts';
import { Refusal, empty, json } from '../http/answer.ts';
import { namesIn } from '../http/nameList.ts';
import { schemaViolation } from '../http/refusals.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

/**
 * GET `@canido?permission=P` returns a boolean, and `@canido?permissions=A,B` returns an object with one boolean per
 * name (docs/onna-api.md §2).
 */
export function canidoView(grants: Grants): ServiceView {
  return {
    name: '@canido',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo: anyTarget,
    answer({ query, login, path }: ViewRequest) {
      const granted: ReadonlySet<string> = grants.permissions(login, path);
      const one = query.get('permission');
      if (one !== null && one !== '') return json(granted.has(one));
      const many = query.getAll('permissions').flatMap(namesIn);
      if (many.length === 0)
        throw schemaViolation('query', 'permission', 'permission or permissions is required');
      return json(Object.fromEntries(many.map((name) => [name, granted.has(name)])));
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
      const [uid = ''] = tail;
      const path = tail.length === 1 ? pathOf(uid) : undefined;
      if (path === undefined || !grants.allows(login, path, 'guillotina.AccessContent'))
        throw new Refusal(json({ reason: `Could not find uid: ${uid}` }, 404));
      return { ...empty(301), headers: { location: serializer.id(base, path) } };
    },
  };
}
