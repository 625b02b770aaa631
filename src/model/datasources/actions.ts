import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient, WritableStatus } from '../../onna/client.ts';
import { delay, type Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError, retryAfterMs } from '../../onna/errors.ts';
import { runBulk, type BulkOutcome } from './bulk.ts';
import type { Datasource } from './datasource.ts';
import type { DatasourceStore } from './datasourceStore.ts';

/** The dependencies of {@link Actions}. */
interface ActionContext {
  readonly store: DatasourceStore;
  readonly clock: Clock;
  client(connectionId: string): Promise<OnnaClient>;
  /** Polls the connection sooner and, if `datasourceId` is given, reads that Datasource first. */
  acted(connectionId: string, datasourceId?: string): void;
}

/** Maximum concurrent requests when sending Resources. */
const concurrentSends = 4;
/** Maximum total wait for `Retry-After` in the middle of a batch, in ms. */
const maxWaitMs = 60_000;

/**
 * The user's actions. The row shows the new status at once, and returns to the old status if the service refuses. A
 * failed request is never retried automatically.
 */
export class Actions {
  readonly #context: ActionContext;

  constructor(context: ActionContext) {
    this.#context = context;
  }

  /** Starts a sync now (`@sendToSpyder?force=true`). @throws OnnaError */
  async sync(connectionId: string, datasource: Datasource, signal?: AbortSignal): Promise<void> {
    await this.#change(connectionId, datasource, 'pending', signal, (client) =>
      client.sendToSpyder(datasource.path, signal),
    );
  }

  /**
   * Pauses or resumes a Datasource.
   * @returns False if the service accepted the request, but the Datasource's status has not changed (docs/onna-api.md
   * §11: Onna publishes no endpoint for pausing).
   */
  async writeStatus(
    connectionId: string,
    datasource: Datasource,
    status: WritableStatus,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const before = datasource.status;
    const isKnown = await this.#change(connectionId, datasource, status, signal, (client) =>
      client.writeStatus(datasource.path, status, signal),
    );
    return !isKnown || this.#context.store.find(connectionId, datasource.id)?.status !== before;
  }

  /** Sends all unprocessed Resources of a Datasource for processing. @throws OnnaError */
  async reprocess(connectionId: string, datasource: Datasource, signal?: AbortSignal): Promise<void> {
    const client = await this.#context.client(connectionId);
    await client.sendUnprocessedToCompute(datasource.path, signal);
    this.#context.acted(connectionId, datasource.id);
  }

  /**
   * Sends Resources for processing, one request each, so that one refusal does not stop the others.
   * @param progress Called after each request with the number of requests that have ended, and with the outcome of this
   * request.
   */
  async process(
    connectionId: string,
    paths: readonly NodePath[],
    signal: AbortSignal,
    progress: (ended: number, outcome: BulkOutcome<NodePath>) => void,
  ): Promise<readonly BulkOutcome<NodePath>[]> {
    const client = await this.#context.client(connectionId);
    let mustWait = false;
    const outcomes = await runBulk(
      paths,
      { concurrency: concurrentSends, signal, ended: progress },
      async (path) => {
        if (mustWait) await this.#waitForPause(client, signal);
        if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
        try {
          await client.sendToCompute(path, signal);
        } catch (error) {
          // Only a `Retry-After` that this batch received delays the batch. An older `Retry-After` does not delay a
          // user's action.
          mustWait ||= error instanceof OnnaError && retryAfterMs(error) !== undefined;
          throw error;
        }
      },
    );
    this.#context.acted(connectionId);
    return outcomes;
  }

  /** Waits for the end of a `Retry-After` pause that this batch received. A single action does not wait. */
  async #waitForPause({ pause }: OnnaClient, signal: AbortSignal): Promise<void> {
    // Another response may have extended the pause during the wait.
    for (let waited = 0; !signal.aborted;) {
      const remaining = pause.remainingMs();
      if (remaining === 0) return;
      if (waited + remaining > maxWaitMs)
        throw new OnnaError({ kind: 'rateLimited', retryAfterMs: remaining });
      await delay(this.#context.clock, remaining, signal);
      waited += remaining;
    }
  }

  /** @returns Whether the resulting status could be read. */
  async #change(
    connectionId: string,
    datasource: Datasource,
    expected: string,
    signal: AbortSignal | undefined,
    act: (client: OnnaClient) => Promise<void>,
  ): Promise<boolean> {
    const rollBack = this.#context.store.expect(connectionId, datasource.id, expected);
    let client: OnnaClient;
    try {
      client = await this.#context.client(connectionId);
      await act(client);
    } catch (error) {
      rollBack();
      // The service may have carried out the action anyway: without a response, the outcome is unknown.
      if (isOnnaError(error, 'timeout', 'unreachable', 'serverError'))
        this.#context.acted(connectionId, datasource.id);
      throw error;
    }
    const isKnown = await this.#tryToReread(client, connectionId, datasource.path, signal);
    // A poll reports only changes. If the action changed nothing, the expected status would stay on screen until the
    // next full listing, up to an hour later.
    if (!isKnown) rollBack();
    this.#context.acted(connectionId, datasource.id);
    return isKnown;
  }

  /**
   * Reads the Datasource after an action. If the read fails, the action has still succeeded, and the next poll shows
   * its result.
   * @returns Whether the Datasource could be read.
   */
  async #tryToReread(
    client: OnnaClient,
    connectionId: string,
    path: NodePath,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    try {
      const node = await client.node(path, signal);
      this.#context.store.applyNodes(connectionId, [node], this.#context.clock.now());
      return true;
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      return false;
    }
  }
}
