import type { Database } from '../store/database.ts';
import type { CompiledTerms } from './terms.ts';

/** Words around what was found. */
const snippetTokens = 32;

/** Characters of a text that are looked at, as many as Elasticsearch analyses for a highlight by default. */
const maxText = 1_000_000;

/** Its columns in the order of the table. */
const columns = ['title', 'extracted_text'] as const;

/**
 * Shows what was found in a document. In an index of that document alone: the index of all would look for the first
 * document that has a word in its title even when it is asked about a single one.
 */
export class Highlighter {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.run(
      `CREATE VIRTUAL TABLE temp.shown USING fts5 (
         title, extracted_text, tokenize = 'unicode61 remove_diacritics 2'
       )`,
    );
  }

  /** By column what was found in it, with `<em>` around; a column in which nothing was found is missing. */
  highlights(id: number, { wanted }: CompiledTerms): Record<string, string[]> {
    if (wanted.length === 0) return {};
    this.#database.run('DELETE FROM shown');
    this.#database.run(
      `INSERT INTO shown (title, extracted_text)
       SELECT title, substr(extracted_text, 1, ${maxText}) FROM texts WHERE id = ?`,
      id,
    );
    const found: Record<string, string[]> = {};
    for (const [number, column] of columns.entries()) {
      const expressions = new Set(
        wanted.flatMap((part) => (part.column === column ? [`(${part.expression})`] : [])),
      );
      if (expressions.size === 0) continue;
      const row = this.#database.get(
        `SELECT snippet(shown, ${number}, '<em>', '</em>', '…', ${snippetTokens}) AS snippet
         FROM shown WHERE shown MATCH ?`,
        [...expressions].join(' OR '),
      );
      if (row !== undefined) found[column] = [String(row['snippet']).replaceAll(/\s+/g, ' ').trim()];
    }
    return found;
  }
}
