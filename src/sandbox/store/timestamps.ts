import type { Clock } from '../clock.ts';

/** µs since 1970: the precision of the service's dates (API notes §0). */
export type Micros = number;

/** `2021-06-09T11:02:11.004000+00:00`, as the service writes dates (API notes §0). */
export function isoFromMicros(micros: Micros): string {
  const seconds = new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${seconds}.${fraction}+00:00`;
}

/**
 * Reads what {@link isoFromMicros} writes, without losing its µs, and any other date that JavaScript reads.
 * A `+` that arrived as a space, from a query string that was not encoded, counts as `+`.
 */
export function microsFromIso(text: string): Micros | undefined {
  const repaired = text.trim().replace(/ (\d\d:?\d\d)$/, '+$1');
  const ms = Date.parse(repaired);
  if (Number.isNaN(ms)) return undefined;
  const fraction = /\.(\d+)/.exec(repaired)?.[1] ?? '';
  return Math.floor(ms / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Gives out moments that never repeat and never go back, even over a restart, so that `since` misses nothing. */
export class Timestamps {
  readonly #clock: Clock;
  #last: Micros;

  /** @param last The latest one given out by an earlier run. */
  constructor(clock: Clock, last: Micros) {
    this.#clock = clock;
    this.#last = last;
  }

  /** A moment later than any before. */
  next(): Micros {
    this.#last = Math.max(this.#last + 1, this.now());
    return this.#last;
  }

  /** The clock's own moment. */
  now(): Micros {
    return Math.floor(this.#clock.now() * 1000);
  }
}
