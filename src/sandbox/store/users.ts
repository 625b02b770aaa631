import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Database, Row } from './database.ts';

/** A user who can log in. */
export interface StoredUser {
  /** An email address. */
  readonly login: string;
  readonly name: string;
  readonly surname: string;
  readonly superuser: boolean;
}

const keyBytes = 32;

/** Default of scrypt's cost N, a power of 2. The cost is stored with each hash, so that the default can change. */
const defaultCost = 16_384;

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { cost }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function userOf(row: Row): StoredUser {
  return {
    login: String(row['login']),
    name: String(row['name']),
    surname: String(row['surname']),
    superuser: row['superuser'] === 1,
  };
}

/** Stores users and their passwords. Passwords are stored only as scrypt hashes. */
export class UserStore {
  readonly #database: Database;
  readonly #cost: number;

  /** @param cost scrypt's cost N for new passwords. Tests use a low cost to be fast. */
  constructor(database: Database, cost = defaultCost) {
    this.#database = database;
    this.#cost = cost;
  }

  byLogin(login: string): StoredUser | undefined {
    const row = this.#database.get('SELECT * FROM users WHERE login = ?', login);
    return row === undefined ? undefined : userOf(row);
  }

  /** All users up to the limit, sorted by login. */
  all(limit: number): StoredUser[] {
    return this.#database.all('SELECT * FROM users ORDER BY login LIMIT ?', limit).map(userOf);
  }

  /** Adds or replaces a user. */
  async save(user: StoredUser, password: string): Promise<void> {
    const salt = randomBytes(16);
    const key = await derive(password, salt, this.#cost);
    const hash = `${salt.toString('hex')}:${key.toString('hex')}:${this.#cost}`;
    this.#database.run(
      'INSERT OR REPLACE INTO users (login, name, surname, password_hash, superuser) VALUES (?, ?, ?, ?, ?)',
      user.login,
      user.name,
      user.surname,
      hash,
      Number(user.superuser),
    );
  }

  /** Returns the user if the password is correct. An unknown login takes the same time as a wrong password. */
  async verify(login: string, password: string): Promise<StoredUser | undefined> {
    const row = this.#database.get('SELECT * FROM users WHERE login = ?', login);
    const stored = String(row?.['password_hash'] ?? `${'0'.repeat(32)}::${this.#cost}`);
    const [salt = '', hash = '', cost = String(defaultCost)] = stored.split(':');
    const expected = Buffer.from(hash, 'hex');
    const actual = await derive(password, Buffer.from(salt, 'hex'), Number(cost));
    if (!row || expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
    return userOf(row);
  }
}
