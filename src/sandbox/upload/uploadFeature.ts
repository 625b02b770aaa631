import type { Clock } from '../base/clock.ts';
import type { Serializer } from '../content/serializer.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import { UploadReceiver } from './receiver.ts';
import { UploadStore } from './uploadStore.ts';
import { uploadViews } from './uploadViews.ts';

/** Uploads to folder Datasources, in one request or with the TUS protocol (docs/onna-api.md §4). */
export interface UploadFeature extends Feature {
  readonly uploads: UploadStore;
}

export function uploadFeature(
  stores: Stores,
  options: {
    /** Folder for the bytes of unfinished uploads. */
    readonly folder: string;
    readonly serializer: Serializer;
    readonly clock: Clock;
    /** Called when an upload is complete. */
    readonly onReceived: () => void;
  },
): UploadFeature {
  const { folder, serializer, clock, onReceived } = options;
  const uploads = new UploadStore(folder, stores.settings, clock);
  const receiver = new UploadReceiver({ ...stores, uploads, onReceived });
  return { views: uploadViews({ uploads, receiver, serializer }), uploads };
}
