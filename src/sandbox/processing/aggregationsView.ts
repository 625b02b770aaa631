import { json } from '../http/answer.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Stores } from '../store/stores.ts';

/** The number of Resources that have the value `key`. */
interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

/** Adds up the counts by value. Returns the most frequent values first. */
function buckets(counts: readonly (readonly [key: string | undefined, count: number])[]): {
  readonly buckets: readonly Bucket[];
} {
  const totals = new Map<string, number>();
  for (const [key, count] of counts)
    if (key !== undefined && count > 0) totals.set(key, (totals.get(key) ?? 0) + count);
  return {
    buckets: [...totals]
      .map(([key, count]) => ({ key, doc_count: count }))
      .sort((left, right) => right.doc_count - left.doc_count || (left.key < right.key ? -1 : 1)),
  };
}

/**
 * POST `@processingAggs` counts Resources by processing state and by exception, for each Datasource that the
 * user may see. Unlike the facets of `@frontsearch`, the counts include Resources that are not processed yet.
 */
export function processingAggsView({
  nodes,
  datasources,
  grants,
  processingQueue,
}: Pick<Stores, 'nodes' | 'datasources' | 'grants' | 'processingQueue'>): ServiceView {
  return {
    name: '@processingAggs',
    methods: ['POST'],
    permission: 'guillotina.SearchContent',
    appliesTo: isAccount,
    answer({ login }: ViewRequest) {
      const isVisible = grants.checker(login, 'guillotina.AccessContent');
      const unclean = Map.groupBy(processingQueue.countUnclean(), ({ datasourceId }) => datasourceId);
      const counted = datasources.below('').flatMap(({ nodeId, docCount }) => {
        const node = nodes.byId(nodeId);
        if (!node || !isVisible(node.path)) return [];
        const groups = unclean.get(nodeId) ?? [];
        const others = docCount - groups.reduce((sum, { count }) => sum + count, 0);
        return {
          key: node.uid,
          doc_count: docCount,
          state: buckets([
            ['processed', others],
            ...groups.map(({ state, count }) => [state, count] as const),
          ]),
          processing_exception: buckets(
            groups.map(({ processingException, count }) => [processingException, count]),
          ),
          origin_exception: buckets(groups.map(({ originException, count }) => [originException, count])),
        };
      });
      return json({ aggregations: { 'parent_datasource.uuid': { buckets: counted } } });
    },
  };
}
