import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from './base/clock.ts';
import type { Clock } from './base/clock.ts';
import { databaseName, markDataFolder, uploadsName } from './base/dataFolder.ts';
import { EventLog } from './server/eventLog.ts';
import { defaultServerLimits } from './server/serverLimits.ts';
import type { ServerLimits } from './server/serverLimits.ts';
import { logLine } from './server/logLine.ts';
import { buildParts } from './parts.ts';
import type { Parts } from './parts.ts';
import { SandboxHandle } from './sandboxHandle.ts';
import type { Switches } from './switches/switchBoard.ts';
import { makeTemporaryDataFolder } from './base/temporaryDataFolder.ts';

/** How a sandbox is started. Everything can be left out. */
export interface SandboxOptions {
  /** Where state is kept. Without it: a temporary folder that {@link SandboxHandle.close} removes. */
  readonly dataFolder?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly container?: string;
  readonly account?: string;
  readonly user?: string;
  /** Random when left out. */
  readonly password?: string;
  readonly clock?: Clock;
  /** How many times faster than the service cycles, retries and slow origins are. Default 1. */
  readonly timeScale?: number;
  /** Real ms that a run takes at least. Default 0. */
  readonly shortestRunMs?: number;
  /** In 0..1; decides where in its span each cycle ends. */
  readonly random?: () => number;
  readonly switches?: Partial<Switches>;
  /** scrypt's N for passwords, a power of 2. Lower it only where passwords protect nothing: in tests. */
  readonly passwordCost?: number;
  /** How long slow clients are waited for. */
  readonly limits?: Partial<ServerLimits>;
  /** One line, without secrets, for whatever happens. */
  readonly log?: (line: string) => void;
}

/** A running sandbox. */
export type Sandbox = SandboxHandle;

/**
 * Starts a local Onna on 127.0.0.1.
 * @throws Error when the port is taken, or the data folder is of another version or in use by another account
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const isTemporary = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await makeTemporaryDataFolder());
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const user = options.user ?? 'admin@sandbox.test';
  const password = options.password ?? randomBytes(12).toString('base64url');
  const clock = options.clock ?? systemClock;
  const events = new EventLog(clock);
  let parts: Parts | undefined;
  try {
    await markDataFolder(dataFolder);
    parts = buildParts({
      dataFolder,
      file: path.join(dataFolder, databaseName),
      uploadFolder: path.join(dataFolder, uploadsName),
      container: options.container ?? 'rel0',
      account: options.account ?? 'sandbox',
      owner: user,
      clock,
      timeScale: options.timeScale ?? 1,
      shortestRunMs: options.shortestRunMs ?? 0,
      random: options.random ?? Math.random,
      switches: options.switches ?? {},
      passwordCost: options.passwordCost,
      log: (text) => {
        const line = logLine(text);
        events.add('event', line);
        options.log?.(line);
      },
    });
    parts.tree.ensureAccount(parts.account);
    const handle = new SandboxHandle(parts, {
      user,
      password,
      dataFolder,
      removeOnClose: isTemporary,
      events,
      limits: { ...defaultServerLimits, ...options.limits },
    });
    await handle.addUser({ login: user, password, role: 'guillotina.Manager', at: '' });
    parts.contents.removeUnfinished();
    parts.trail.prune();
    await parts.uploads.removeUnknown();
    await handle.listen(options.port ?? 0);
    parts.credentials.start();
    parts.engine.start();
    parts.pipeline.wake();
    parts.remover.wake();
    return handle;
  } catch (error) {
    parts?.credentials.close();
    await parts?.engine.close();
    parts?.database.close();
    if (isTemporary) await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
}
