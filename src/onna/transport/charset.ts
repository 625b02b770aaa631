const utf8 = 'utf-8';

/** The WHATWG HTML standard searches this many bytes of a file for its encoding declaration. */
const declarationBytes = 1_024;

/** The encoding of a byte order mark, which overrides every declaration (WHATWG Encoding, "BOM sniff"). */
function markOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return utf8;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** The `charset` of a Content-Type. */
function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType)?.slice(1).find(Boolean);
}

/** The encoding declared inside an HTML or XML file. */
function declaredInside(bytes: Uint8Array, contentType: string): string | undefined {
  if (!/^[^;]*(html|xml)\s*(;|$)/i.test(contentType)) return undefined;
  const beginning = Buffer.from(bytes.subarray(0, declarationBytes)).toString('latin1');
  const label =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/i.exec(beginning)?.[1] ??
    /<meta\s[^>]*charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(beginning)?.[1];
  // The declaration was readable as ASCII, so the file can't be UTF-16 (WHATWG HTML, "prescan").
  return label && /^utf-?16/i.test(label) ? utf8 : label;
}

/** A decoder for a label of the WHATWG Encoding standard; undefined for any other label. */
function decoderFor(label: string | undefined): InstanceType<typeof TextDecoder> | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label.trim());
  } catch {
    return undefined;
  }
}

/**
 * Decodes text by its byte order mark, then its Content-Type, then the declaration in the file. Unknown labels are
 * ignored. Text without a label is decoded as UTF-8 or, if it is not valid UTF-8, as windows-1252, as in browsers. JSON
 * without a byte order mark is always UTF-8 (RFC 8259 §8.1); its `charset` is ignored.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const mark = markOf(bytes);
  const isJson = /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
  if (isJson) return new TextDecoder(mark ?? utf8).decode(bytes);
  const decoder =
    decoderFor(mark) ?? decoderFor(charsetOf(contentType)) ?? decoderFor(declaredInside(bytes, contentType));
  if (decoder) return decoder.decode(bytes);
  try {
    return new TextDecoder(utf8, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
