import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** A place in a listing. The snapshot is everything up to `lastId`, which was the newest at the first call. */
export interface ScrollPosition {
  readonly datasourceIds: readonly number[];
  readonly pageSize: number;
  readonly afterId: number;
  readonly lastId: number;
}

interface Scroll {
  position: ScrollPosition;
  expiresAt: number;
}

const mostScrolls = 10_000;

/** Scrolls that are open, each with a keep-alive that its use renews (API notes §5). Not stored: a restart ends them. */
export class Scrolls {
  readonly #clock: Clock;
  readonly #scrolls = new Map<string, Scroll>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined when there is no such scroll, or not any more. */
  find(id: string, keepAliveMs: number): ScrollPosition | undefined {
    const scroll = this.#scrolls.get(id);
    if (!scroll || scroll.expiresAt <= this.#clock.now()) {
      this.#scrolls.delete(id);
      return undefined;
    }
    scroll.expiresAt = this.#clock.now() + keepAliveMs;
    return scroll.position;
  }

  /** A new id for the next page, or the same as before: then asking twice gives two pages. */
  advance(
    previousId: string | undefined,
    position: ScrollPosition,
    keepAliveMs: number,
    keepId: boolean,
  ): string {
    const now = this.#clock.now();
    for (const [id, scroll] of this.#scrolls) {
      if (scroll.expiresAt > now && this.#scrolls.size < mostScrolls) break;
      this.#scrolls.delete(id);
    }
    const id = keepId && previousId !== undefined ? previousId : randomBytes(18).toString('base64url');
    this.#scrolls.delete(id);
    this.#scrolls.set(id, { position, expiresAt: now + keepAliveMs });
    return id;
  }
}
