import type { Database } from './database.ts';

/** A group of people. Its members have the roles granted to the id of the group. */
export interface StoredGroup {
  readonly id: string;
  readonly title: string;
  /** Logins, sorted. */
  readonly members: readonly string[];
}

/** Stores the groups of people and their members. */
export class GroupStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds or replaces a group. */
  save({ id, title, members }: StoredGroup): void {
    const database = this.#database;
    database.transaction(() => {
      database.run('INSERT OR REPLACE INTO people_groups (id, title) VALUES (?, ?)', id, title);
      database.run('DELETE FROM group_members WHERE group_id = ?', id);
      for (const login of members)
        database.run('INSERT OR IGNORE INTO group_members (group_id, login) VALUES (?, ?)', id, login);
    });
  }

  byId(id: string): StoredGroup | undefined {
    const row = this.#database.get('SELECT title FROM people_groups WHERE id = ?', id);
    return row === undefined ? undefined : { id, title: String(row['title']), members: this.#members(id) };
  }

  /** Returns the groups, sorted by id. */
  all(): readonly StoredGroup[] {
    return this.#database.all('SELECT id, title FROM people_groups ORDER BY id').map((row) => {
      const id = String(row['id']);
      return { id, title: String(row['title']), members: this.#members(id) };
    });
  }

  /** Returns the ids of the groups of `login`, sorted. */
  of(login: string): readonly string[] {
    return this.#database
      .all('SELECT group_id FROM group_members WHERE login = ? ORDER BY group_id', login)
      .map((row) => String(row['group_id']));
  }

  #members(id: string): readonly string[] {
    return this.#database
      .all('SELECT login FROM group_members WHERE group_id = ? ORDER BY login', id)
      .map((row) => String(row['login']));
  }
}
