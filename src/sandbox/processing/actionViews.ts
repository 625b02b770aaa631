import { json, text } from '../http/answer.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { ResourceStore } from '../store/resources.ts';
import type { ProcessingPipeline } from './pipeline.ts';

/** A field of a CSV line (RFC 4180). A spreadsheet must not take a file's name for a formula. */
function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** GET `@downloadUnprocessedCsv`: what went through processing with an exception (API notes §5). */
export function unprocessedCsvView(resources: ResourceStore): ServiceView {
  return {
    name: '@downloadUnprocessedCsv',
    methods: ['GET'],
    permission: 'guillotina.AccessContent',
    appliesTo: isDatasource,
    answer({ target, path }: ViewRequest) {
      const lines = resources
        .failed(target.node.id)
        .map((resource) => [
          ...[resource.uid, `${path}/${resource.path}`, resource.title],
          resource.processingException ?? resource.originException ?? '',
        ]);
      const csv = [['uid', 'path', 'title', 'exception'], ...lines]
        .map((line) => `${line.map(csvField).join(',')}\r\n`)
        .join('');
      return {
        ...text(csv),
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="unprocessed.csv"',
        },
      };
    },
  };
}

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
