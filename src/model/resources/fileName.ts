/** Maximum length of a name, in bytes. Nearly all file systems allow 255 bytes; encrypted ones allow 143. */
const maxName = 140;

/** Separators, wildcards and other reserved or invisible characters. */
const troublesome = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** Device names of Windows, with or without an extension. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i;

/**
 * Inserts `suffix` before the extension and shortens the name to {@link maxName}. Keeps a short extension, because
 * programs rely on it.
 */
function bounded(name: string, suffix = ''): string {
  if (suffix === '' && Buffer.byteLength(name) <= maxName) return name;
  const extension = /(?<=.)\.[\w-]{1,15}$/.exec(name)?.[0] ?? '';
  let room = maxName - Buffer.byteLength(suffix + extension);
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length).slice(0, maxName)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  return stem + suffix + extension;
}

/**
 * Turns an untrusted name into a name that every file system accepts, and that can't point outside its
 * folder.
 */
export function safeFileName(name: string): string {
  const cleaned = bounded(name.toWellFormed().replaceAll(troublesome, '_').trim().replace(/^\.+/, '_'));
  // Windows drops trailing dots and spaces, so the file would get another name.
  const trimmed = cleaned.replace(/[. ]+$/, '');
  if (trimmed === '') return 'resource';
  return deviceName.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** A name as compared by file systems that ignore letter case and Unicode normalization. */
function asCompared(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The `names` that some file system would consider equal to one of `others`. */
export function clashingNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(others.map(asCompared));
  return names.filter((name) => taken.has(asCompared(name)));
}

/** The names in one folder. They are distinct on every file system. */
export class DistinctNames {
  readonly #used: Set<string>;
  readonly #next = new Map<string, number>();

  /** @param taken Names that are in the folder already. */
  constructor(taken: readonly string[] = []) {
    this.#used = new Set(taken.map(asCompared));
  }

  /**
   * Adds a name. A name that is already taken gets a number: "tides (2).txt".
   * @param name Made by {@link safeFileName}.
   * @returns The name to use.
   */
  add(name: string): string {
    const key = asCompared(name);
    let free = name;
    let number = this.#next.get(key) ?? 2;
    for (; this.#used.has(asCompared(free)); number++) free = bounded(name, ` (${number})`);
    // Avoids a quadratic search when thousands of files have the same name.
    this.#next.set(key, number);
    this.#used.add(asCompared(free));
    return free;
  }
}

/**
 * Makes names unique in one folder on every file system, and different from all `taken` names.
 * @param names Made by {@link safeFileName}.
 */
export function distinctNames(names: readonly string[], taken: readonly string[]): readonly string[] {
  const folder = new DistinctNames(taken);
  return names.map((name) => folder.add(name));
}
