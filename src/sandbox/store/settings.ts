import type { Database } from './database.ts';

/** Named values, such as secrets, that a data folder keeps across restarts. */
export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(name: string): string | undefined {
    const row = this.#database.get('SELECT value FROM settings WHERE name = ?', name);
    return row === undefined ? undefined : String(row['value']);
  }

  set(name: string, value: string): void {
    this.#database.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', name, value);
  }

  remove(name: string): void {
    this.#database.run('DELETE FROM settings WHERE name = ?', name);
  }

  /** Returns the stored value. If there is none, stores and returns `make()`. */
  getOrMake(name: string, make: () => string): string {
    const stored = this.get(name);
    if (stored !== undefined) return stored;
    const made = make();
    this.set(name, made);
    return made;
  }
}
