import type { Turns } from '../base/turns.ts';
import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { csv } from '../http/csv.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { ProcessingPipeline } from './pipeline.ts';
import type { Stores } from '../store/stores.ts';

/** Number of Resources after which other requests get a turn. */
const resourcesPerTurn = 500;

interface CsvDeps extends Pick<Stores, 'processingQueue'> {
  readonly turns: Turns;
  /** Default: {@link resourcesPerTurn}. */
  readonly pageSize?: number;
}

/** GET `@downloadUnprocessedCsv` lists the Resources whose processing failed (docs/onna-api.md §5). */
export function unprocessedCsvView({
  processingQueue,
  turns,
  pageSize = resourcesPerTurn,
}: CsvDeps): ServiceView {
  async function* pages(nodeId: number, path: string): AsyncGenerator<string[][]> {
    for (let afterId: number | undefined = 0; afterId !== undefined;) {
      const { resources, lastId } = processingQueue.failed(nodeId, afterId, pageSize);
      yield resources.map((resource) => [
        ...[resource.uid, `${path}/${resource.path}`, resource.title],
        resource.processingException ?? resource.originException ?? '',
      ]);
      afterId = lastId;
      await turns.forBackground();
    }
  }
  return {
    name: '@downloadUnprocessedCsv',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo: isDatasource,
    answer: ({ target, path }: ViewRequest) =>
      csv('unprocessed.csv', ['uid', 'path', 'title', 'exception'], pages(target.node.id, path)),
  };
}

interface ProcessingDeps extends Pick<Stores, 'database' | 'trail' | 'processingQueue'> {
  readonly pipeline: Pick<ProcessingPipeline, 'wake'>;
  readonly turns: Turns;
  /** Default: {@link resourcesPerTurn}. */
  readonly pageSize?: number;
}

/**
 * Services that queue Resources for processing: one Resource, all Resources of a Datasource, or only its failed
 * Resources (docs/onna-api.md §5).
 */
export function processingViews({
  database,
  processingQueue,
  pipeline,
  trail,
  turns,
  pageSize = resourcesPerTurn,
}: ProcessingDeps): ServiceView[] {
  const log = ({ target, login, path }: ViewRequest, queued: number): void => {
    const { id: nodeId } = target.node;
    const { uid } = target.kind === 'resource' ? target.resource : target.node;
    trail.add({ log: 'audit', action: 'request_processing', login, nodeId, uid, path, detail: { queued } });
  };
  const queueOne = (request: ViewRequest, id: number): Answer => {
    database.transaction(() => {
      processingQueue.add(id);
      log(request, 1);
    });
    pipeline.wake();
    return json({ queued: 1 });
  };
  /**
   * Queues the Resources of a Datasource in several transactions. If the sandbox is killed between them, those that are
   * queued are processed after the next start.
   */
  const queueAll = async (request: ViewRequest, onlyUnprocessed: boolean): Promise<Answer> => {
    const which = { datasourceId: request.target.node.id, onlyUnprocessed };
    let total = 0;
    try {
      for (let afterId: number | undefined = 0; afterId !== undefined;) {
        const { queued, lastId } = processingQueue.addSome(which, afterId, pageSize);
        total += queued;
        afterId = lastId;
        await turns.forBackground();
      }
    } finally {
      pipeline.wake();
    }
    log(request, total);
    return json({ queued: total });
  };
  const queueUnprocessed = (request: ViewRequest): Promise<Answer> => queueAll(request, true);
  return [
    {
      name: '@sendToCompute',
      methods: ['GET'],
      permission: 'onna.SendToCompute',
      // The service's documentation shows this call for a Resource only. We assume that a call for a
      // Datasource applies to all its Resources.
      appliesTo: (target) => target.kind === 'resource' || isDatasource(target),
      isAction: true,
      answer(request) {
        const { target } = request;
        return target.kind === 'resource' ? queueOne(request, target.resource.id) : queueAll(request, false);
      },
    },
    {
      name: '@sendToComputeMissing',
      methods: ['GET'],
      permission: 'onna.SendToCompute',
      appliesTo: isDatasource,
      isAction: true,
      answer: queueUnprocessed,
    },
    {
      name: '@sendUnprocessedToCompute',
      methods: ['POST'],
      permission: 'onna.SendToCompute',
      appliesTo: isDatasource,
      isAction: true,
      answer: queueUnprocessed,
    },
  ];
}
