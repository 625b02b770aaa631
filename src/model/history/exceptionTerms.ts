import type { SearchTerm } from '../../onna/wire/search.ts';

/** The fields of a Resource with the service's exceptions (docs/onna-api.md §10). */
export const processingField = 'processing_exception';
export const originField = 'origin_exception';

/** Finds the Resources that have any exception or note. */
export const anyException: SearchTerm = {
  or: [{ exists: [{ var: processingField }] }, { exists: [{ var: originField }] }],
};

/** Notes that the help pages list (docs/onna-api.md §13). */
export const publishedNotes: readonly string[] = [
  'Encrypted Document',
  'Excluded',
  'Large Text Truncated',
  'No Text Content',
];
