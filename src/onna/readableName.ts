/**
 * At least 24 hex digits (Onna's ids have 32, docs/onna-api.md §0), a UUID with hyphens, or hex digits with `|` as in
 * Guillotina 5 and later.
 */
const longId = /^(?:[0-9a-f]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f|]*\|[0-9a-f|]*)$/i;

/** Shorter hexadecimal ids, such as the sandbox's folder ids. */
const shortId = /^[0-9a-f]{8,}$/i;

/**
 * Whether the service probably generated this id. A generated id means nothing to a reader. Never true for a year or a
 * word.
 */
export function isGeneratedId(id: string): boolean {
  if (id.length < 8) return false;
  // Without letters it may be a date, and without digits a word: `20240506`, `cafebabe`.
  return longId.test(id) || (shortId.test(id) && /\d/.test(id) && /[a-f]/i.test(id));
}

/** A file extension. A longer suffix is part of the name. */
const extension = /\.[A-Za-z0-9]{1,10}$/;

/**
 * Matches an id that is only a remainder of a title, such as `txt` for `契約書.txt`, or only a number. Onna removes the
 * characters that an id may not contain. If no character remains, the id is `item`.
 */
const leftover = /^(?:[a-z0-9]{1,5}|\d+)$/;

/** `legal-Qx3vTz`: Onna builds an id from a title's Latin letters and six random characters (docs/onna-api.md §4). */
const randomEnd = /^(?=.*(?:\d[A-Za-z]|[A-Za-z]\d|[a-z][A-Z]))[0-9A-Za-z]+$/;
const randomLength = 6;

/** Hyphens in place of other characters: `Gro-e`, `-ber`, `caf-`, `a--b`. */
const gap = /^-|-$|--|-[a-z](?:-|$)|^[a-z]-/;

/**
 * Whether the last segment of a path is a name that a reader would recognize. If not, the client requests the title.
 * Ids contain only Latin letters and a few signs (docs/onna-api.md §4), so the service drops or replaces all other
 * characters of a title. Not every such id can be recognized: `Uber.txt` may have been `Über.txt`. A readable name that
 * is mistaken for an id costs one more request for its list.
 */
export function isReadableName(segment: string): boolean {
  const stem = segment.replace(extension, '');
  if (stem === segment && leftover.test(stem)) return false;
  if (isGeneratedId(stem)) return false;
  const hyphen = stem.lastIndexOf('-');
  if (hyphen < 0) return true;
  // Lists have hundreds of thousands of names, so the expensive expression is tested for few of them.
  const mayBeRandom = stem.length - hyphen - 1 === randomLength;
  return !gap.test(stem) && !(mayBeRandom && randomEnd.test(stem.slice(hyphen + 1)));
}
