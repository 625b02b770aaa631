/** The calendar days of a time zone. Months count from 0; days and months may overflow, as with `Date`. */
export interface Calendar {
  /** Start of that day in ms since 1970. */
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

/** Replaces `Date.UTC`, which turns the years 0–99 into 1900–1999. */
function utc(year: number, month: number, day: number, ...time: [number, number, number] | []): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  const [hour, minute, second] = time;
  return hour === undefined ? date.getTime() : date.setUTCHours(hour, minute, second);
}

/**
 * The calendar of a time zone. A day begins at midnight. If clocks are set back across midnight, the first midnight
 * counts; if they are set forward across midnight, the day begins after the gap.
 * @param timeZone One that `isTimeZone` accepts.
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
      // No zone is more than 16 hours from UTC, and none changes its offset twice within three days.
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

const calendarDate = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const age = /^(\d{1,5})([dwmy])$/i;

function daysIn(year: number, month: number): number {
  const end = new Date(0);
  end.setUTCFullYear(year, month + 1, 0);
  return end.getUTCDate();
}

function namedDay(text: string, { today, dayStart }: Calendar): number | undefined {
  switch (text.toLowerCase()) {
    case 'today':
      return dayStart(today.year, today.month, today.day);
    case 'yesterday':
      return dayStart(today.year, today.month, today.day - 1);
    default:
      return undefined;
  }
}

function dayOfAge(text: string, { today, dayStart }: Calendar): number | undefined {
  const [, digits, unit] = age.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const count = Number(digits);
  switch (unit.toLowerCase()) {
    case 'd':
      return dayStart(today.year, today.month, today.day - count);
    case 'w':
      return dayStart(today.year, today.month, today.day - 7 * count);
    case 'm':
    default: {
      const month = today.month - (unit.toLowerCase() === 'm' ? count : 12 * count);
      const year = today.year + Math.floor(month / 12);
      const monthOfYear = ((month % 12) + 12) % 12;
      // One month before 31 March is the end of February, not 2 or 3 March.
      return dayStart(year, monthOfYear, Math.min(today.day, daysIn(year, monthOfYear)));
    }
  }
}

function writtenDay(text: string, { dayStart }: Calendar): number | undefined {
  const [, year, month = '1', day = '1'] = calendarDate.exec(text) ?? [];
  if (year === undefined) return undefined;
  const monthIndex = Number(month) - 1;
  if (monthIndex < 0 || monthIndex > 11) return undefined;
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), monthIndex)) return undefined;
  return dayStart(Number(year), monthIndex, Number(day));
}

/**
 * The start of a date in ms since 1970. Accepts `2024`, `2024-05`, `2024-05-17`, `today`, `yesterday`, or an age in
 * days, weeks, months or years (`7d`, `2w`, `3m`, `1y`), counted back from today. Undefined if it is not a date.
 */
export function startOf(text: string, calendar: Calendar): number | undefined {
  return namedDay(text, calendar) ?? dayOfAge(text, calendar) ?? writtenDay(text, calendar);
}
