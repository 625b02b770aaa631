import type { ServiceView } from './view.ts';

/** A part of the sandbox: its services and its background work. */
export interface Feature {
  readonly views: readonly ServiceView[];
  /** Starts the background work. Called once the server listens. */
  start?(): void;
  /** Stops the background work. After a restart, the work continues from the stored state. */
  close?(): Promise<void> | void;
}
