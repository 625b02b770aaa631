import type { FrontsearchRequest, SearchResults } from '../../onna/wire/search.ts';
import type { Event } from '../../base/event.ts';

/** Where a search looks: a connection's whole account, or one Datasource of it. */
export interface SearchScope {
  /** The same after a reload of the window. */
  readonly id: string;
  readonly connectionId: string;
  readonly kind: 'account' | 'datasource';
  /** The account's name or the Datasource's title, as the service has it. */
  readonly label: string;
  /** What tells it from others of the same name, e.g. its workspace or the server. */
  readonly description: string;
}

/** What a failed search comes to for the user. */
export interface SearchProblem {
  /** What happened and what to do about it. */
  readonly sentence: string;
  /** Whether the server could not be reached at all. */
  readonly isOffline: boolean;
}

/** As much of a hit as opening and revealing it need; all that is left of it after a reload of the window. */
export interface HitReference {
  /** The service's `@id`, to be rebased on the connection's own base. */
  readonly id: string;
  /** Fit to be shown. */
  readonly title: string;
  readonly extension?: string | undefined;
}

/** What searching needs of the rest of the extension. */
export interface SearchHost {
  scopes(): readonly SearchScope[];
  /** Fires when scopes came, went or were renamed. */
  readonly onDidChangeScopes: Event<unknown>;
  /** Rejects with whatever {@link describeError} understands. */
  search(scope: SearchScope, request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults>;
  open(scope: SearchScope, hit: HitReference): Promise<void>;
  reveal(scope: SearchScope, hit: HitReference): Promise<void>;
  /** @param about What failed: searching, or opening or revealing a hit. */
  describeError(error: unknown, about: 'search' | 'hit'): SearchProblem;
  /** Those that `in:` can name, and their types, which a search for Resources leaves out. */
  datasources(
    connectionId: string,
  ): readonly { readonly uid: string; readonly title: string; readonly type?: string }[];
  showLog(): void;
}
