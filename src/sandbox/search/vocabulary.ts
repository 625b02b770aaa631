import type { Database } from '../store/database.ts';
import { always } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/** Words that are offered, at most. */
const maxOffered = 10;

/** Words that are looked at for them: those that come first in the alphabet, where a beginning is short. */
const maxConsidered = 200;

/** Words of which it is found out whether they are in anything that the login sees, and documents of each for that. */
const maxTried = 50;
const maxDocuments = 10_000;

/** As the full-text index writes words: small, without diacritics. */
function folded(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Knows the words of all texts. */
export class Vocabulary {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.run('CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text_index, col)');
  }

  /**
   * Words that begin as the last word of `text`, the most frequent first; none that is only in what `scope` leaves
   * out, since words tell a lot of what is in a document.
   * @param column Words of titles, or of texts; undefined: both.
   */
  completions(text: string, column: 'title' | 'extracted_text' | undefined, scope: Sql): string[] {
    const [beginning] = /[\p{L}\p{N}]+$/u.exec(folded(text)) ?? [];
    if (beginning === undefined) return [];
    const rows = this.#database.all(
      `SELECT term, sum(doc) AS n FROM
         (SELECT term, doc FROM words WHERE term >= ? AND term < ? AND (? IS NULL OR col = ?) LIMIT ${maxConsidered})
       GROUP BY term ORDER BY n DESC, term`,
      beginning,
      `${beginning}\u{10FFFF}`,
      column ?? null,
      column ?? null,
    );
    const words = rows.map((row) => String(row['term']));
    if (scope === always) return words.slice(0, maxOffered);
    return words
      .slice(0, maxTried)
      .filter((word) => this.#isSeen(word, column, scope))
      .slice(0, maxOffered);
  }

  #isSeen(word: string, column: 'title' | 'extracted_text' | undefined, scope: Sql): boolean {
    const phrase = `"${word.replaceAll('"', '""')}"`;
    const row = this.#database.get(
      `SELECT 1 FROM (SELECT rowid AS id FROM text_index WHERE text_index MATCH ? LIMIT ${maxDocuments}) AS found
       CROSS JOIN documents d ON d.id = found.id WHERE ${scope.text} LIMIT 1`,
      column === undefined ? phrase : `{${column}} : ${phrase}`,
      ...scope.values,
    );
    return row !== undefined;
  }
}
