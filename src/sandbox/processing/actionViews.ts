import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { csv } from '../http/csv.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { ProcessingQueue } from '../store/processingQueue.ts';
import type { ProcessingPipeline } from './pipeline.ts';
import type { Stores } from '../store/stores.ts';

/** GET `@downloadUnprocessedCsv` lists the Resources whose processing failed (docs/onna-api.md §5). */
export function unprocessedCsvView(processingQueue: ProcessingQueue): ServiceView {
  return {
    name: '@downloadUnprocessedCsv',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo: isDatasource,
    answer({ target, path }: ViewRequest) {
      const lines = processingQueue
        .failed(target.node.id)
        .map((resource) => [
          ...[resource.uid, `${path}/${resource.path}`, resource.title],
          resource.processingException ?? resource.originException ?? '',
        ]);
      return csv('unprocessed.csv', [['uid', 'path', 'title', 'exception'], ...lines]);
    },
  };
}

interface ProcessingDeps extends Pick<Stores, 'database' | 'trail' | 'processingQueue'> {
  readonly pipeline: ProcessingPipeline;
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
}: ProcessingDeps): ServiceView[] {
  const queue = ({ target, login, path }: ViewRequest, work: () => number): Answer => {
    const { id: nodeId } = target.node;
    const { uid } = target.kind === 'resource' ? target.resource : target.node;
    const queued = database.transaction(() => {
      const count = work();
      const detail = { queued: count };
      trail.add({ log: 'audit', action: 'request_processing', login, nodeId, uid, path, detail });
      return count;
    });
    pipeline.wake();
    return json({ queued });
  };
  const queueUnprocessed = (request: ViewRequest): Answer =>
    queue(request, () => processingQueue.addAll(request.target.node.id, true));
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
        return queue(request, () => {
          if (target.kind !== 'resource') return processingQueue.addAll(target.node.id, false);
          processingQueue.add(target.resource.id);
          return 1;
        });
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
