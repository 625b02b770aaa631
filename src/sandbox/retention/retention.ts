import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import { datasourceType } from '../base/datasourceTypes.ts';
import { failureText, storeRetryMs } from '../store/storeFailure.ts';
import type { Stores } from '../store/stores.ts';
import type { Micros } from '../store/timestamps.ts';
import { removeResources } from '../sync/removeResources.ts';

const dayMicros: Micros = 24 * 3600 * 1_000_000;

/** Maximum Resources removed per transaction. */
const batchSize = 100;

/**
 * Maximum timer delay, in ms. It is limited because no event reports that the machine has slept or that its clock was
 * set.
 */
const maxWaitMs = 3_600_000;

interface RetentionDeps extends Pick<
  Stores,
  | 'database'
  | 'timestamps'
  | 'trail'
  | 'nodes'
  | 'datasources'
  | 'resources'
  | 'parts'
  | 'contents'
  | 'index'
  | 'retention'
> {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: (line: string) => void;
}

/**
 * Applies the retention policies. Removes each Resource when its age reaches the limit for its Datasource
 * type, whatever the sync type (docs/onna-api.md §12).
 */
export class Retention {
  readonly #deps: RetentionDeps;
  #working: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Whether {@link wake} was called since the last check of all policies. */
  #mustRepeat = false;
  #closed = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Whether no work is in progress. */
  get idle(): boolean {
    return this.#working === undefined;
  }

  /**
   * Sets the policy of a Datasource type and applies it.
   * @param name `confluence` or `ConfluenceDatasource`.
   * @param days Undefined to end the policy.
   * @param login The user who sets the policy.
   * @returns Whether the Datasource type exists
   */
  setPolicy(name: string, days: number | undefined, login: string): boolean {
    const type = datasourceType(name);
    if (type === undefined) return false;
    const { database, retention, nodes, trail } = this.#deps;
    database.transaction(() => {
      retention.setPolicy(type, days);
      retention.forgetExpired(type, days === undefined ? -1 : this.#latestExpired(days));
      const account = nodes.byPath('');
      if (account) trail.audit('set_retention', account, login, { type_name: type, days: days ?? null });
    });
    this.wake();
    return true;
  }

  /** Removes expired Resources, and sets the timer for the next Resources to expire. */
  wake(): void {
    if (this.#closed) return;
    this.#mustRepeat = true;
    if (this.#working) return;
    this.#cancelTimer?.();
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#deps.log(`retention will be retried: ${failureText(error)}`);
        this.#wakeAfter(storeRetryMs);
      })
      .finally(() => {
        this.#working = undefined;
        // {@link wake} was called after the last check.
        if (this.#mustRepeat) this.wake();
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#working;
  }

  /** Resources that were added at or before this time have expired. */
  #latestExpired(days: number): Micros {
    return this.#deps.timestamps.now() - days * dayMicros;
  }

  async #work(): Promise<void> {
    const { retention } = this.#deps;
    while (this.#mustRepeat) {
      this.#mustRepeat = false;
      for (const [type, days] of retention.policies()) {
        const latestExpired = this.#latestExpired(days);
        for (const { nodeId, addedAt } of retention.oldest(type))
          if (addedAt <= latestExpired) await this.#removeExpired(nodeId, latestExpired);
      }
    }
    this.#schedule();
  }

  async #removeExpired(nodeId: number, latestExpired: Micros): Promise<void> {
    const { database, nodes, datasources, resources, retention, trail, log } = this.#deps;
    let count = 0;
    while (!this.#closed && datasources.byId(nodeId)) {
      // Ids grow with time, so all expired Resources come before the others.
      const expired = resources
        .some(nodeId, 0, batchSize)
        .filter(({ createdAt }) => createdAt <= latestExpired);
      if (expired.length === 0) break;
      database.transaction(() => {
        removeResources(this.#deps, expired);
        // Parts have no file of their own at the origin.
        const files = expired.filter(({ parentId }) => parentId === undefined);
        retention.addExpired(files);
        for (const { originKey, uid } of files) {
          const detail = { deleted_by: 'retention' };
          trail.add({ log: 'collection', action: 'removed', nodeId, uid, path: originKey, detail });
        }
        nodes.touch(nodeId);
      });
      count += expired.length;
      await this.#deps.turns.forBackground();
    }
    if (count > 0) log(`${nodes.byId(nodeId)?.title ?? nodeId}: retention removed ${count} Resources`);
  }

  #schedule(): void {
    const { retention, timestamps } = this.#deps;
    const policies = retention.policies();
    if (policies.size === 0) return;
    const ends = [...policies].flatMap(([type, days]) =>
      retention.oldest(type).map(({ addedAt }) => addedAt + days * dayMicros),
    );
    const untilNextMs = Math.ceil((Math.min(...ends) - timestamps.now()) / 1000);
    this.#wakeAfter(Math.min(maxWaitMs, Math.max(0, untilNextMs)));
  }

  #wakeAfter(ms: number): void {
    if (this.#closed) return;
    this.#cancelTimer = this.#deps.clock.after(ms, () => this.wake());
  }
}
