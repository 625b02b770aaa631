import type { Database } from './database.ts';

/** Stores the objects that each user has marked as a favorite. */
export class FavoriteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns Whether the object was not a favorite of `login` before. */
  add(login: string, nodeId: number): boolean {
    return (
      this.#database.run('INSERT OR IGNORE INTO favorites (node_id, login) VALUES (?, ?)', nodeId, login)
        .changes > 0
    );
  }

  /** @returns Whether the object was a favorite of `login` before. */
  remove(login: string, nodeId: number): boolean {
    return (
      this.#database.run('DELETE FROM favorites WHERE node_id = ? AND login = ?', nodeId, login).changes > 0
    );
  }

  /** Returns the logins of the users who marked the object as a favorite, sorted. */
  of(nodeId: number): readonly string[] {
    return this.#database
      .all('SELECT login FROM favorites WHERE node_id = ? ORDER BY login', nodeId)
      .map((row) => String(row['login']));
  }
}
