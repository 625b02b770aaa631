import type { Serializer } from '../content/serializer.ts';
import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import { ExtractionPool } from '../extraction/extractionPool.ts';
import type { ExtractionLimits } from '../extraction/limits.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import { processingViews, unprocessedCsvView } from './actionViews.ts';
import { processingAggsView } from './aggregationsView.ts';
import { ProcessingPipeline } from './pipeline.ts';
import { Reindexing } from './reindexing.ts';

/** Extracts the text of collected files and indexes it for search. */
export interface ProcessingFeature extends Feature {
  readonly pipeline: ProcessingPipeline;
  readonly reindexing: Reindexing;
}

export function processingFeature(
  stores: Stores,
  options: {
    readonly serializer: Serializer;
    readonly clock: Clock;
    readonly turns: Turns;
    readonly limits: ExtractionLimits;
    readonly log: (line: string) => void;
  },
): ProcessingFeature {
  const pipeline = new ProcessingPipeline({
    ...stores,
    ...options,
    pool: new ExtractionPool({ clock: options.clock, limits: options.limits }),
  });
  const reindexing = new Reindexing({ ...stores, ...options });
  return {
    views: [
      ...processingViews({ ...stores, pipeline, turns: options.turns }),
      unprocessedCsvView({ ...stores, turns: options.turns }),
      processingAggsView({ ...stores, turns: options.turns }),
    ],
    pipeline,
    reindexing,
    start: () => {
      reindexing.start();
      pipeline.wake();
    },
    close: async () => {
      await reindexing.close();
      await pipeline.close();
    },
  };
}
