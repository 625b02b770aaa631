import type { Serializer } from '../content/serializer.ts';
import type { Clock } from '../base/clock.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import { processingViews, unprocessedCsvView } from './actionViews.ts';
import { processingAggsView } from './aggregationsView.ts';
import { ProcessingPipeline } from './pipeline.ts';

/** Extracts the text of collected files and indexes it for search. */
export interface ProcessingFeature extends Feature {
  readonly pipeline: ProcessingPipeline;
}

export function processingFeature(
  stores: Stores,
  options: {
    readonly serializer: Serializer;
    readonly clock: Clock;
    readonly log: (line: string) => void;
  },
): ProcessingFeature {
  const pipeline = new ProcessingPipeline({ ...stores, ...options });
  return {
    views: [
      ...processingViews({ ...stores, pipeline }),
      unprocessedCsvView(stores.processingQueue),
      processingAggsView(stores),
    ],
    pipeline,
    start: () => pipeline.wake(),
    close: () => pipeline.close(),
  };
}
