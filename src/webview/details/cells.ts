import { html, type TemplateResult } from 'lit-html';
import type { Formats } from './formats.ts';

/** Shown for an unknown value. A zero would look like a known value. */
export const unknownSign = '–';

/** A visible dash, with a word for screen readers. */
export function unknownTemplate(word: string): TemplateResult {
  return html`<span class="unknown"
    ><span aria-hidden="true">${unknownSign}</span><span class="visually-hidden">${word}</span></span
  >`;
}

/** A date and time. Its tooltip names the time zone. `at` is in ms since 1970. */
export function timeTemplate(
  at: number | undefined,
  { times, fullDates }: Formats,
  unknown: string,
): TemplateResult {
  const date = new Date(at ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return unknownTemplate(unknown);
  return html`<time datetime=${date.toISOString()} title=${fullDates.format(date)}
    >${times.format(date)}</time
  >`;
}

/** The end of a time span. The date is omitted if the span ends on the day on which it started. */
export function endTemplate(
  { start, end }: { readonly start?: number | undefined; readonly end?: number | undefined },
  formats: Formats,
  unknown: string,
): TemplateResult {
  const { dates, clockTimes } = formats;
  const day = (at: number | undefined): string | undefined => {
    const date = new Date(at ?? Number.NaN);
    return Number.isNaN(date.getTime()) ? undefined : dates.format(date);
  };
  const isSameDay = day(start) !== undefined && day(start) === day(end);
  return timeTemplate(end, isSameDay ? { ...formats, times: clockTimes } : formats, unknown);
}

/** A number, or a dash if the number is unknown. */
export function countTemplate(
  count: number | undefined,
  { numbers }: Formats,
  unknown: string,
): TemplateResult {
  return count === undefined ? unknownTemplate(unknown) : html`${numbers.format(count)}`;
}

/** Text from the service, or a dash if there is none. */
export function textTemplate(text: string | undefined, unknown: string): TemplateResult {
  return text === undefined || text === '' ? unknownTemplate(unknown) : html`<bdi>${text}</bdi>`;
}
