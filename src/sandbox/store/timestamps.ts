import type { Clock } from '../base/clock.ts';

/**
 * A time in µs since 1970. The service's dates have the same precision (docs/onna-api.md §0). File dates
 * before 1684 or after 2255 exceed 2^53 µs, so a number represents them with an error of up to 30 µs.
 */
export type Micros = number;

/** The earliest and latest time that ISO can express with a four-digit year. */
const earliest: Micros = Date.parse('0001-01-01T00:00:00Z') * 1000;
const latest: Micros = Date.parse('9999-12-31T23:59:59Z') * 1000;

/**
 * Maximum time of the clock. It is far below the year 2255, after which a number can't represent every µs.
 */
const latestNow: Micros = Date.parse('2200-01-01T00:00:00Z') * 1000;

/** Limits a date to the years 1 to 9999. NaN becomes the start of 1970. */
function clampDate(micros: number): Micros {
  return Number.isNaN(micros) ? 0 : Math.min(latest, Math.max(earliest, Math.floor(micros)));
}

/**
 * Converts the date of a file from ms to µs. If ISO does not allow the date, returns the nearest allowed
 * date.
 */
export function fileDate(ms: number): Micros {
  return clampDate(ms * 1000);
}

/** Formats a date as the service does: `2021-06-09T11:02:11.004000+00:00` (docs/onna-api.md §0). Accepts any number. */
export function isoFromMicros(micros: Micros): string {
  const date = clampDate(micros);
  const wholeSeconds = Math.floor(date / 1_000_000);
  const seconds = new Date(wholeSeconds * 1000).toISOString().slice(0, 19);
  const fraction = String(date - wholeSeconds * 1_000_000).padStart(6, '0');
  return `${seconds}.${fraction}+00:00`;
}

/**
 * Parses dates that {@link isoFromMicros} returned, including the µs, and other dates that JavaScript can
 * parse. A space in place of the `+` counts as `+`, because some clients do not encode the query string.
 */
export function microsFromIso(text: string): Micros | undefined {
  const repaired = text.trim().replace(/ (\d\d:?\d\d)$/, '+$1');
  const ms = Date.parse(repaired);
  if (Number.isNaN(ms)) return undefined;
  const fraction = /\.(\d+)/.exec(repaired)?.[1] ?? '';
  return Math.floor(ms / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/**
 * Issues timestamps that never repeat or go back, even across restarts. Otherwise queries with `since` could
 * miss changes.
 */
export class Timestamps {
  readonly #clock: Clock;
  #last: Micros;

  /** @param last The latest timestamp that an earlier process issued. */
  constructor(clock: Clock, last: Micros) {
    this.#clock = clock;
    this.#last = last;
  }

  /** Issues a timestamp that is later than all earlier ones. */
  next(): Micros {
    this.#last = Math.max(this.#last + 1, this.now());
    return this.#last;
  }

  /** The current time of the clock. */
  now(): Micros {
    return Math.min(latestNow, Math.max(0, Math.floor(this.#clock.now() * 1000)));
  }
}
