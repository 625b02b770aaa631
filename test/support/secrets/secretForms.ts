/** A secret in one encoding, for the search in files. */
export interface SecretForm {
  /** The name of the encoding, such as "base64". */
  readonly form: string;
  readonly bytes: Buffer;
}

/** Minimum length of the result of {@link coreOf}, in characters. A shorter text could occur by chance. */
const minCoreLength = 16;

/**
 * Returns the part of a secret to search for. For a JWT, this is the signature, which is unique. For a
 * password, this is the longest piece without characters that URLs, JSON or HTML escape.
 */
export function coreOf(secret: string): string {
  const pieces = secret.match(/[A-Za-z0-9_-]+/g) ?? [];
  const last = secret.split('.').length === 3 ? pieces.at(-1) : undefined;
  const longest = pieces.reduce((one, other) => (other.length > one.length ? other : one), '');
  const core = last ?? longest;
  return core.length >= minCoreLength ? core : secret;
}

/** Returns the Base64 text of bytes inside a longer text, without characters that depend on neighboring bytes. */
function base64Within(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Returns a secret in all encodings to search for, without duplicates. */
export function secretForms(secret: string): readonly SecretForm[] {
  const core = coreOf(secret);
  const bytes = Buffer.from(core, 'utf8');
  const wide = Buffer.from(core, 'utf16le');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => base64Within(bytes, offset));
  const texts: readonly (readonly [string, string])[] = [
    ...base64.map((text) => ['base64', text] as const),
    ...base64.map((text) => ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')] as const),
    ['hex', hex],
    ['hex', hex.toUpperCase()],
    ['percent-encoded', hex.toUpperCase().replace(/../g, '%$&')],
  ];
  const forms = [
    { form: 'plain', bytes },
    { form: 'UTF-16', bytes: wide },
    { form: 'UTF-16', bytes: Buffer.from(wide).swap16() },
    ...texts.map(([form, text]) => ({ form, bytes: Buffer.from(text, 'latin1') })),
  ];
  return forms.filter((one, index) => forms.findIndex((other) => other.bytes.equals(one.bytes)) === index);
}
