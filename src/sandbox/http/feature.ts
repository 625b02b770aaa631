import type { ServiceView } from './view.ts';

/** A part of the sandbox: its services and its background work. */
export interface Feature {
  readonly views: readonly ServiceView[];
  /** Starts the background work, once the server listens. */
  start?(): void;
  /** Stops that work and leaves a state that a restart can continue from. */
  close?(): Promise<void> | void;
}
