/** Number of bytes at the start of a document that can contain the statement of its encoding. */
const headSize = 4_096;

/** The start of a document as ASCII, to find its statement of the encoding before it is decoded. */
function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headSize)).toString('latin1');
}

/** The encoding that an XML declaration states. */
export function xmlCharset(bytes: Uint8Array): string | undefined {
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/.exec(headOf(bytes))?.[1];
}

/** The encoding that an HTML document states in `<meta charset>`, `<meta http-equiv>` or an XML declaration. */
export function htmlCharset(bytes: Uint8Array): string | undefined {
  const head = headOf(bytes).replaceAll(/<!--.*?-->/gs, '');
  return /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head)?.[1] ?? xmlCharset(bytes);
}
