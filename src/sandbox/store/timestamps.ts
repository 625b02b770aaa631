import type { Clock } from '../base/clock.ts';

/**
 * µs since 1970: the precision of the service's dates (docs/onna-api.md §0). File dates can exceed 2^53 µs (before 1684
 * or after 2255); a number represents those to within about 30 µs.
 */
export type Micros = number;

/** The first and last time that an ISO date with a four-digit year can express. */
const earliest: Micros = Date.parse('0001-01-01T00:00:00Z') * 1000;
const latest: Micros = Date.parse('9999-12-31T23:59:59Z') * 1000;

/** The clock is capped at 2200: soon after that, numbers can no longer distinguish single µs. */
const latestNow: Micros = Date.parse('2200-01-01T00:00:00Z') * 1000;

/** The nearest date in the years 1 to 9999. NaN becomes 1970. */
function clampDate(micros: number): Micros {
  return Number.isNaN(micros) ? 0 : Math.min(latest, Math.max(earliest, Math.floor(micros)));
}

/** The date of a file, from ms since 1970. File systems allow dates that ISO does not: those are clamped. */
export function fileDate(ms: number): Micros {
  return clampDate(ms * 1000);
}

/** `2021-06-09T11:02:11.004000+00:00`, as the service writes dates (docs/onna-api.md §0), for any number. */
export function isoFromMicros(micros: Micros): string {
  const date = clampDate(micros);
  const wholeSeconds = Math.floor(date / 1_000_000);
  const seconds = new Date(wholeSeconds * 1000).toISOString().slice(0, 19);
  const fraction = String(date - wholeSeconds * 1_000_000).padStart(6, '0');
  return `${seconds}.${fraction}+00:00`;
}

/**
 * Parses the output of {@link isoFromMicros}, including its µs, and any other date that JavaScript parses.
 * A space in place of the `+`, from a query string that was not encoded, counts as `+`.
 */
export function microsFromIso(text: string): Micros | undefined {
  const repaired = text.trim().replace(/ (\d\d:?\d\d)$/, '+$1');
  const ms = Date.parse(repaired);
  if (Number.isNaN(ms)) return undefined;
  const fraction = /\.(\d+)/.exec(repaired)?.[1] ?? '';
  return Math.floor(ms / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Issues timestamps that never repeat or go back, even across restarts, so that `since` misses nothing. */
export class Timestamps {
  readonly #clock: Clock;
  #last: Micros;

  /** @param last The latest timestamp that an earlier process issued. */
  constructor(clock: Clock, last: Micros) {
    this.#clock = clock;
    this.#last = last;
  }

  /** A timestamp later than all before it. */
  next(): Micros {
    this.#last = Math.max(this.#last + 1, this.now());
    return this.#last;
  }

  /** The time of the clock. */
  now(): Micros {
    return Math.min(latestNow, Math.max(0, Math.floor(this.#clock.now() * 1000)));
  }
}
