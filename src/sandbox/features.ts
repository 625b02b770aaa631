import { accountViews } from './account/accountViews.ts';
import { authFeature } from './auth/authFeature.ts';
import type { AuthFeature } from './auth/authFeature.ts';
import type { Clock } from './base/clock.ts';
import type { Turns } from './base/turns.ts';
import { contentFeature } from './content/contentFeature.ts';
import type { ContentFeature } from './content/contentFeature.ts';
import { Serializer } from './content/serializer.ts';
import type { ExtractionLimits } from './extraction/limits.ts';
import type { Feature } from './http/feature.ts';
import { listingFeature } from './listing/listingFeature.ts';
import { logViews } from './logs/logViews.ts';
import { processingFeature } from './processing/processingFeature.ts';
import type { ProcessingFeature } from './processing/processingFeature.ts';
import { retentionFeature } from './retention/retentionFeature.ts';
import type { RetentionFeature } from './retention/retentionFeature.ts';
import { searchViews } from './search/searchViews.ts';
import type { Stores } from './store/stores.ts';
import type { SwitchBoard } from './switches/switchBoard.ts';
import { syncFeature } from './sync/syncFeature.ts';
import type { SyncFeature } from './sync/syncFeature.ts';
import type { SyncTimes } from './sync/syncTimes.ts';
import { uploadFeature } from './upload/uploadFeature.ts';
import type { UploadFeature } from './upload/uploadFeature.ts';

/** Dependencies of the features, except the stores. */
interface FeatureOptions {
  readonly account: string;
  /** Login of the user that the sandbox was started with. */
  readonly owner: string;
  /** Folder that the sandbox writes to. Datasources never collect the sandbox's own files in it. */
  readonly dataFolder: string;
  /** Folder for the bytes of unfinished uploads. */
  readonly uploadFolder: string;
  readonly extractionLimits: ExtractionLimits;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly times: SyncTimes;
  readonly switches: SwitchBoard;
  readonly log: (line: string) => void;
}

/** All features of a sandbox. */
export interface Features {
  readonly auth: AuthFeature;
  readonly processing: ProcessingFeature;
  readonly sync: SyncFeature;
  readonly content: ContentFeature;
  readonly upload: UploadFeature;
  readonly retention: RetentionFeature;
  /** All features. They are started in this order, and closed in the same order. */
  readonly all: readonly Feature[];
}

export function createFeatures(stores: Stores, options: FeatureOptions): Features {
  const { account, owner, clock, turns, times, switches, dataFolder, log } = options;
  const serializer = new Serializer(stores);
  const auth = authFeature(stores, { account, clock, switches });
  const processing = processingFeature(stores, {
    ...{ serializer, clock, turns, log, limits: options.extractionLimits },
  });
  const onCollected = (): void => processing.pipeline.wake();
  const sync = syncFeature(stores, {
    ...{ clock, turns, times, dataFolder, auth, onCollected, log },
  });
  const content = contentFeature(stores, { serializer, switches, sync, owner, onQueued: onCollected });
  const upload = uploadFeature(stores, {
    ...{ folder: options.uploadFolder, serializer, clock, onReceived: onCollected },
  });
  const retention = retentionFeature(stores, { clock, turns, log });
  const all: Feature[] = [
    listingFeature(stores, { serializer, clock, turns }),
    ...[sync, processing, auth, content, upload, retention],
    { views: searchViews({ ...stores, serializer }) },
    { views: accountViews({ ...stores, account }) },
    { views: logViews(stores, turns) },
  ];
  return { auth, processing, sync, content, upload, retention, all };
}
