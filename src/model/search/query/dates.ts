import type { Calendar } from '../../../shared/calendar.ts';

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
 * days, weeks, months or years (`7d`, `2w`, `3m`, `1y`), counted back from today. Undefined if the text is not a date.
 */
export function startOf(text: string, calendar: Calendar): number | undefined {
  return namedDay(text, calendar) ?? dayOfAge(text, calendar) ?? writtenDay(text, calendar);
}
