import { readdir, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SeededChance } from './seededChance.ts';
import type { Service, ServedDatasource } from './service.ts';

const restingStatuses = ['synced', 'error', 'error_quota', 'failed', 'paused', 'created', 'invited', 'odd'];
const activeStatuses = ['pending', 'syncing', 'resuming'];
/** Maximum duration of a simulated sync run, in ms. */
const maxRunMs = 20 * 60_000;

/** Makes random changes in the service, as other users or the service itself would. */
export class ServiceEvents {
  count = 0;
  readonly #service: Service;
  readonly #chance: SeededChance;
  readonly #now: () => number;
  /** End times of the simulated sync runs, by path of the Datasource. Times are in ms since 1970. */
  readonly #active = new Map<string, number>();
  #serial = 0;

  constructor(service: Service, chance: SeededChance, now: () => number) {
    this.#service = service;
    this.#chance = chance;
    this.#now = now;
  }

  /** Makes one random change. */
  async next(): Promise<void> {
    this.count++;
    await this.#endRuns();
    const dice = this.#chance.next();
    if (dice < 0.4) await this.#setStatuses(this.#chance.between(1, 8), restingStatuses);
    else if (dice < 0.46) await this.#setStatuses(this.#chance.between(1, 4), activeStatuses);
    else if (dice < 0.48) await this.#setStatuses(this.#chance.between(150, 600), ['failed', 'synced']);
    else if (dice < 0.6) await this.#rename();
    else if (dice < 0.73) this.#add();
    else if (dice < 0.84) await this.#remove();
    else if (dice < 0.98) await this.#changeFiles();
    else this.#service.sandbox.expireTokens();
  }

  /** Ends all simulated sync runs. After this call, only the timers of the service cause changes. */
  async rest(): Promise<void> {
    await this.#endRuns(Number.POSITIVE_INFINITY);
    await this.#service.sandbox.settled();
  }

  /** Returns the Datasources without a folder. The service itself never changes their status. */
  #plain(): readonly ServedDatasource[] {
    return [...this.#service.datasources.values()].filter(({ path: at }) => !at.includes('/collected/'));
  }

  async #endRuns(until = this.#now()): Promise<void> {
    for (const [at, end] of this.#active) {
      if (end > until) continue;
      this.#active.delete(at);
      await this.#service.sandbox.setStatus(at, this.#chance.of(['synced', 'failed']));
    }
  }

  async #setStatuses(count: number, statuses: readonly string[]): Promise<void> {
    const plain = this.#plain();
    for (let number = 0; number < count; number++) {
      const { path: at } = this.#chance.of(plain);
      const status = this.#chance.of(statuses);
      if (!(await this.#service.sandbox.setStatus(at, status, 'Set by the soak test.'))) continue;
      this.#active.delete(at);
      if (activeStatuses.includes(status))
        this.#active.set(at, this.#now() + this.#chance.between(60_000, maxRunMs));
    }
  }

  async #rename(): Promise<void> {
    const isWorkspace = this.#chance.happens(0.2);
    const at = isWorkspace
      ? this.#chance.of([...this.#service.workspaces.keys()])
      : this.#chance.of(this.#plain()).path;
    const title = `${isWorkspace ? 'Harbour' : 'Tides'} ${this.#chance.between(0, 100_000)}`;
    await this.#ifThere(() => this.#service.call(at, 'PATCH', { title }));
  }

  #add(): void {
    const parent = this.#chance.of([...this.#service.workspaces.keys()]);
    const number = ++this.#serial;
    this.#service.sandbox.addDatasource({
      ...{ parent, title: `New ${this.#chance.between(0, 100_000)}`, id: `new-${number}` },
      ...{ type: 'slack', status: 'synced' },
    });
  }

  async #remove(): Promise<void> {
    const { path: at } = this.#chance.of(this.#plain());
    if (at.endsWith('/berth-slips')) return;
    this.#active.delete(at);
    await this.#ifThere(() => this.#service.call(at, 'DELETE'));
  }

  /** Runs `act` and ignores a 404, because the object may have been removed since the last read. */
  async #ifThere(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(': 404'))) throw error;
    }
  }

  async #changeFiles(): Promise<void> {
    const folder = this.#chance.of(this.#service.origins);
    const names = await readdir(folder);
    const gone = names.length > 3 && this.#chance.happens(0.5) ? this.#chance.some(names) : undefined;
    if (gone !== undefined) await unlink(path.join(folder, gone));
    const name = `tides-${this.#chance.between(0, 400)}.txt`;
    await writeFile(path.join(folder, name), `High water at ${this.#now()}.`);
  }
}
