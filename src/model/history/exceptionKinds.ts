/** A kind of exception or note, with the number of Resources that have it. */
export interface ExceptionKind {
  /** The text that the service sends, such as `Has Error`. */
  readonly kind: string;
  readonly isNote: boolean;
  readonly count: number;
}

/**
 * A note describes a Resource that was processed anyway or skipped on purpose (docs/onna-api.md §13). Texts that are
 * not in Onna's help pages count as exceptions, so that no failure is missed.
 */
const notes = [
  /^encrypted document/i,
  /^excluded/i,
  /^large\b/i,
  /^large text truncated/i,
  /retries (?:were )?reached/i,
  /^no text content/i,
];

/** Whether a text from the service is a note and not an exception. */
export function isNote(kind: string): boolean {
  const text = kind.trim();
  return notes.some((pattern) => pattern.test(text));
}
