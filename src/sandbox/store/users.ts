import type { Database, Row } from './database.ts';
import type { Passwords } from './passwords.ts';

/** A user who can log in. */
export interface StoredUser {
  /** An email address. */
  readonly login: string;
  readonly name: string;
  readonly surname: string;
  readonly superuser: boolean;
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
  readonly #passwords: Passwords;

  constructor(database: Database, passwords: Passwords) {
    this.#database = database;
    this.#passwords = passwords;
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
    const hash = await this.#passwords.hash(password);
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
    const find = (): Row | undefined => this.#database.get('SELECT * FROM users WHERE login = ?', login);
    const stored = find()?.['password_hash'];
    const hash = typeof stored === 'string' ? stored : undefined;
    const isCorrect = await this.#passwords.matches(password, hash);
    // The password may have been changed during the check.
    const row = find();
    return row && isCorrect && row['password_hash'] === hash ? userOf(row) : undefined;
  }
}
