import type { Turns } from '../base/turns.ts';
import { json } from '../http/answer.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Stores } from '../store/stores.ts';

/** Number of Datasources after which other requests get a turn. */
const datasourcesPerTurn = 50;

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
  unclean,
  turns,
}: Pick<Stores, 'nodes' | 'datasources' | 'grants' | 'unclean'> & { readonly turns: Turns }): ServiceView {
  const giveWay = (): Promise<void> => turns.forBackground();
  async function countedOf(
    { nodeId, docCount }: Pick<DatasourceState, 'nodeId' | 'docCount'>,
    queued: number,
  ): Promise<object> {
    const groups = await unclean.withException(nodeId, giveWay);
    const others = docCount - queued - groups.reduce((sum, { count }) => sum + count, 0);
    return {
      doc_count: docCount,
      state: buckets([
        ['processed', others],
        ['queued', queued],
        ...groups.map(({ state, count }) => [state, count] as const),
      ]),
      processing_exception: buckets(
        groups.map(({ processingException, count }) => [processingException, count]),
      ),
      origin_exception: buckets(groups.map(({ originException, count }) => [originException, count])),
    };
  }
  return {
    name: '@processingAggs',
    methods: ['POST'],
    permission: 'guillotina.SearchContent',
    appliesTo: isAccount,
    async answer({ login }: ViewRequest) {
      const isVisible = grants.checker(login, 'guillotina.AccessContent');
      const queued = await unclean.queued(giveWay);
      const counted: object[] = [];
      for (const [index, { nodeId }] of datasources.below('').entries()) {
        if (index > 0 && index % datasourcesPerTurn === 0) await giveWay();
        // The Datasource may have changed during the other requests.
        const node = nodes.byId(nodeId);
        const datasource = datasources.byId(nodeId);
        if (!node || !datasource || !isVisible(node.path)) continue;
        counted.push({ key: node.uid, ...(await countedOf(datasource, queued.get(nodeId) ?? 0)) });
      }
      return json({ aggregations: { 'parent_datasource.uuid': { buckets: counted } } });
    },
  };
}
