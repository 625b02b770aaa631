import type { Database } from '../store/database.ts';
import type { CompiledTerms } from './terms.ts';

/** Words per snippet. */
const snippetTokens = 32;

/** Maximum characters of a text that are searched for highlights: Elasticsearch's default. */
const maxText = 1_000_000;

/** The columns of the full-text table, in the table's order. */
const columns = ['title', 'extracted_text'] as const;

/**
 * Highlights the matches in a document. Uses a temporary index that contains only that document. The full index is slow
 * for a single document, because it first searches for other documents with the same words.
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

  /** Returns snippets by column, with `<em>` around the matches. Columns without matches are left out. */
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
