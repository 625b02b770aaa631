import { wordsOf } from '../language/words.ts';
import type { Database } from '../store/database.ts';
import { always } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/** Maximum number of suggestions. */
const maxOffered = 10;

/** Maximum number of candidate words, in alphabetical order. A short prefix can have many more words. */
const maxConsidered = 200;

/** Maximum number of words that are checked for visibility to the login. */
const maxTried = 50;
/** Maximum number of documents that are read to check one word. */
const maxDocuments = 10_000;

/**
 * Returns the normalized beginning of the last word, or undefined if the text does not end with a word. In scripts
 * without spaces, the index contains pairs of letters. Only after the first letter they are helpful completions.
 */
function beginningOf(text: string): string | undefined {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last?.end !== text.length || words.at(-2)?.kind === 'pair') return undefined;
  return last.term;
}

/** Suggests words from all indexed texts. */
export class Vocabulary {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.run('CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text_index, col)');
  }

  /**
   * Returns completions of the last word of `text`, most frequent words first. Leaves out words that occur only outside
   * `scope`, because they would reveal the content of hidden documents.
   * @param column Suggests only words from titles or only words from texts. Undefined for both.
   */
  completions(text: string, column: 'title' | 'extracted_text' | undefined, scope: Sql): string[] {
    const beginning = beginningOf(text);
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
    const phrase = `"${word}"`;
    const row = this.#database.get(
      `SELECT 1 FROM (SELECT rowid AS id FROM text_index WHERE text_index MATCH ? LIMIT ${maxDocuments}) AS found
       CROSS JOIN documents d ON d.id = found.id WHERE ${scope.text} LIMIT 1`,
      column === undefined ? phrase : `{${column}} : ${phrase}`,
      ...scope.values,
    );
    return row !== undefined;
  }
}
