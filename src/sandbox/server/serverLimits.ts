import type { Pace } from './requestBody.ts';

/** Timeouts while the server waits for a client. The server's own work has no timeout. */
export interface ServerLimits {
  /** Maximum time from the start of a connection or request to the end of its headers, in ms. */
  readonly headersMs: number;
  /**
   * Maximum idle time of a connection, in ms. A connection is idle while the server waits for the next
   * request, or while the client does not read the answer.
   */
  readonly idleMs: number;
  /** Minimum speed at which clients must send request bodies. */
  readonly pace: Pace;
}

/**
 * These limits are generous for clients on the same machine. A body that arrives byte by byte is refused after 30 s.
 */
export const defaultServerLimits: ServerLimits = {
  headersMs: 15_000,
  idleMs: 60_000,
  pace: { patienceMs: 30_000, bytesPerMs: 16 },
};
