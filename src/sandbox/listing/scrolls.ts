import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { RemovedResources } from '../store/removedResources.ts';
import type { ListingPlace } from '../store/resources.ts';

/** A position in a user's listing. Contains the Datasource nodes as they were when the listing began. */
export interface ScrollPosition extends ListingPlace {
  readonly login: string | undefined;
  /** uid of the listed object. A scroll id is valid for this object only. */
  readonly of: string;
  readonly datasources: ReadonlyMap<number, StoredNode>;
  readonly pageSize: number;
}

interface Scroll {
  position: ScrollPosition;
  /** Time on {@link Clock.monotonic}, in ms. */
  expiresAt: number;
}

const maxScrolls = 10_000;

/**
 * The open scrolls. Each use of a scroll extends its lifetime (docs/onna-api.md §5). Scrolls are kept in memory only,
 * so a restart drops them.
 */
export class Scrolls {
  readonly #clock: Clock;
  readonly #removed: RemovedResources;
  readonly #scrolls = new Map<string, Scroll>();
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, removed: RemovedResources) {
    this.#clock = clock;
    this.#removed = removed;
  }

  /**
   * Starts to record removed Resources for a new listing. Returns the number of the last removal before the listing.
   */
  removedSince(): number {
    return this.#removed.begin();
  }

  /** @returns Undefined if this login has no open scroll with this id on this object. */
  find(
    id: string,
    { login, of }: Pick<ScrollPosition, 'login' | 'of'>,
    keepAliveMs: number,
  ): ScrollPosition | undefined {
    const scroll = this.#scrolls.get(id);
    const now = this.#clock.monotonic();
    // The timer removes other expired scrolls: a listing of a million Resources leaves thousands of scrolls, too many
    // to scan for each page.
    if (!scroll || scroll.expiresAt <= now) return undefined;
    if (scroll.position.login !== login || scroll.position.of !== of) return undefined;
    scroll.expiresAt = now + keepAliveMs;
    return scroll.position;
  }

  /**
   * @param keepId Whether the scroll keeps its id. If it does, a client that sends the same id twice gets two
   * different pages.
   */
  advance(
    previousId: string | undefined,
    position: ScrollPosition,
    keepAliveMs: number,
    keepId: boolean,
  ): string {
    const id = keepId && previousId !== undefined ? previousId : randomBytes(18).toString('base64url');
    this.#scrolls.delete(id);
    this.#scrolls.set(id, { position, expiresAt: this.#clock.monotonic() + keepAliveMs });
    const [oldest] = this.#scrolls.keys();
    if (this.#scrolls.size > maxScrolls && oldest !== undefined) this.#scrolls.delete(oldest);
    this.#removeLater();
    return id;
  }

  /**
   * Reports that a listing has finished. Stops recording removals if no scroll is left. Does not remove
   * expired scrolls: scanning thousands of them here would take as long as serving a page. The timer removes
   * them.
   */
  ended(): void {
    if (this.#scrolls.size === 0) this.#removed.end();
  }

  close(): void {
    this.#cancelTimer?.();
  }

  /** Starts one timer for all scrolls. It fires when the first scroll can expire. */
  #removeLater(): void {
    if (this.#cancelTimer || this.#scrolls.size === 0) return;
    const soonest = Math.min(...[...this.#scrolls.values()].map(({ expiresAt }) => expiresAt));
    this.#cancelTimer = this.#clock.after(Math.max(0, soonest - this.#clock.monotonic()), () => {
      this.#cancelTimer = undefined;
      this.#removeExpired();
      this.ended();
      this.#removeLater();
    });
  }

  #removeExpired(): void {
    const now = this.#clock.monotonic();
    for (const [id, { expiresAt }] of this.#scrolls) if (expiresAt <= now) this.#scrolls.delete(id);
  }
}
