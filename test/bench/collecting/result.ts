/** What a process of the `collecting` row tells. */
export interface CollectingResult {
  readonly ms: number;
  /** Of the processor, by all threads. */
  readonly processorMs: number;
  /** Files that can be found afterwards. */
  readonly found: number;
  /** The longest time for which nothing else would have been answered, in ms. */
  readonly stallMs: number;
}
