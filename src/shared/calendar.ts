/** The days of a time zone. Months are numbered from 0. Days and months may overflow, as with `Date`. */
export interface Calendar {
  /** The start of a day, in ms since 1970. */
  readonly dayStart: (year: number, month: number, day: number) => number;
  readonly today: { readonly year: number; readonly month: number; readonly day: number };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A local date and time, encoded as if it were UTC. In ms since 1970, rounded down to seconds. */
function localTime(format: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era') === 'B' ? 1 - number('year') : number('year');
  return utc(year, number('month') - 1, number('day'), number('hour'), number('minute'), number('second'));
}

/** Replaces `Date.UTC`, which maps the years 0 to 99 to 1900 to 1999. */
function utc(year: number, month: number, day: number, ...time: [number, number, number] | []): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  const [hour, minute, second] = time;
  return hour === undefined ? date.getTime() : date.setUTCHours(hour, minute, second);
}

/**
 * The calendar of a time zone. A day begins at midnight. If clocks are set back across midnight, the day begins at the
 * first midnight. If they are set forward across midnight, the day begins after the gap.
 * @param timeZone A name that `isTimeZone` accepts.
 * @param now In ms since 1970.
 */
export function calendarIn(timeZone: string, now: number): Calendar {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    era: 'narrow',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offset = (at: number): number => localTime(format, at) - Math.floor(at / 1000) * 1000;
  return {
    dayStart: (year, month, day) => {
      const midnight = utc(year, month, day);
      // No time zone is more than 16 hours from UTC, and no time zone changes its offset twice within three days.
      const before = midnight - offset(midnight - dayMs);
      const after = midnight - offset(midnight + dayMs);
      const starts = [before, after].filter((at) => localTime(format, at) === midnight);
      return starts.length > 0 ? Math.min(...starts) : before;
    },
    get today() {
      const date = new Date(localTime(format, now));
      return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
    },
  };
}
