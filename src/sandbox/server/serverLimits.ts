import type { Pace } from './requestBody.ts';

/** How long the server waits for its clients. What it does itself takes as long as it takes. */
export interface ServerLimits {
  /** From a connection's beginning, or a request's, to the end of its headers, in ms. */
  readonly headersMs: number;
  /**
   * Of a connection on which nothing moves, though it is the client's turn to send or to read, and of a client that
   * does not read its answer, in ms.
   */
  readonly idleMs: number;
  /** Of the bodies that clients send. */
  readonly pace: Pace;
}

/** Generous for anything on this machine. A body of 1 byte now and then ends after 30 s. */
export const defaultServerLimits: ServerLimits = {
  headersMs: 15_000,
  idleMs: 60_000,
  pace: { patienceMs: 30_000, bytesPerMs: 16 },
};
