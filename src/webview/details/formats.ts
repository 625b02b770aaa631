import { dateFormats, type DateFormats } from '../page/dates.ts';

/** Formats in the page's language and time zone. */
export interface Formats extends DateFormats {
  readonly timeZone: string;
  readonly numbers: Intl.NumberFormat;
  /** Formats the time of day, without the date. */
  readonly clockTimes: Intl.DateTimeFormat;
  /** @param ms The duration, in ms. */
  readonly duration: (ms: number) => string;
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Durations below this limit, in seconds, are shown with a fraction of a second. */
const shortSeconds = 10;

/** Splits a duration into its two largest units, rounded down. */
function durationParts(seconds: number): { unit: string; value: number }[] {
  if (seconds < shortSeconds) return [{ unit: 'second', value: seconds }];
  const first = units.findIndex(([, size]) => seconds >= size);
  let left = Math.round(seconds);
  return units
    .slice(first, first + 2)
    .map(([unit, size]) => {
      const value = Math.floor(left / size);
      left -= value * size;
      return { unit, value };
    })
    .filter(({ value }, index) => index === 0 || value > 0);
}

/** @param timeZone A name that `isTimeZone` accepts. */
export function formatsFor(language: string, timeZone: string): Formats {
  const unitFormat = (unit: string): Intl.NumberFormat =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    });
  return {
    ...dateFormats(language, timeZone),
    timeZone,
    numbers: new Intl.NumberFormat(language),
    clockTimes: new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone }),
    duration: (ms) =>
      durationParts(ms / 1000)
        .map(({ unit, value }) => unitFormat(unit).format(value))
        .join(' '),
  };
}
