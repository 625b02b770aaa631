import { json } from '../http/answer.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Stores } from '../store/stores.ts';

/**
 * POST and DELETE `@favorite` mark an object as a favorite of the caller, and remove the mark (docs/onna-api.md
 * §4). Everybody who can see an object can do this. The object gets a new `@timestamp`, so that the caller's
 * other clients learn about it.
 */
export function favoriteView({
  database,
  nodes,
  favorites,
}: Pick<Stores, 'database' | 'nodes' | 'favorites'>): ServiceView {
  return {
    name: '@favorite',
    methods: ['POST', 'DELETE'],
    permission: 'guillotina.AccessContent',
    appliesTo: (target) => target.kind === 'node' && target.node.path !== '',
    isAction: true,
    answer({ method, target: { node }, login }: ViewRequest) {
      // The permission excludes anonymous callers.
      if (login !== undefined) {
        database.transaction(() => {
          const changes =
            method === 'POST' ? favorites.add(login, node.id) : favorites.remove(login, node.id);
          if (changes) nodes.touch(node.id);
        });
      }
      return json({});
    },
  };
}
