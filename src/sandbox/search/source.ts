import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { CompiledTerms } from './terms.ts';

/** What is searched for, and where. */
export interface Search {
  readonly terms: CompiledTerms;
  /** Below which object, and nowhere that the login may not look. */
  readonly scope: Sql;
}

/** WHERE of a search, and whether the full-text index is to be asked by it. */
export interface Source {
  readonly isMatched: boolean;
  readonly where: Sql;
}

/** By way of the full-text index when texts are asked for, so that only what it finds is looked at. */
export function sourceOf({ terms: { plan }, scope }: Search): Source {
  if (plan.match === undefined) return { isMatched: false, where: combine('AND', [scope, plan.full]) };
  const matching: Sql = { text: 'text_index MATCH ?', values: [plan.match] };
  return { isMatched: true, where: combine('AND', [matching, scope, plan.rest]) };
}

/**
 * FROM for a query whose other parts are `used`. Documents are `d`, their further fields `metadata`.
 * @param index Whose order documents are to be walked in.
 */
export function fromOf({ isMatched }: Source, used: readonly Sql[], index?: string): string {
  // CROSS: SQLite would walk through all documents, asking the index for each, when it likes another condition.
  const documents = isMatched
    ? 'text_index CROSS JOIN documents d ON d.id = text_index.rowid'
    : 'documents d';
  const hint = index === undefined ? '' : ` INDEXED BY ${index}`;
  const usesMetadata = used.some(({ text }) => text.includes('metadata.fields'));
  return `${documents}${hint}${usesMetadata ? ' LEFT JOIN document_fields metadata ON metadata.id = d.id' : ''}`;
}
