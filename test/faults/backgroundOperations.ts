import assert from 'node:assert/strict';
import { ExceptionCounts } from '../../src/model/history/exceptionCounts.ts';
import { Findings, type FindingsDeps } from '../../src/model/history/findings.ts';
import { settle } from '../doubles/fakeClock.ts';
import { throwUncaught } from '../support/throwUncaught.ts';
import { exceptionCount, noteCount } from './detailsRecords.ts';
import { ends, wiki, type Operation } from './operation.ts';
import type { World } from './world.ts';

/** The {@link Findings} of one window. Tracks the running requests, so that a test can wait for them. */
class WatchedFindings {
  readonly findings: Findings;
  readonly #world: World;
  readonly #running = new Set<Promise<unknown>>();

  constructor(world: World) {
    this.#world = world;
    const watched = <T>(request: Promise<T>): Promise<T> => {
      const ended = request.then(
        () => undefined,
        () => undefined,
      );
      this.#running.add(ended);
      return request;
    };
    const counts = new ExceptionCounts(() => world.client());
    const deps: FindingsDeps = {
      logs: { newestError: (owner, signal) => watched(world.logs.newestError(owner, signal)) },
      counts: { read: (id, signal) => watched(counts.read(id, signal)) },
      clock: world.pollClock,
      onDidChangeStore: world.store.onDidChange,
      onError: throwUncaught,
    };
    this.findings = new Findings(deps);
    world.whenClosed(this.findings);
  }

  /** Draws the row of the wiki several times, as VS Code does, and waits for the requests. */
  async draw(): Promise<void> {
    const { connection, pollClock } = this.#world;
    for (let times = 0; times < 3; times++) this.findings.shown(connection.id, this.#wiki());
    // The exceptions are counted after a short delay.
    await pollClock.advance(10_000);
    await Promise.all(this.#running);
    await settle();
  }

  found(): { readonly reason: string | undefined; readonly exceptions: number | undefined } {
    return this.findings.get(this.#world.connection.id, this.#wiki());
  }

  #wiki(): NonNullable<ReturnType<World['store']['find']>> {
    const found = this.#world.store.find(this.#world.connection.id, 'uid-wiki');
    assert.ok(found);
    return found;
  }
}

function finding(
  name: string,
  concerns: Operation['concerns'],
  isThere: (found: ReturnType<WatchedFindings['found']>) => boolean,
): Operation {
  return {
    name,
    place: 'row of the Datasource, which shows no error',
    maxRequests: 3,
    concerns,
    prepare: (world) => {
      world.open(true);
      const fail = (at: string): void =>
        world.see({ sync_status: 'failed', '@timestamp': `2026-03-01T${at}:00.000000+00:00` });
      fail('11:40');
      let watched = new WatchedFindings(world);
      return Promise.resolve({
        run: async () => {
          await watched.draw();
          return undefined;
        },
        check: () => assert.ok(isThere(watched.found()), JSON.stringify(watched.found())),
        kept: () => world.ids(),
        idle: () => watched.draw(),
        recover: async () => {
          // After a refusal, the reason is requested again only for a new failure, and the counts only in a
          // new session.
          fail('11:50');
          await world.pass(6 * 60_000);
          await watched.draw();
          if (!isThere(watched.found())) watched = new WatchedFindings(world);
          await watched.draw();
          return undefined;
        },
      });
    },
  };
}

/** Requests that the extension sends for the rows of the tree, without a user action. */
export const backgroundOperations: readonly Operation[] = [
  finding('reason of a failed row', ends('@getAuditLogSpyder'), ({ reason }) =>
    (reason ?? '').includes('No access'),
  ),
  finding(
    'exceptions of an account',
    ({ path }) => path === '/@frontsearch' && !path.startsWith(wiki),
    ({ exceptions }) => exceptions === exceptionCount - noteCount,
  ),
];
