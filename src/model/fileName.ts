/** The longest name that every file system takes: 255 bytes are the most of nearly all, 143 of encrypted ones. Bytes. */
const longestName = 140;

/** What separates, stands for something or shows as nothing, in a name or around it. */
const troublesome = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** Names that Windows gives to devices, whatever extension follows them. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i;

/** Cut to {@link longestName}, keeping a short extension: it says what opens the file. */
function bounded(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const extension = /\.[\w-]{1,15}$/.exec(name)?.[0] ?? '';
  let room = longestName - Buffer.byteLength(extension);
  let stem = '';
  for (const sign of name.slice(0, longestName)) {
    room -= Buffer.byteLength(sign);
    if (room < 0) break;
    stem += sign;
  }
  return stem + extension;
}

/** A name that every file system takes for a file in the folder where it is put, made of one that anybody may have given. */
export function safeFileName(name: string): string {
  const cleaned = bounded(name.toWellFormed().replaceAll(troublesome, '_').trim().replace(/^\.+/, '_'));
  // Windows drops them, and what is left may be another name.
  const trimmed = cleaned.replace(/[. ]+$/, '');
  if (trimmed === '') return 'resource';
  return deviceName.test(trimmed) ? `_${trimmed}` : trimmed;
}
