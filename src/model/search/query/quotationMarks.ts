/**
 * Quotation marks that word processors and Japanese keyboards type for `"`, for use in a character class. Any of them
 * ends a text that begins with one of them: languages use different pairs.
 */
export const typographicMarks = '“”„‟＂〝〞〟';

/** All quotation marks of a query, for use in a character class. */
export const quotationMarks = `"${typographicMarks}`;
