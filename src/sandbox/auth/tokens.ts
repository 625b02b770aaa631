import { randomBytes } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import type { Clock } from '../base/clock.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import type { Database } from '../store/database.ts';
import type { Settings } from '../store/settings.ts';
import type { StoredUser } from '../store/users.ts';

/**
 * Result of checking a token. `invalid` means that this sandbox did not issue the token. Its caller is treated as
 * anonymous (docs/onna-api.md §9).
 */
export type TokenCheck =
  | { readonly kind: 'valid'; readonly login: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

const algorithm = 'HS256';

/** Issues and checks the JWTs that docs/onna-api.md §1 describes. */
export class Tokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #trail: AuditTrail;
  readonly #key: Uint8Array;

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
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [algorithm],
        currentDate: new Date(this.#clock.now()),
      });
      const id = payload['token'];
      if (typeof id !== 'string') return { kind: 'invalid' };
      const row = this.#database.get('SELECT login FROM tokens WHERE id = ?', id);
      // A missing row means that the token was revoked before it expired.
      return row === undefined ? { kind: 'expired' } : { kind: 'valid', login: String(row['login']) };
    } catch (error) {
      return { kind: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
    }
  }

  /** Revokes every token issued so far. */
  endAll(): void {
    this.#database.run('DELETE FROM tokens');
  }
}
