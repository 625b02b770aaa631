/** What to look for where a secret may have been written, and how it would have got there. */
export interface SecretForm {
  /** E.g. "base64". */
  readonly form: string;
  readonly bytes: Buffer;
}

/** At least so many characters make a piece of a secret one that stands nowhere by chance. */
const leastCore = 16;

/**
 * The piece of a secret that is looked for: what tells a token from others (the signature of a JWT), and what of a
 * password stays as it is in a URL, in JSON, in HTML and in a log that cuts off its end.
 */
export function coreOf(secret: string): string {
  const pieces = secret.match(/[A-Za-z0-9_-]+/g) ?? [];
  const last = secret.split('.').length === 3 ? pieces.at(-1) : undefined;
  const longest = pieces.reduce((one, other) => (other.length > one.length ? other : one), '');
  const core = last ?? longest;
  return core.length >= leastCore ? core : secret;
}

/** What base64 makes of bytes that begin `offset` bytes after a multiple of three, without what depends on others. */
function base64Within(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** All forms in which a secret is looked for; none twice. */
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
