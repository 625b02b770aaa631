/** Object identifiers of the Cryptographic Message Syntax (RFC 5652), with their tag and length. */
const oid = (last: number): Buffer => Buffer.from([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);
const [data, signedData, envelopedData] = [oid(1), oid(2), oid(3)];
/** Authenticated enveloped data (RFC 5083). */
const authEnvelopedData = Buffer.from([6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23]);

/** Number of bytes in which the kind of a message is stated. */
const headSize = 64;

/** Whether a message in the Cryptographic Message Syntax is encrypted. */
export function isEncryptedCms(content: Buffer): boolean {
  const head = content.subarray(0, headSize);
  return head.includes(envelopedData) || head.includes(authEnvelopedData);
}

/** A value of the Basic Encoding Rules. `end` is undefined if the length is indefinite. */
function element(
  bytes: Buffer,
  at: number,
): { readonly tag: number; readonly start: number; readonly end: number | undefined } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { tag: bytes[at] ?? 0, start: at + 2, end: at + 2 + first };
  if (first === 0x80) return { tag: bytes[at] ?? 0, start: at + 2, end: undefined };
  const size = first & 0x7f;
  const length = size > 6 || at + 2 + size > bytes.length ? 0 : bytes.readUIntBE(at + 2, size);
  return { tag: bytes[at] ?? 0, start: at + 2 + size, end: at + 2 + size + length };
}

/** Joins the pieces of an octet string. */
function octets(bytes: Buffer, at: number): Buffer {
  const { tag, start, end } = element(bytes, at);
  if (tag === 0x04) return bytes.subarray(start, end);
  if (tag !== 0x24) return Buffer.alloc(0);
  const pieces: Buffer[] = [];
  for (let position = start; position < Math.min(end ?? bytes.length, bytes.length);) {
    const piece = element(bytes, position);
    if (piece.tag !== 0x04 || piece.end === undefined) break;
    pieces.push(bytes.subarray(piece.start, piece.end));
    position = piece.end;
  }
  return Buffer.concat(pieces);
}

/** The message in a signature that contains it. Its signature is not checked. Undefined for other content. */
export function signedContent(content: Buffer): Buffer | undefined {
  if (!content.subarray(0, headSize).includes(signedData)) return undefined;
  const at = content.indexOf(data, content.indexOf(signedData) + signedData.length);
  if (at < 0) return undefined;
  const wrapper = element(content, at + data.length);
  const inner = wrapper.tag === 0xa0 ? octets(content, wrapper.start) : Buffer.alloc(0);
  return inner.length > 0 ? inner : undefined;
}
