import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { RemovedResources } from '../store/removedResources.ts';
import type { ListingPlace } from '../store/resources.ts';

/** A place in somebody's listing. The nodes too are those of its beginning. */
export interface ScrollPosition extends ListingPlace {
  readonly login: string | undefined;
  /** uid of the object whose listing it is: a scroll goes on nowhere else. */
  readonly of: string;
  readonly datasources: ReadonlyMap<number, StoredNode>;
  readonly pageSize: number;
}

interface Scroll {
  position: ScrollPosition;
  /** By {@link Clock.monotonic}. */
  expiresAt: number;
}

const maxScrolls = 10_000;

/** Scrolls that are open, each with a keep-alive that its use renews (docs/onna-api.md §5). Not stored: a restart ends them. */
export class Scrolls {
  readonly #clock: Clock;
  readonly #removed: RemovedResources;
  readonly #scrolls = new Map<string, Scroll>();
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, removed: RemovedResources) {
    this.#clock = clock;
    this.#removed = removed;
  }

  /** From when on a listing that begins now sees what is removed. */
  removedSince(): number {
    return this.#removed.begin();
  }

  /** Undefined when this login has no such scroll of this object, or not any more. */
  find(
    id: string,
    { login, of }: Pick<ScrollPosition, 'login' | 'of'>,
    keepAliveMs: number,
  ): ScrollPosition | undefined {
    const scroll = this.#scrolls.get(id);
    const now = this.#clock.monotonic();
    // Others that have expired are the timer's: a listing of a million leaves thousands, too many to look at each time.
    if (!scroll || scroll.expiresAt <= now) return undefined;
    if (scroll.position.login !== login || scroll.position.of !== of) return undefined;
    scroll.expiresAt = now + keepAliveMs;
    return scroll.position;
  }

  /** A new id for the next page, or the same as before: then asking twice gives two pages. */
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
   * A listing came to its end. When it was the last one, what was kept for it is forgotten. Those that have expired are
   * the timer's: to look through thousands took as long as a page.
   */
  ended(): void {
    if (this.#scrolls.size === 0) this.#removed.end();
  }

  close(): void {
    this.#cancelTimer?.();
  }

  /** One timer, for the first that may have expired by then. */
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
