import { hash, randomBytes } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import type { Database } from '../store/database.ts';
import type { Settings } from '../store/settings.ts';
import type { StoredUser } from '../store/users.ts';

/**
 * Result of checking a token. `invalid` means that this sandbox did not issue the token. A caller with such a
 * token is treated as anonymous (docs/onna-api.md §9).
 */
export type TokenCheck =
  | { readonly kind: 'valid'; readonly login: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

const algorithm = 'HS256';

/** Maximum number of tokens whose signature is not checked again. */
const maxVerified = 10_000;

/** The claims of a token whose signature was correct. */
interface VerifiedToken {
  readonly id: string;
  /** Expiry, in seconds since 1970. */
  readonly expiresAt: number;
}

/** Issues and checks the JWTs that docs/onna-api.md §1 describes. */
export class Tokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #trail: AuditTrail;
  readonly #key: Uint8Array;
  /**
   * Tokens with a correct signature, by their SHA-256. jose checks signatures in Node's thread pool, where a request may
   * have to wait for passwords and files.
   */
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: maxVerified });

  constructor(database: Database, settings: Settings, clock: Clock, trail: AuditTrail) {
    this.#database = database;
    this.#clock = clock;
    this.#trail = trail;
    const secret = settings.getOrMake('token-secret', () => randomBytes(32).toString('hex'));
    this.#key = Buffer.from(secret, 'hex');
  }

  async issue(user: StoredUser, lifetimeSeconds: number): Promise<string> {
    const id = randomBytes(16).toString('hex');
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM tokens WHERE expires_at < ?', issuedAt);
      this.#database.run(
        'INSERT INTO tokens (id, login, expires_at) VALUES (?, ?, ?)',
        id,
        user.login,
        expiresAt,
      );
      this.#trail.add({ log: 'audit', action: 'sign_in', login: user.login });
    });
    return new SignJWT({ token: id, login: user.login, name: user.name, superuser: user.superuser })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
  }

  async check(token: string): Promise<TokenCheck> {
    const verified = await this.#verify(token);
    if (verified === undefined) return { kind: 'invalid' };
    if (verified.expiresAt * 1000 <= this.#clock.now()) return { kind: 'expired' };
    const row = this.#database.get('SELECT login FROM tokens WHERE id = ?', verified.id);
    // A missing row means that the token was revoked before it expired.
    return row === undefined ? { kind: 'expired' } : { kind: 'valid', login: String(row['login']) };
  }

  /** @returns Undefined if this sandbox did not issue the token. */
  async #verify(token: string): Promise<VerifiedToken | undefined> {
    const digest = hash('sha256', token);
    const known = this.#verified.get(digest);
    if (known) return known;
    const claims = await this.#claims(token);
    const { token: id, exp: expiresAt } = claims ?? {};
    if (typeof id !== 'string' || typeof expiresAt !== 'number') return undefined;
    const verified = { id, expiresAt };
    this.#verified.set(digest, verified);
    return verified;
  }

  /** The claims of a token with a correct signature, even if the token has expired. */
  async #claims(token: string): Promise<JWTPayload | undefined> {
    try {
      const options = { algorithms: [algorithm], currentDate: new Date(this.#clock.now()) };
      return (await jwtVerify(token, this.#key, options)).payload;
    } catch (error) {
      return error instanceof errors.JWTExpired ? error.payload : undefined;
    }
  }

  /** Revokes every token issued so far. */
  endAll(): void {
    this.#database.run('DELETE FROM tokens');
  }
}
