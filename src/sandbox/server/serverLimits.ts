import type { Pace } from './requestBody.ts';

/** Timeouts while the server waits for a client. Its own work has no timeout. */
export interface ServerLimits {
  /** From the start of a connection or request to the end of its headers, in ms. */
  readonly headersMs: number;
  /**
   * For a connection without traffic while it is the client's turn, and for a client that does not read its answer,
   * in ms.
   */
  readonly idleMs: number;
  /** For request bodies. */
  readonly pace: Pace;
}

/** Generous for clients on this machine. A body that trickles in byte by byte is refused after 30 s. */
export const defaultServerLimits: ServerLimits = {
  headersMs: 15_000,
  idleMs: 60_000,
  pace: { patienceMs: 30_000, bytesPerMs: 16 },
};
