import { calendarIn } from '../../shared/calendar.ts';

const inputDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The start of the day that is `days` after the value of a date input, in ms since 1970. Undefined for an empty input.
 * @param timeZone A name that `isTimeZone` accepts.
 */
export function startOfInputDay(value: string, timeZone: string, days = 0): number | undefined {
  const [, year, month, day] = inputDate.exec(value) ?? [];
  if (year === undefined) return undefined;
  return calendarIn(timeZone, 0).dayStart(Number(year), Number(month) - 1, Number(day) + days);
}

/**
 * The day of `at` in the format of a date input. Empty if `at` is undefined, and for years that a date input cannot
 * show.
 */
export function inputDayOf(at: number | undefined, timeZone: string): string {
  const date = new Date(at ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const { year, month, day } = calendarIn(timeZone, date.getTime()).today;
  const value = new Date(0);
  value.setUTCFullYear(year, month, day);
  return year < 1 || year > 9_999 ? '' : value.toISOString().slice(0, 10);
}
