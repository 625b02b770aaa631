import { calendarIn } from '../../shared/calendar.ts';

const inputDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The start of a day that a date input names, `days` later, in ms since 1970. Undefined for an empty input.
 * @param timeZone One that `isTimeZone` accepts.
 */
export function startOfInputDay(value: string, timeZone: string, days = 0): number | undefined {
  const [, year, month, day] = inputDate.exec(value) ?? [];
  if (year === undefined) return undefined;
  return calendarIn(timeZone, 0).dayStart(Number(year), Number(month) - 1, Number(day) + days);
}

/** The day of a moment, as a date input writes it. Empty for no moment, and for years that the input cannot show. */
export function inputDayOf(at: number | undefined, timeZone: string): string {
  const date = new Date(at ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const { year, month, day } = calendarIn(timeZone, date.getTime()).today;
  const value = new Date(0);
  value.setUTCFullYear(year, month, day);
  return year < 1 || year > 9_999 ? '' : value.toISOString().slice(0, 10);
}
