import type { SearchTerm } from '../../onna/wire/search.ts';

/** The fields of a Resource that contain its exceptions (docs/onna-api.md §10). */
export const processingField = 'processing_exception';
export const originField = 'origin_exception';

/** Matches the Resources that have any exception or note. */
export const anyException: SearchTerm = {
  or: [{ exists: [{ var: processingField }] }, { exists: [{ var: originField }] }],
};

/** The notes that Onna's help pages list (docs/onna-api.md §13). */
export const publishedNotes: readonly string[] = [
  'Encrypted Document',
  'Excluded',
  'Large Text Truncated',
  'No Text Content',
];
