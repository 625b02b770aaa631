import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { CompiledTerms } from './terms.ts';

/** The terms and the scope of a search. */
export interface Search {
  readonly terms: CompiledTerms;
  /**
   * A condition that limits the search to the documents that are below an object and that the login may see.
   */
  readonly scope: Sql;
}

/** The WHERE clause of a search, and whether it uses the full-text index. */
export interface Source {
  readonly isMatched: boolean;
  readonly where: Sql;
}

/** Uses the full-text index if the plan allows it, so that SQLite reads only the matches in that index. */
export function sourceOf({ terms: { plan }, scope }: Search): Source {
  if (plan.match === undefined) return { isMatched: false, where: combine('AND', [scope, plan.full]) };
  const matching: Sql = { text: 'text_index MATCH ?', values: [plan.match] };
  return { isMatched: true, where: combine('AND', [matching, scope, plan.rest]) };
}

/** The id of a document in a query of {@link fromOf}. In the full-text index, it does not need the documents. */
export function idIn({ isMatched }: Source): Sql {
  return { text: isMatched ? 'text_index.rowid' : 'd.id', values: [] };
}

/**
 * Makes the FROM clause of a query, with the alias `d` for documents and `metadata` for their metadata fields. A query
 * with matches that uses neither reads the full-text index alone, which saves a look-up for each match.
 * @param used All other parts of the query.
 * @param index Scans the documents in the order of this database index.
 */
export function fromOf({ isMatched }: Source, used: readonly Sql[], index?: string): string {
  // CROSS fixes the join order. Otherwise SQLite may scan all documents and query the full-text index for
  // each of them.
  const usesDocuments = used.some(({ text }) => /\b(?:d|metadata)\./.test(text));
  if (isMatched && !usesDocuments) return 'text_index';
  const documents = isMatched
    ? 'text_index CROSS JOIN documents d ON d.id = text_index.rowid'
    : 'documents d';
  const hint = index === undefined ? '' : ` INDEXED BY ${index}`;
  const usesMetadata = used.some(({ text }) => text.includes('metadata.fields'));
  return `${documents}${hint}${usesMetadata ? ' LEFT JOIN document_fields metadata ON metadata.id = d.id' : ''}`;
}
