import { field, parseHeader, structured, unquote } from './mimeHeaders.ts';
import type { Header, StructuredField } from './mimeHeaders.ts';

/** Maximum depth of multiparts in each other. Deeper ones are read as one text. */
const maxDepth = 50;

/** A message, or a part of one. */
export interface MimeEntity {
  readonly header: Header;
  readonly type: StructuredField;
  /** `attachment`, `inline`, or empty. */
  readonly disposition: string;
  /** Empty if it has none. */
  readonly fileName: string;
  /** The parts of a multipart. */
  readonly children: readonly MimeEntity[];
  /** Decodes the content. */
  readonly content: () => Buffer;
}

function decodeContent(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return unquote(body.toString('latin1'));
  return body;
}

/** Splits the body of a multipart. The last part may lack its end. */
function splitBody(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let start: number | undefined;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    const after = at + delimiter.length;
    const lineEnd = body.indexOf(0x0a, after);
    const end = lineEnd < 0 ? body.length : lineEnd;
    const rest = body.toString('latin1', after, Math.min(end, after + 100)).trimEnd();
    // Another boundary can begin with this one.
    if ((at > 0 && body[at - 1] !== 0x0a) || (rest !== '' && rest !== '--')) continue;
    if (start !== undefined)
      parts.push(body.subarray(start, at > 1 && body[at - 2] === 0x0d ? at - 2 : at - 1));
    start = end + 1;
    if (rest === '--') return parts;
  }
  if (start !== undefined && start < body.length) parts.push(body.subarray(start));
  return parts;
}

/** Parses a message and its parts. Their content is decoded when it is needed. */
export async function parseMime(
  bytes: Uint8Array,
  defaultType = 'text/plain',
  depth = 0,
): Promise<MimeEntity> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blank = blankLine(buffer);
  const header = await parseHeader(buffer.subarray(0, blank.start));
  const body = buffer.subarray(blank.end);
  const stated = structured(field(header, 'content-type'));
  // Some programs write `text` alone, or nothing.
  const value = stated.value.includes('/') ? stated.value : stated.value === '' ? defaultType : 'text/plain';
  const type = { value, parameters: stated.parameters };
  const disposition = structured(field(header, 'content-disposition'));
  const encoding = structured(field(header, 'content-transfer-encoding')).value.replaceAll(/["']/g, '');
  const boundary = type.parameters.get('boundary') ?? '';
  const children: MimeEntity[] = [];
  if (value.startsWith('multipart/') && boundary !== '' && depth < maxDepth)
    for (const part of splitBody(body, boundary))
      children.push(
        await parseMime(part, value === 'multipart/digest' ? 'message/rfc822' : 'text/plain', depth + 1),
      );
  return {
    header,
    type,
    disposition: disposition.value,
    fileName: disposition.parameters.get('filename') ?? type.parameters.get('name') ?? '',
    children,
    content: () => decodeContent(body, encoding),
  };
}

/** Where the header ends and the body begins. */
function blankLine(buffer: Buffer): { readonly start: number; readonly end: number } {
  for (let at = 0; at < buffer.length;) {
    const found = buffer.indexOf(0x0a, at);
    const end = found < 0 ? buffer.length : found + 1;
    const length = end - at;
    if (length === 1 || (length === 2 && buffer[at] === 0x0d)) return { start: at, end };
    at = end;
  }
  return { start: buffer.length, end: buffer.length };
}
