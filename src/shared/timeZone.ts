/** The time zone for reading and showing dates. */
export interface Zone {
  /** An IANA name, such as `Asia/Tokyo`. */
  readonly timeZone: string;
  /** Whether this zone is known to be the user's own. If not, times of day are shown with the zone's name. */
  readonly isReaders: boolean;
}

/** Maximum length of a name, in UTF-16 units. Real names are short; a longer name can only be hostile. */
const maxNameLength = 64;

/** The time zone of the machine or browser that runs this code. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether this runtime supports a time zone with this name. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name.length > maxNameLength) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
