import { decode } from './charset.ts';
import { decodeAs, encodingOf } from './encodings.ts';

/** A header field with parameters, such as `Content-Type`. */
export interface StructuredField {
  /** In lower case. Empty if the field is missing. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The header of a message or of a part of one. Names are in lower case, values are unfolded but not decoded. */
export type Header = readonly (readonly [name: string, value: string])[];

/** Decodes quoted-printable text, one character per byte. */
export function unquote(text: string): Buffer {
  const joined = text.replaceAll(/[ \t]+(?=\r?$)/gm, '').replaceAll(/=\r?\n/g, '');
  const decoded = joined.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}

function decodeBytes(bytes: Uint8Array, label: string): string {
  const encoding = encodingOf(label);
  return encoding === undefined ? new TextDecoder().decode(bytes) : decodeAs(bytes, encoding);
}

const encodedWord = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?\r\n]*)\?=/gi;

/** Decodes the encoded words of a header value (RFC 2047). */
export function decodeWords(value: string): string {
  // A character can be split across two words, so the bytes of adjacent words in one encoding are joined.
  const joined = value.replaceAll(/(=\?[^?\s]+\?[bq]\?[^?\r\n]*\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, '$1');
  return joined.replaceAll(/(?:=\?[^?\s]+\?[bq]\?[^?\r\n]*\?=)+/gi, (run) => {
    let decoded = '';
    let pending: Uint8Array[] = [];
    let label = '';
    const flush = (): void => {
      if (pending.length > 0) decoded += decodeBytes(Buffer.concat(pending), label);
      pending = [];
    };
    for (const [, charset = '', kind = '', text = ''] of run.matchAll(encodedWord)) {
      if (charset.toLowerCase() !== label) flush();
      label = charset.toLowerCase();
      pending.push(
        kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquote(text.replaceAll('_', ' ')),
      );
    }
    flush();
    return decoded;
  });
}

/** Parses the lines of a header. Raw bytes outside ASCII are decoded like a text that does not state its encoding. */
export async function parseHeader(bytes: Uint8Array): Promise<Header> {
  const decoding = await decode(bytes);
  const text = decoding.kind === 'text' ? decoding.text : Buffer.from(bytes).toString('latin1');
  return text
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon <= 0
        ? []
        : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
    });
}

/** The first value of a field. Empty if it is missing. */
export function field(header: Header, name: string): string {
  return header.find(([key]) => key === name)?.[1] ?? '';
}

/** Joins the continuations of parameters, and decodes their values (RFC 2231 and RFC 2047). */
function decodeParameters(raw: ReadonlyMap<string, string>): Map<string, string> {
  const sections = new Map<
    string,
    { readonly index: number; readonly value: string; readonly isEncoded: boolean }[]
  >();
  for (const [key, value] of raw) {
    const [, name = key, index = '0', star] = /^([^*]+)(?:\*(\d+))?(\*)?$/.exec(key) ?? [];
    const list = sections.get(name) ?? [];
    list.push({ index: Number(index), value, isEncoded: star !== undefined });
    sections.set(name, list);
  }
  const parameters = new Map<string, string>();
  for (const [name, list] of sections) {
    list.sort((a, b) => a.index - b.index);
    if (!list.some(({ isEncoded }) => isEncoded)) {
      parameters.set(name, decodeWords(list.map(({ value }) => value).join('')));
      continue;
    }
    const [, label = '', first = list[0]?.value ?? ''] =
      /^([^']*)'[^']*'(.*)$/s.exec(list[0]?.value ?? '') ?? [];
    const bytes = list.map(({ value, isEncoded }, index) => {
      const text = index === 0 ? first : value;
      const escaped = isEncoded
        ? text.replaceAll('=', '=3D').replaceAll('%', '=')
        : text.replaceAll('=', '=3D');
      return unquote(escaped);
    });
    parameters.set(name, decodeBytes(Buffer.concat(bytes), label));
  }
  return parameters;
}

/** Parses a field with parameters. */
export function structured(value: string): StructuredField {
  const [main = '', ...rest] = value.split(';');
  const raw = new Map<string, string>();
  const parameter = /;?\s*([\w.*!#$%&'+^`{|}~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;
  for (const [, name = '', quoted, token = ''] of rest.join(';').matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!raw.has(key)) raw.set(key, quoted === undefined ? token.trim() : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return {
    value: main
      .replaceAll(/\([^)]*\)/g, '')
      .trim()
      .toLowerCase(),
    parameters: decodeParameters(raw),
  };
}
