import type { ServiceView } from './view.ts';

/** A part of the sandbox: the services that it answers, and its work in the background. */
export interface Feature {
  readonly views: readonly ServiceView[];
  /** Begins the work in the background, once the server listens. */
  start?(): void;
  /** Ends that work in a state that a restart goes on from. */
  close?(): Promise<void> | void;
}
