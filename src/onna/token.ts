import { decodeJwt } from 'jose';

/** When a JWT runs out, in ms since 1970; undefined for an opaque token, which is used until it is refused (docs/onna-api.md §14.15). */
export function tokenExpiry(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** Who a JWT says it belongs to (claims of docs/onna-api.md §1). */
export function tokenLogin(token: string): string | undefined {
  try {
    const { login, sub } = decodeJwt(token);
    return typeof login === 'string' && login !== '' ? login : sub;
  } catch {
    return undefined;
  }
}

/**
 * A token as it is pasted or answered: trimmed, out of quotes, without `Bearer`.
 * Undefined when it can't be one: empty, or with characters no header may hold.
 */
export function cleanToken(text: string): string | undefined {
  const token = text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^Bearer\s+/i, '')
    .trim();
  return /^[\x21-\x7e]{1,16384}$/.test(token) ? token : undefined;
}
