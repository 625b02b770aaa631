/** The time zone that dates are read and shown in. */
export interface Zone {
  /** An IANA name, such as `Asia/Tokyo`. */
  readonly timeZone: string;
  /** Whether it is known to be the reader's own. Where it isn't, a time of day is shown with its zone's name. */
  readonly isReaders: boolean;
}

/** Names are short; whatever is longer comes from nobody honest. UTF-16 units. */
const maxNameLength = 64;

/** The time zone of this machine, or of the browser that runs this. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether this runtime knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name.length > maxNameLength) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
