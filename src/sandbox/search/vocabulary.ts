import type { Database } from '../store/database.ts';
import { always } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/** Maximum suggestions. */
const maxOffered = 10;

/** Maximum candidate words, in alphabetical order. A short prefix can have many more. */
const maxConsidered = 200;

/** Maximum words checked for visibility to the login, and maximum documents checked for each. */
const maxTried = 50;
const maxDocuments = 10_000;

/** Normalizes a word as the full-text index does: lower case, without diacritics. */
function folded(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The words of all indexed texts. */
export class Vocabulary {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.run('CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text_index, col)');
  }

  /**
   * Completions of the last word of `text`, most frequent first. Words that occur only outside `scope` are left out,
   * because they would reveal the content of hidden documents.
   * @param column Words in titles, or in texts; undefined: both.
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
