/** Kinds of exceptions and notes, with the number of Resources that have them. */
export interface ExceptionKind {
  /** The service's own text, such as `Has Error`. */
  readonly kind: string;
  readonly isNote: boolean;
  readonly count: number;
}

/**
 * Notes tell about a Resource that was processed nevertheless, or left out on purpose (docs/onna-api.md §13). Texts that
 * the help pages do not list count as exceptions, so that no failure is missed.
 */
const notes = [
  /^encrypted document/i,
  /^excluded/i,
  /^large\b/i,
  /^large text truncated/i,
  /retries (?:were )?reached/i,
  /^no text content/i,
];

/** Whether a text of the service is only a note. */
export function isNote(kind: string): boolean {
  const text = kind.trim();
  return notes.some((pattern) => pattern.test(text));
}
