import { json } from '../http/answer.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { ResourceStore } from '../store/resources.ts';
import type { ProcessingPipeline } from './pipeline.ts';

/** Into the processing pipeline (API notes §5): one Resource, a Datasource, or what of it could not be processed. */
export function processingViews(resources: ResourceStore, pipeline: ProcessingPipeline): ServiceView[] {
  const queueUnprocessed = ({ target }: ViewRequest): ReturnType<typeof json> => {
    const queued = resources.queueAll(target.node.id, true);
    pipeline.wake();
    return json({ queued });
  };
  return [
    {
      name: '@sendToCompute',
      methods: ['GET'],
      permission: 'onna.SendToCompute',
      // The service's page shows it on a Resource; on a Datasource it is taken to mean all of them.
      appliesTo: (target) => target.kind === 'resource' || isDatasource(target),
      isAction: true,
      answer({ target }) {
        let queued = 1;
        if (target.kind === 'resource') resources.queue(target.resource.id);
        else queued = resources.queueAll(target.node.id, false);
        pipeline.wake();
        return json({ queued });
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
