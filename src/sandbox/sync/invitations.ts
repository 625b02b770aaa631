import type { DatasourceStore } from '../store/datasources.ts';
import type { Timestamps } from '../store/timestamps.ts';
import type { SyncEngine } from './engine.ts';
import { queued } from './queuedChange.ts';

/**
 * Invitations to share a Datasource with another owner. The Datasource does not sync until the invited user accepts.
 */
export class Invitations {
  readonly #datasources: DatasourceStore;
  readonly #timestamps: Timestamps;
  readonly #engine: SyncEngine;

  constructor(datasources: DatasourceStore, timestamps: Timestamps, engine: SyncEngine) {
    this.#datasources = datasources;
    this.#timestamps = timestamps;
    this.#engine = engine;
  }

  /** @param login The user who sends the invitation to `invited`. */
  async invite(nodeId: number, invited: string, login: string | undefined): Promise<void> {
    this.#datasources.update(nodeId, { queuedAt: undefined, nextRun: undefined });
    await this.#engine.stop(nodeId);
    if (!this.#datasources.byId(nodeId)) return;
    const change = { syncStatus: 'invited', invited, queuedAt: undefined, nextRun: undefined };
    this.#datasources.update(nodeId, change, { login });
    this.#engine.wake();
  }

  /**
   * Ends an invitation that was accepted or withdrawn. Then queues the Datasource. If the Datasource is not
   * configured, sets its status to `created` instead.
   * @param login The user who ended the invitation.
   */
  end(nodeId: number, login: string | undefined): void {
    const state = this.#datasources.byId(nodeId);
    if (state?.syncStatus !== 'invited') return;
    const isConfigured = state.origin !== undefined || state.lastSync !== undefined;
    const next = isConfigured ? queued('pending', this.#timestamps.next()) : { syncStatus: 'created' };
    this.#datasources.update(nodeId, { invited: undefined, ...next }, { login });
    this.#engine.wake();
  }

  /** @returns The reason why `login` can't accept the invitation, or undefined on success. */
  accept(nodeId: number, login: string | undefined): string | undefined {
    const state = this.#datasources.byId(nodeId);
    if (state?.syncStatus !== 'invited')
      return `Can't be accepted while it is ${state?.syncStatus ?? 'unknown'}`;
    if (state.invited !== undefined && state.invited !== login)
      return 'Only the invited user can accept the share';
    this.end(nodeId, login);
    return undefined;
  }
}
