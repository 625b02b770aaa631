import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { StoredResource } from '../store/resources.ts';
import { failureText, storeFailure } from '../store/storeFailure.ts';
import type { Collector } from './collector.ts';
import type { Stores } from '../store/stores.ts';

/** Resources that are removed together. */
const batchSize = 100;

/** Time until a store that refused to be written is tried again, in ms. */
const storeRetryMs = 5_000;

interface RemoverDeps extends Pick<Stores, 'database' | 'resources'> {
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Clears away the Resources of Datasources that are gone. Nobody sees them any more, but there can be a million:
 * batch by batch, so that others are answered in between. A restart goes on where a stop left it.
 */
export class Remover {
  readonly #deps: RemoverDeps;
  /** Datasources of which something could not be removed. */
  readonly #stuck = new Set<number>();
  #working: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(deps: RemoverDeps) {
    this.#deps = deps;
  }

  /** Whether nothing is left to be removed. */
  get idle(): boolean {
    return this.#working === undefined && this.#next() === undefined;
  }

  /** To be called in the transaction that removes the Datasource, and {@link wake} after it. */
  add(nodeId: number): void {
    this.#deps.database.run('INSERT INTO removed_datasources (node_id) VALUES (?)', nodeId);
  }

  wake(): void {
    if (this.#closed || this.#working) return;
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#deps.log(`removing waits: ${failureText(error)}`);
        this.#cancelRetry?.();
        if (!this.#closed) this.#cancelRetry = this.#deps.clock.after(storeRetryMs, () => this.wake());
      })
      .finally(() => {
        this.#working = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    await this.#working;
  }

  #next(): number | undefined {
    return this.#deps.database
      .all('SELECT node_id FROM removed_datasources')
      .map((row) => Number(row['node_id']))
      .find((nodeId) => !this.#stuck.has(nodeId));
  }

  async #work(): Promise<void> {
    for (let nodeId = this.#next(); nodeId !== undefined; nodeId = this.#next()) {
      if (!(await this.#clear(nodeId))) return;
    }
  }

  /** @returns Whether there is time to go on. */
  async #clear(nodeId: number): Promise<boolean> {
    const { database, resources } = this.#deps;
    let left = 0;
    for (let after = 0; ;) {
      if (this.#closed) return false;
      const batch = resources.some(nodeId, after, batchSize);
      const last = batch.at(-1);
      if (!last) break;
      left += this.#remove(batch);
      after = last.id;
      await setImmediate();
    }
    if (left === 0) {
      database.run('DELETE FROM removed_datasources WHERE node_id = ?', nodeId);
    } else {
      // They stay hidden, and the next start tries again.
      this.#stuck.add(nodeId);
      this.#deps.log(`${left} Resources of a removed Datasource could not be removed`);
    }
    return true;
  }

  /** @returns How many could not be removed: one of them keeps none of the others. */
  #remove(batch: readonly StoredResource[]): number {
    const { database, collector } = this.#deps;
    const remove = (some: readonly StoredResource[]): boolean => {
      try {
        database.transaction(() => collector.removeResources(some));
        return true;
      } catch (error) {
        if (storeFailure(error) !== undefined) throw error;
        return false;
      }
    };
    return remove(batch) ? 0 : batch.filter((one) => !remove([one])).length;
  }
}
