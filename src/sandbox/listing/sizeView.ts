import { json } from '../http/answer.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { DatasourceStore } from '../store/datasources.ts';

/** GET `@size` returns the number of processed bytes and the number of Resources (docs/onna-api.md §5). */
export function sizeView(datasources: DatasourceStore): ServiceView {
  return {
    name: '@size',
    methods: ['GET'],
    permission: 'guillotina.ViewContent',
    appliesTo: anyTarget,
    answer({ target }: ViewRequest) {
      if (target.kind === 'resource') {
        const { state, size } = target.resource;
        return json({ bytes_processed: state === 'processed' ? size : 0, doc_count: 0 });
      }
      const below = datasources.below(target.node.path);
      return json({
        bytes_processed: below.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0),
        doc_count: below.reduce((sum, { docCount }) => sum + docCount, 0),
      });
    },
  };
}
