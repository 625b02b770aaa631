import { decodeJwt } from 'jose';

/**
 * The expiry of a JWT, in ms since 1970. Undefined for an opaque token, which is used until the service rejects it
 * (docs/onna-api.md §14.15).
 */
export function tokenExpiry(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** The login in a JWT's claims (docs/onna-api.md §1). */
export function tokenLogin(token: string): string | undefined {
  try {
    const { login, sub } = decodeJwt(token);
    return typeof login === 'string' && login !== '' ? login : sub;
  } catch {
    return undefined;
  }
}

/**
 * Cleans a pasted or received token: removes whitespace, quotes and `Bearer`. Undefined when the text can't be a token:
 * empty, too long, or containing characters that are not allowed in a header.
 */
export function cleanToken(text: string): string | undefined {
  const token = text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^Bearer\s+/i, '')
    .trim();
  return /^[\x21-\x7e]{1,16384}$/.test(token) ? token : undefined;
}
