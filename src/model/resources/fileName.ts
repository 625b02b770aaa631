/** The longest name that every file system takes: 255 bytes are the most of nearly all, 143 of encrypted ones. Bytes. */
const maxName = 140;

/** What separates, stands for something or shows as nothing, in a name or around it. */
const troublesome = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** Names that Windows gives to devices, whatever extension follows them. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i;

/** `name` with `suffix` before its extension, cut to {@link maxName}. A short extension stays: it says what opens the file. */
function bounded(name: string, suffix = ''): string {
  if (suffix === '' && Buffer.byteLength(name) <= maxName) return name;
  const extension = /(?<=.)\.[\w-]{1,15}$/.exec(name)?.[0] ?? '';
  let room = maxName - Buffer.byteLength(suffix + extension);
  let stem = '';
  for (const sign of name.slice(0, name.length - extension.length).slice(0, maxName)) {
    room -= Buffer.byteLength(sign);
    if (room < 0) break;
    stem += sign;
  }
  return stem + suffix + extension;
}

/** A name that every file system takes for a file in the folder where it is put, made of one that anybody may have given. */
export function safeFileName(name: string): string {
  const cleaned = bounded(name.toWellFormed().replaceAll(troublesome, '_').trim().replace(/^\.+/, '_'));
  // Windows drops them, and what is left may be another name.
  const trimmed = cleaned.replace(/[. ]+$/, '');
  if (trimmed === '') return 'resource';
  return deviceName.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** What file systems that are indifferent to letter case or to the form of accents take for the same name. */
function asCompared(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Which of `names` are among `others` on some file system. */
export function clashingNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(others.map(asCompared));
  return names.filter((name) => taken.has(asCompared(name)));
}

/**
 * Names for files in one folder: each is another on every file system, and none is one of `taken`.
 * A name that isn't free gets a number: "tides (2).txt".
 * @param names Made by {@link safeFileName}.
 */
export function distinctNames(names: readonly string[], taken: readonly string[]): readonly string[] {
  const used = new Set(taken.map(asCompared));
  const next = new Map<string, number>();
  return names.map((name) => {
    const key = asCompared(name);
    let free = name;
    let number = next.get(key) ?? 2;
    for (; used.has(asCompared(free)); number++) free = bounded(name, ` (${number})`);
    // Ten thousand files of one name must not each try all the numbers before theirs.
    next.set(key, number);
    used.add(asCompared(free));
    return free;
  });
}
