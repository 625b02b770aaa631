/** 32 hex digits (docs/onna-api.md §0), with hyphens as UUIDs have them, or joined by `|` as Guillotina does from 5 on. */
const longId = /^(?:[0-9a-f]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f|]*\|[0-9a-f|]*)$/i;

/** Shorter ones, as the sandbox has for folders. Digits alone may be a date, letters alone a word: `20240506`, `cafebabe`. */
const shortId = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}$/i;

/** Whether a service made this id up: it tells a reader nothing. A year or a word is never taken for one. */
export function isGeneratedId(id: string): boolean {
  return id.length >= 8 && (longId.test(id) || shortId.test(id));
}

/** An extension as it follows a name; what is longer is part of the name. */
const extension = /\.[A-Za-z0-9]{1,10}$/;

/** `txt` for `契約書.txt`, `item` for a title without a Latin letter, or the number of a page. */
const leftover = /^(?:[a-z0-9]{1,5}|\d+)$/;

/** `legal-Qx3vTz`: Onna makes an id of a title's Latin letters and six characters at random (docs/onna-api.md §4). */
const randomEnd = /-(?=.*(?:\d[A-Za-z]|[A-Za-z]\d|[a-z][A-Z]))[0-9A-Za-z]{6}$/;

/** Hyphens in place of other characters: `Gro-e`, `-ber`, `caf-`, `a--b`. */
const gap = /^-|-$|--|-[a-z](?:-|$)|^[a-z]-/;

/**
 * Whether the last segment of a path is a name that a reader knows a file by. If not, its title is worth a request.
 * Ids are Latin letters and a few signs only (docs/onna-api.md §4), so a service leaves out or replaces everything else in a
 * title. The path can't tell every such id from a name: `Uber.txt` may have been `Über.txt`. A name that is wrongly
 * taken for such an id costs its list one more request.
 */
export function isReadableName(segment: string): boolean {
  const stem = segment.replace(extension, '');
  if (stem === segment && leftover.test(stem)) return false;
  if (isGeneratedId(stem)) return false;
  return !stem.includes('-') || !(gap.test(stem) || randomEnd.test(stem));
}
