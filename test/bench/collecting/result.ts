/** The output of one process of the benchmark `collecting`. */
export interface CollectingResult {
  readonly ms: number;
  /** CPU time of all threads, in ms. */
  readonly processorMs: number;
  /** Number of files that a search finds at the end. */
  readonly found: number;
  /** The longest time during which the event loop was blocked, in ms. */
  readonly stallMs: number;
}
