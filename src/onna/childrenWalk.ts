import type { NodePath } from './address.ts';
import type { OnnaClient } from './client.ts';
import type { Clock } from './clock.ts';
import { isOnnaError } from './errors.ts';
import type { Child } from './wire/children.ts';

/** What one step of a walk brought. */
export interface WalkStep {
  /** Resources not seen before in this walk. */
  readonly added: readonly Child[];
  readonly done: boolean;
}

/** After so many pages with nothing new the listing is taken to be at its end: it repeats itself. */
const mostFruitlessPages = 3;

/** An empty page sooner than this after the page before is the end; later, the scroll may have expired (API notes §5). */
const scrollKeepAliveMs = 55_000;

/**
 * Pages through the Resources of one node, with a rule for everything API notes §5 allows: a cursor that
 * stays the same, a short page, a page that repeats, an end by empty page or by missing cursor, and a
 * cursor that expired, which starts again from the first page and skips what is known.
 */
export class ChildrenWalk {
  readonly #client: () => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #path: NodePath;
  readonly #pageSize: number;
  readonly #seen = new Set<NodePath>();
  #cursor: string | undefined;
  #lastPageAt = 0;
  #pages = 0;
  #done = false;

  /** @param client Asked anew for every page: proxy settings may change between two of them. */
  constructor(client: () => Promise<OnnaClient>, clock: Clock, path: NodePath, pageSize: number) {
    this.#client = client;
    this.#clock = clock;
    this.#path = path;
    this.#pageSize = pageSize;
  }

  get done(): boolean {
    return this.#done;
  }

  /** The next page that holds something new. A step that fails changes nothing: it can be taken again. */
  async next(signal?: AbortSignal): Promise<WalkStep> {
    let cursor = this.#cursor;
    let restarted = false;
    let expired = false;
    let fruitless = 0;
    let receivedAfterRestart = 0;
    while (!this.#done) {
      const mayHaveExpired = cursor !== undefined && !restarted;
      let page;
      let client;
      try {
        client = await this.#client();
        page = await client.children(this.#path, this.#pageSize, cursor, signal);
      } catch (error) {
        // Elasticsearch answers 404 for an expired scroll, Onna perhaps 500.
        if (!mayHaveExpired || !isOnnaError(error, 'notFound', 'serverError', 'invalid')) throw error;
        restarted = true;
        expired = true;
        cursor = undefined;
        continue;
      }
      const waited = this.#clock.now() - this.#lastPageAt;
      if (page.received === 0 && mayHaveExpired && waited > scrollKeepAliveMs) {
        restarted = true;
        expired = true;
        cursor = undefined;
        continue;
      }
      const added = this.#takeNew(page.children);
      this.#pages++;
      // Page 2 is page 1: the service did not see the cursor. It may, sent in another manner (API notes §5).
      const isFirstAgain =
        !expired && this.#pages === 2 && added.length === 0 && page.received === this.#seen.size;
      if (isFirstAgain && page.received > 0 && client.tryOtherChildrenManner()) {
        this.#pages = 0;
        restarted = true;
        cursor = undefined;
        continue;
      }
      cursor = page.cursor;
      this.#cursor = cursor;
      this.#lastPageAt = this.#clock.now();
      this.#done = cursor === undefined || page.received === 0;
      if (added.length > 0) return { added, done: this.#done };
      if (restarted) {
        // Pages known from before the restart are expected, but no more of them than there were.
        receivedAfterRestart += page.received;
        if (receivedAfterRestart > this.#seen.size + mostFruitlessPages * this.#pageSize) this.#done = true;
      } else if (++fruitless >= mostFruitlessPages) {
        this.#done = true;
      }
    }
    return { added: [], done: true };
  }

  #takeNew(children: readonly Child[]): Child[] {
    const added: Child[] = [];
    for (const child of children) {
      if (this.#seen.has(child.path)) continue;
      this.#seen.add(child.path);
      added.push(child);
    }
    return added;
  }
}
