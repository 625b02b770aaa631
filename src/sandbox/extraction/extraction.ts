/**
 * Names of exceptions and notes (docs/onna-api.md §13), and the sandbox's own exceptions: `Unknown Encoding` for a text
 * that it can't decode, and `Unsupported Format` for a file that can have text but has no reader. Its own note `Partly
 * Unknown Encoding` is for a text with single bytes that it can't decode.
 */
export type ExceptionName =
  | 'Has Error'
  | 'Unknown Encoding'
  | 'Unsupported Format'
  | 'Encrypted Document'
  | 'Large'
  | 'Large Text Truncated'
  | 'No Text Content'
  | 'Partly Unknown Encoding';

/** A note describes a file that was processed anyway or skipped on purpose. All other names are exceptions. */
const notes: ReadonlySet<string> = new Set<ExceptionName>([
  'Encrypted Document',
  'Large',
  'Large Text Truncated',
  'No Text Content',
  'Partly Unknown Encoding',
]);

/** Whether a name is a note. A Resource with a note counts as processed. */
export function isNote(name: string): boolean {
  return notes.has(name);
}

/** An attachment of an email, or a member of an archive. It becomes a Resource below the Resource of its file. */
export interface Part {
  /** File name, for an archive with its folders (`logs/a.txt`). It is untrusted: never use it as a path. */
  readonly name: string;
  /** Content. Empty if {@link exception} is set. At most `extractionLimits.fileBytes` bytes. */
  readonly bytes: Uint8Array;
  /**
   * Why the content is missing: `Encrypted Document`, or `Large` for more than `extractionLimits.fileBytes` bytes.
   * The part is then listed without a file. A reader must not expand a larger part: it stops at the limit.
   */
  readonly exception?: ExceptionName | undefined;
  /** Content type that the file states for the part. */
  readonly contentType?: string | undefined;
  /** Modification date in ms since 1970. */
  readonly modified?: number | undefined;
}

/** A file to read. */
export interface SourceFile {
  readonly bytes: Uint8Array;
  /** File name without folders. */
  readonly name: string;
  /** Content type, from the name or from the container of a part. It can be wrong. */
  readonly contentType: string;
}

/** The text and the parts that a reader found in a file. */
export interface Reading {
  readonly text: string;
  /**
   * Read one after the other, so that only one part is in memory at a time. The caller may stop before the end, for
   * example when a limit is reached: close files in `finally`. An error keeps the text and the parts before it.
   */
  readonly parts?: Iterable<Part> | AsyncIterable<Part>;
  /** A note on a file whose text could be read in part. */
  readonly note?: ExceptionName;
}

/**
 * Reads the files of one format. Runs in a worker process, which is stopped if it needs too much time or memory
 * (`limits.ts`). It has no access to the store and must not write files.
 * @throws ReadingFailure, or the error of a library, which means `Has Error`
 */
export type Reader = (file: SourceFile) => Reading | Promise<Reading>;

/** A reader could not read a file, and knows why. */
export class ReadingFailure extends Error {
  readonly exception: ExceptionName;

  constructor(exception: ExceptionName, message: string = exception) {
    super(message);
    this.exception = exception;
  }
}
