import type { AuthFeature } from '../auth/authFeature.ts';
import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import { refreshCredentialsView, sendToSpyderView, updateCredentialsView } from './actionViews.ts';
import { Collector } from './collector.ts';
import { Credentials } from './credentials.ts';
import { SyncEngine } from './engine.ts';
import { Invitations } from './invitations.ts';
import { Remover } from './remover.ts';
import type { SyncTimes } from './syncTimes.ts';

/**
 * Everything that syncs Datasources: the queue of runs, the collector, the stored credentials, the invitations, and the
 * cleanup after deletions.
 */
export interface SyncFeature extends Feature {
  readonly engine: SyncEngine;
  readonly credentials: Credentials;
  readonly invitations: Invitations;
  readonly remover: Remover;
}

export function syncFeature(
  stores: Stores,
  options: {
    readonly clock: Clock;
    readonly turns: Turns;
    readonly times: SyncTimes;
    /** The data folder of this sandbox. The sandbox's own files in it are never collected. */
    readonly dataFolder: string;
    readonly auth: Pick<AuthFeature, 'tokens' | 'consents'>;
    /** Called when there may be new Resources to process. */
    readonly onCollected: () => void;
    readonly log: (line: string) => void;
  },
): SyncFeature {
  const { clock, turns, times, dataFolder, auth, onCollected, log } = options;
  const { datasources, timestamps, wallet } = stores;
  const credentials = new Credentials(wallet, timestamps, clock);
  const collector = new Collector({ ...stores, clock, turns, dataFolder, onStored: onCollected, log });
  const engine = new SyncEngine({ ...stores, credentials, collector, clock, times, onCollected, log });
  const invitations = new Invitations(datasources, timestamps, engine);
  const remover = new Remover({ ...stores, clock, turns, log });
  return {
    views: [
      sendToSpyderView(engine, datasources),
      refreshCredentialsView(engine, auth.tokens),
      updateCredentialsView(engine, wallet, auth.consents),
    ],
    ...{ engine, credentials, invitations, remover },
    start: () => {
      credentials.start();
      engine.start();
      remover.wake();
    },
    close: async () => {
      credentials.close();
      await engine.close();
      await remover.close();
    },
  };
}
