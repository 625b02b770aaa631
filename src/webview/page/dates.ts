/** The date formats of a page. */
export interface DateFormats {
  readonly dates: Intl.DateTimeFormat;
  readonly times: Intl.DateTimeFormat;
  /** Includes the name of the time zone. */
  readonly fullDates: Intl.DateTimeFormat;
}

/** The date formats for a language and a time zone. */
export function dateFormats(language: string, timeZone: string): DateFormats {
  return {
    dates: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone }),
    times: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
    fullDates: new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long', timeZone }),
  };
}
