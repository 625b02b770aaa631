/** The result of a process of the `collecting` row. */
export interface CollectingResult {
  readonly ms: number;
  /** CPU time of all threads. */
  readonly processorMs: number;
  /** Number of files that search finds afterwards. */
  readonly found: number;
  /** The longest time during which no other request got a response, in ms. */
  readonly stallMs: number;
}
