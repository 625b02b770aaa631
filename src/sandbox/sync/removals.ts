import { middleCut } from '../base/middleCut.ts';
import type { Turns } from '../base/turns.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Stores } from '../store/stores.ts';
import { removeResources } from './removeResources.ts';

/** Maximum number of removals that need no confirmation, however few Resources the Datasource has. */
const maxUnasked = 20;

/** Maximum number of Resources removed per transaction. */
const maxRemovedAtOnce = 100;

/** Maximum number of Resources counted per query. */
const maxCountedAtOnce = 5_000;

interface RemovalDeps extends Pick<
  Stores,
  'database' | 'trail' | 'nodes' | 'datasources' | 'resources' | 'parts' | 'contents' | 'index'
> {
  readonly turns: Turns;
}

/** Thrown if a user must confirm the removals of a run. */
export class RemovalsUnconfirmed extends Error {
  override readonly name = 'RemovalsUnconfirmed';
  /** Number of Resources that the run would remove. */
  readonly removals: number;

  constructor(removals: number, reason: string) {
    super(
      `${reason} Nothing was removed. If their files were deleted on purpose, Sync Now removes the Resources too. If not, restore the origin first: a disk may not be mounted.`,
    );
    this.removals = removals;
  }
}

/** Removes the Resources that a complete run did not see at the origin. */
export class Removals {
  readonly #deps: RemovalDeps;

  constructor(deps: RemovalDeps) {
    this.#deps = deps;
  }

  /**
   * Checks whether the removals need confirmation, because an unmounted origin looks like an empty one.
   * @param places Identities of the origin and its mount points, from the current run.
   * @throws RemovalsUnconfirmed, or the signal's reason
   */
  async check(
    { nodeId }: DatasourceState,
    places: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<void> {
    const state = this.#deps.datasources.byId(nodeId);
    if (!state) return;
    const left = await this.#countUnseen(state, '', signal);
    if (left === 0) return;
    // If the run was paused during its removals, it has already removed some Resources.
    const gone = left + state.counts.removed;
    const files = state.docCount - this.#deps.parts.countIn(nodeId);
    const known = files - state.counts.added + state.counts.removed;
    const unconfirmed = gone - (state.confirmedRemovals ?? 0);
    if (unconfirmed <= 0) return;
    if (unconfirmed > maxUnasked && gone * 2 > known)
      throw new RemovalsUnconfirmed(gone, `${gone} of ${known} Resources are no longer in the origin.`);
    const former = new Map(JSON.parse(state.places ?? '[]') as [string, string][]);
    for (const [key, identity] of former) {
      if (places.get(key) === identity) continue;
      const below = key === '' ? left : await this.#countUnseen(state, key, signal);
      if (below === 0) continue;
      const place = key === '' ? 'The origin' : `The folder /${middleCut(key)} of the origin`;
      throw new RemovalsUnconfirmed(
        gone,
        `${place} is not the same folder or disk as at the last sync, and ${below} of ${known} Resources are no longer in it.`,
      );
    }
  }

  /** Removes the Resources that the run did not see. @throws The signal's reason */
  async run({ nodeId, run }: DatasourceState, signal: AbortSignal): Promise<void> {
    const { database, nodes, datasources, resources, trail } = this.#deps;
    let afterId = 0;
    for (;;) {
      const gone = resources.unseen(nodeId, run, afterId, maxRemovedAtOnce);
      const last = gone.at(-1);
      if (!last) return;
      afterId = last.id;
      database.transaction(() => {
        removeResources(this.#deps, gone);
        for (const { originKey, uid } of gone) {
          const detail = { deleted_by: 'origin' };
          trail.add({ log: 'collection', action: 'removed', nodeId, uid, path: originKey, detail });
        }
        datasources.count(nodeId, { removed: gone.length });
        nodes.touch(nodeId);
      });
      await this.#deps.turns.forBackground();
      signal.throwIfAborted();
    }
  }

  /** Counts unseen Resources page by page, so that the server can answer requests between pages. */
  async #countUnseen({ nodeId, run }: DatasourceState, folder: string, signal: AbortSignal): Promise<number> {
    let count = 0;
    for (let afterId: number | undefined = 0; afterId !== undefined;) {
      const page = this.#deps.resources.countUnseen(nodeId, run, folder, afterId, maxCountedAtOnce);
      count += page.unseen;
      afterId = page.lastId;
      await this.#deps.turns.forBackground();
      signal.throwIfAborted();
    }
    return count;
  }
}
