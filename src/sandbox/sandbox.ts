import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from './base/clock.ts';
import type { Clock } from './base/clock.ts';
import { databaseName, uploadsName } from './base/dataFolder.ts';
import { prepareDataFolder } from './base/preparedDataFolder.ts';
import { EventLog } from './server/eventLog.ts';
import { defaultServerLimits } from './server/serverLimits.ts';
import type { ServerLimits } from './server/serverLimits.ts';
import { extractionLimits } from './extraction/limits.ts';
import type { ExtractionLimits } from './extraction/limits.ts';
import { logLine } from './server/logLine.ts';
import { createFeatures } from './features.ts';
import type { Features } from './features.ts';
import { SandboxHandle } from './sandboxHandle.ts';
import { openStores } from './store/stores.ts';
import type { Stores } from './store/stores.ts';
import { SwitchBoard } from './switches/switchBoard.ts';
import type { Switches } from './switches/switchBoard.ts';
import { makeTemporaryDataFolder } from './base/temporaryDataFolder.ts';
import { Turns } from './base/turns.ts';
import { SyncTimes } from './sync/syncTimes.ts';

/** Start options of a sandbox. */
export interface SandboxOptions {
  /** Folder for the stored state. Default: a temporary folder that {@link SandboxHandle.close} removes. */
  readonly dataFolder?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly container?: string;
  readonly account?: string;
  readonly user?: string;
  /** Default: random. */
  readonly password?: string;
  readonly clock?: Clock;
  /** Speed-up factor for cycles, retries and slow origins, relative to the service. Default 1. */
  readonly timeScale?: number;
  /** Minimum duration of a sync run in ms, regardless of the time scale. Default 0. */
  readonly minRunMs?: number;
  /**
   * Returns a number from 0 to 1. This number determines the length of each sync cycle within its allowed
   * range.
   */
  readonly random?: () => number;
  readonly switches?: Partial<Switches>;
  /** scrypt's cost N for passwords, a power of 2. Only tests may lower it, because their passwords protect nothing. */
  readonly passwordCost?: number;
  /** Timeouts for slow clients. */
  readonly limits?: Partial<ServerLimits>;
  /** Limits of text extraction. Tests lower them, so that small files reach them. */
  readonly extractionLimits?: Partial<ExtractionLimits>;
  /** Receives one line per event, without secrets. */
  readonly log?: (line: string) => void;
}

/** A running sandbox. */
export type Sandbox = SandboxHandle;

/**
 * Starts a local Onna on 127.0.0.1.
 * @throws DataFolderUnusable, or an Error if the port is taken, or if the data can't be upgraded or belongs to another
 * account
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const isTemporary = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await makeTemporaryDataFolder());
  await prepareDataFolder(dataFolder);
  const user = options.user ?? 'admin@sandbox.test';
  const password = options.password ?? randomBytes(12).toString('base64url');
  const container = options.container ?? 'rel0';
  const account = options.account ?? 'sandbox';
  const clock = options.clock ?? systemClock;
  const turns = new Turns(clock);
  const events = new EventLog(clock);
  const log = (text: string): void => {
    const line = logLine(text);
    events.add('event', line);
    options.log?.(line);
  };
  let stores: Stores | undefined;
  let features: Features | undefined;
  try {
    const switches = new SwitchBoard(options.switches ?? {});
    const file = path.join(dataFolder, databaseName);
    stores = openStores({ file, container, account, clock, passwordCost: options.passwordCost });
    features = createFeatures(stores, {
      ...{ account, owner: user, clock, turns, switches, log, dataFolder },
      uploadFolder: path.join(dataFolder, uploadsName),
      extractionLimits: { ...extractionLimits, ...options.extractionLimits },
      times: new SyncTimes(options.timeScale ?? 1, options.minRunMs ?? 0, options.random ?? Math.random),
    });
    features.content.tree.ensureAccount(account);
    const handle = new SandboxHandle(stores, features, {
      ...{ container, account, user, password, dataFolder, removeOnClose: isTemporary },
      ...{ clock, turns, switches, events, log, limits: { ...defaultServerLimits, ...options.limits } },
    });
    await handle.addUser({ login: user, password, role: 'guillotina.Manager', at: '' });
    stores.contents.removeUnfinished();
    stores.trail.prune();
    await features.upload.uploads.removeUnknown();
    await handle.listen(options.port ?? 0);
    handle.start();
    return handle;
  } catch (error) {
    for (const feature of features?.all ?? []) await feature.close?.();
    stores?.database.close();
    if (isTemporary) await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
}
