import { empty } from '../http/answer.ts';
import { notAllowed } from '../http/refusals.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { SyncEngine } from '../sync/engine.ts';
import { removeResources } from '../sync/removeResources.ts';
import type { Remover } from '../sync/remover.ts';
import type { Stores } from '../store/stores.ts';

interface DeleteDeps extends Pick<
  Stores,
  'database' | 'trail' | 'nodes' | 'datasources' | 'resources' | 'parts' | 'contents' | 'index'
> {
  readonly engine: SyncEngine;
  readonly remover: Remover;
}

/** Stops and dequeues the sync runs of all Datasources at or below a path. */
async function stopRuns({ datasources, engine }: DeleteDeps, path: string): Promise<void> {
  const below = datasources.below(path);
  for (const { nodeId } of below) datasources.update(nodeId, { queuedAt: undefined, nextRun: undefined });
  await Promise.all(below.map(({ nodeId }) => engine.stop(nodeId)));
}

/** Removes a node and everything below it, children first. */
function removeNode(deps: DeleteDeps, node: StoredNode, login: string | undefined): void {
  const { nodes, datasources, remover, index, trail } = deps;
  for (const child of nodes.children(node.id)) removeNode(deps, child, login);
  const datasource = datasources.byId(node.id);
  if (datasource) {
    datasources.remove(node.id);
    remover.add(node.id);
  }
  index.removeNode(node.id);
  nodes.remove(node);
  // Log one event for the whole Datasource, not one per Resource: there can be a million Resources.
  const detail = { '@type': node.type, title: node.title, doc_count: datasource?.docCount };
  trail.audit('delete', node, login, detail);
}

/**
 * DELETE removes a Workspace, a Datasource or a Resource, with everything below it. The response is 200 without a body
 * (docs/onna-api.md §4).
 */
export function deleteView(deps: DeleteDeps): ServiceView {
  const { database, nodes, trail, remover } = deps;
  return {
    name: '',
    methods: ['DELETE'],
    permission: 'guillotina.DeleteContent',
    appliesTo: () => true,
    isAction: true,
    async answer({ target, path, login }: ViewRequest) {
      const { node } = target;
      if (target.kind === 'resource') {
        database.transaction(() => {
          removeResources(deps, [target.resource]);
          const { uid, originKey } = target.resource;
          const deleted = { login, nodeId: node.id, uid };
          trail.add({ ...deleted, log: 'audit', action: 'delete', path });
          const detail = { deleted_by: 'user' };
          trail.add({ ...deleted, log: 'collection', action: 'removed', path: originKey, detail });
          nodes.touch(node.id);
        });
        return empty(200);
      }
      if (node.type !== 'Workspace' && target.datasource === undefined)
        throw notAllowed(`${node.type} ${path} can't be removed`);
      await stopRuns(deps, path);
      database.transaction(() => {
        // Another request may have removed the node while a run was stopping.
        const current = nodes.byId(node.id);
        if (current) removeNode(deps, current, login);
      });
      remover.wake();
      return empty(200);
    },
  };
}
