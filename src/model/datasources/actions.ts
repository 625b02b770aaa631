import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient, WritableStatus } from '../../onna/client.ts';
import { delay } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError, retryAfterMs } from '../../onna/errors.ts';
import { runBulk } from './bulk.ts';
import type { BulkOutcome } from './bulk.ts';
import type { Datasource } from './datasource.ts';
import type { DatasourceStore } from './datasourceStore.ts';

/** What an action needs of the rest. */
export interface ActionContext {
  readonly store: DatasourceStore;
  readonly clock: Clock;
  client(connectionId: string): Promise<OnnaClient>;
  /** Poll the connection sooner, and the Datasource first, where it is known which. */
  acted(connectionId: string, datasourceId?: string): void;
}

/** Maximum number of Resources that are sent at a time. */
const concurrentSends = 4;
/** The longest `Retry-After` that is waited for in the middle of many requests. ms. */
const maxWaitMs = 60_000;

/**
 * What the user can have done. The row shows the new status at once and the old one again if the service
 * refuses. Nothing is ever sent twice by itself.
 */
export class Actions {
  readonly #context: ActionContext;

  constructor(context: ActionContext) {
    this.#context = context;
  }

  /** Collects now (`@sendToSpyder?force=true`). @throws OnnaError */
  async sync(connectionId: string, datasource: Datasource, signal?: AbortSignal): Promise<void> {
    await this.#change(connectionId, datasource, 'pending', signal, (client) =>
      client.sendToSpyder(datasource.path, signal),
    );
  }

  /**
   * Pauses or resumes.
   * @returns False when the service took the request and is known to have changed nothing (docs/onna-api.md §11: no such
   * endpoint is published).
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

  /** Sends all unprocessed Resources of a Datasource to processing. @throws OnnaError */
  async reprocess(connectionId: string, datasource: Datasource, signal?: AbortSignal): Promise<void> {
    const client = await this.#context.client(connectionId);
    await client.sendUnprocessedToCompute(datasource.path, signal);
    this.#context.acted(connectionId, datasource.id);
  }

  /** Has the service renew a Datasource's stored credentials with a secret of the user's. @throws OnnaError */
  async refreshCredentials(
    connectionId: string,
    datasource: Datasource,
    secret: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const client = await this.#context.client(connectionId);
    await client.refreshServiceCredentials(datasource.path, secret, signal);
    await this.#tryToReadAgain(client, connectionId, datasource.path, signal);
    this.#context.acted(connectionId, datasource.id);
  }

  /**
   * Sends Resources to processing, each on its own, so that one refusal does not stop the others.
   * @param progress Called after each, with how many have ended.
   */
  async process(
    connectionId: string,
    paths: readonly NodePath[],
    signal: AbortSignal,
    progress: (ended: number) => void,
  ): Promise<readonly BulkOutcome<NodePath>[]> {
    const client = await this.#context.client(connectionId);
    let isAskedToWait = false;
    const outcomes = await runBulk(
      paths,
      { concurrency: concurrentSends, signal, ended: progress },
      async (path) => {
        if (isAskedToWait) await this.#waitForPause(client, signal);
        if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
        try {
          await client.sendToCompute(path, signal);
        } catch (error) {
          // An earlier answer that asked to wait does not hold up what the user asks for now.
          isAskedToWait ||= error instanceof OnnaError && retryAfterMs(error) !== undefined;
          throw error;
        }
      },
    );
    this.#context.acted(connectionId);
    return outcomes;
  }

  /** Many requests are no single action: they stop when an answer to one of them asks for it. */
  async #waitForPause({ pause }: OnnaClient, signal: AbortSignal): Promise<void> {
    // Another answer may have made it longer meanwhile.
    for (let waited = 0; !signal.aborted;) {
      const remaining = pause.remainingMs();
      if (remaining === 0) return;
      if (waited + remaining > maxWaitMs)
        throw new OnnaError({ kind: 'rateLimited', retryAfterMs: remaining });
      await delay(this.#context.clock, remaining, signal);
      waited += remaining;
    }
  }

  /** @returns Whether it is known what came of it. */
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
      // It may have been done all the same: no answer is not a no.
      if (isOnnaError(error, 'timeout', 'unreachable', 'serverError'))
        this.#context.acted(connectionId, datasource.id);
      throw error;
    }
    const isKnown = await this.#tryToReadAgain(client, connectionId, datasource.path, signal);
    // A look tells only what changed: what was taken and led to nothing would be expected for an hour.
    if (!isKnown) rollBack();
    this.#context.acted(connectionId, datasource.id);
    return isKnown;
  }

  /**
   * The action stands even if this fails: what it led to is then told by the next look.
   * @returns Whether it could be read.
   */
  async #tryToReadAgain(
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
