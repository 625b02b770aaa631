import type { NodePath } from '../../onna/address.ts';
import type { Child } from '../../onna/wire/children.ts';

/** Why a Resource could not be collected or processed, or a note about its processing. */
export interface ExceptionMark {
  /** The service's own text, such as `Has Error`. */
  readonly reason: string;
  /** The stage that failed. */
  readonly stage: 'collection' | 'processing';
  /** Whether the Resource was processed anyway, or skipped on purpose. */
  readonly isNote: boolean;
}

/** A Resource in a list. */
export interface ListedResource extends Child {
  /** Set only in a list of exceptions. */
  readonly mark?: ExceptionMark;
}

/** The Resources that one step of a walk found. */
export interface ResourceWalkStep {
  /** Resources not seen before in this walk. */
  readonly added: readonly ListedResource[];
  /** Titles for Resources that earlier steps returned without a title. */
  readonly titles: ReadonlyMap<NodePath, string>;
}

/** Reads the Resources of a list page by page. */
export interface ResourceWalk {
  readonly done: boolean;
  /** The number of Resources that the service counts but does not list. Known at the end. */
  readonly missing: number;
  /** The number of Resources that the service counts. */
  readonly total: number | undefined;
  /**
   * A failed step loses no rows and can be repeated.
   * @param readsOn Whether the caller wants the next step at once, so that its page may be requested early.
   * @throws OnnaError
   */
  next(signal?: AbortSignal, readsOn?: boolean): Promise<ResourceWalkStep>;
}
