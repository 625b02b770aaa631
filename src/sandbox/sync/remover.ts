import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { RetriedWork } from '../store/retriedWork.ts';
import { failureText, storeFailure } from '../store/storeFailure.ts';
import { removeResources } from './removeResources.ts';
import type { Stores } from '../store/stores.ts';

/** Maximum Resources removed per transaction. */
const batchSize = 100;

interface RemoverDeps extends Pick<
  Stores,
  'database' | 'resources' | 'parts' | 'contents' | 'index' | 'retention'
> {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: (line: string) => void;
}

/**
 * Removes the Resources of removed Datasources. Users can no longer see these Resources. There can be a
 * million of them, so they are removed in batches, and the server answers requests between batches. After a
 * restart, the removal continues.
 */
export class Remover {
  readonly #deps: RemoverDeps;
  /** Ids of Datasources with Resources that could not be removed. */
  readonly #stuck = new Set<number>();
  readonly #work: RetriedWork;

  constructor(deps: RemoverDeps) {
    this.#deps = deps;
    this.#work = new RetriedWork({
      work: () => this.#clearAll(),
      clock: deps.clock,
      onFailure: (error) => deps.log(`removal will be retried: ${failureText(error)}`),
    });
  }

  /** Whether all removals are done. */
  get idle(): boolean {
    return !this.#work.isRunning && this.#next() === undefined;
  }

  /**
   * Marks the Resources of a Datasource for removal. Call it in the transaction that removes the Datasource.
   * After that transaction, call {@link wake}.
   */
  add(nodeId: number): void {
    this.#deps.database.run('INSERT INTO removed_datasources (node_id) VALUES (?)', nodeId);
  }

  wake(): void {
    this.#work.wake();
  }

  async close(): Promise<void> {
    await this.#work.close();
  }

  #next(): number | undefined {
    return this.#deps.database
      .all('SELECT node_id FROM removed_datasources')
      .map((row) => Number(row['node_id']))
      .find((nodeId) => !this.#stuck.has(nodeId));
  }

  async #clearAll(): Promise<void> {
    for (let nodeId = this.#next(); nodeId !== undefined; nodeId = this.#next()) {
      if (!(await this.#clear(nodeId))) return;
    }
  }

  /** Removes all Resources of a Datasource. @returns Whether to continue with the next Datasource. */
  async #clear(nodeId: number): Promise<boolean> {
    const { database, resources, retention } = this.#deps;
    let left = 0;
    for (let after = 0; ;) {
      if (this.#work.isClosed) return false;
      const batch = resources.some(nodeId, after, batchSize);
      const last = batch.at(-1);
      if (!last) break;
      left += this.#remove(batch);
      after = last.id;
      await this.#deps.turns.forBackground();
    }
    if (left === 0) {
      database.transaction(() => {
        retention.forgetDatasource(nodeId);
        database.run('DELETE FROM removed_datasources WHERE node_id = ?', nodeId);
      });
    } else {
      // The remaining Resources stay hidden. The next start retries the removal.
      this.#stuck.add(nodeId);
      this.#deps.log(`${left} Resources of a removed Datasource could not be removed`);
    }
    return true;
  }

  /**
   * Removes a batch. If that fails, removes each Resource on its own.
   * @returns The number of Resources that could not be removed.
   */
  #remove(batch: readonly StoredResource[]): number {
    const { database } = this.#deps;
    const remove = (some: readonly StoredResource[]): boolean => {
      try {
        database.transaction(() => removeResources(this.#deps, some));
        return true;
      } catch (error) {
        if (storeFailure(error) !== undefined) throw error;
        return false;
      }
    };
    return remove(batch) ? 0 : batch.filter((one) => !remove([one])).length;
  }
}
