const mebibyte = 1024 * 1024;

/**
 * Limits of text extraction. The README of the sandbox lists them. A limit for all parts counts the parts of one
 * collected file at all depths.
 */
export interface ExtractionLimits {
  /** Maximum size of a file or part to read, in bytes. A larger one gets the note `Large`. */
  readonly fileBytes: number;
  /** Maximum length of a stored text, in UTF-16 units. A longer text is cut and gets the note `Large Text Truncated`. */
  readonly textLength: number;
  /** Time in which a file must be read, in ms. Time in which the server stores parts does not count. */
  readonly readingMs: number;
  /** Memory for JavaScript objects while a file is read, in MiB. */
  readonly heapMebibytes: number;
  /** Memory for buffers while a file is read, in bytes. */
  readonly bufferBytes: number;
  /** Maximum number of parts. The file with the first part beyond this or the next limit gets the note `Large`. */
  readonly parts: number;
  /** Maximum size of all parts together, in bytes. */
  readonly expandedBytes: number;
  /**
   * Maximum ratio of the size of the parts to the size of their file. Parts that are smaller than
   * {@link ExtractionLimits.unsuspiciousBytes} may exceed it.
   */
  readonly expansion: number;
  readonly unsuspiciousBytes: number;
  /** Maximum number of files around a part. A part at this depth is stored and read, but it gets no parts itself. */
  readonly depth: number;
}

export const extractionLimits: ExtractionLimits = {
  fileBytes: 128 * mebibyte,
  textLength: 4_000_000,
  readingMs: 60_000,
  heapMebibytes: 512,
  bufferBytes: 768 * mebibyte,
  parts: 10_000,
  expandedBytes: 512 * mebibyte,
  expansion: 200,
  unsuspiciousBytes: 32 * mebibyte,
  depth: 5,
};
