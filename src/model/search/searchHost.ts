import type { FrontsearchRequest, SearchResults } from '../../onna/wire/search.ts';
import type { Event } from '../../base/event.ts';
import type { SearchQuestion } from './searchRequest.ts';
import type { SearchStart } from './searchStart.ts';

/** The scope of a search: a connection's whole account, or one Datasource in it. */
export interface SearchScope {
  /** Stays the same after a reload of the window. */
  readonly id: string;
  readonly connectionId: string;
  readonly kind: 'account' | 'datasource';
  /** The account's name or the Datasource's title, as sent by the service. */
  readonly label: string;
  /** Distinguishes scopes with the same label, e.g. by workspace or server. */
  readonly description: string;
}

/** A failure of a search, as shown to the user. */
export interface SearchProblem {
  /** Describes the problem and a remedy. */
  readonly sentence: string;
  /** Whether the server could not be reached at all. */
  readonly isOffline: boolean;
}

/** The fields of a hit that are needed to open or reveal it. A reload of the window keeps only these fields. */
export interface HitReference {
  /** The service's `@id`. Must be converted to a URL on the connection's own server before use. */
  readonly id: string;
  /** Sanitized for display. */
  readonly title: string;
  readonly extension?: string | undefined;
}

/** The parts of the extension that the search uses. */
export interface SearchHost {
  scopes(): readonly SearchScope[];
  /** Fires when scopes are added, removed or renamed. */
  readonly onDidChangeScopes: Event<unknown>;
  /** Rejects with an error that {@link describeError} understands. */
  search(scope: SearchScope, request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults>;
  open(scope: SearchScope, hit: HitReference): Promise<void>;
  reveal(scope: SearchScope, hit: HitReference): Promise<void>;
  /** @param about `search`: the search failed; `hit`: opening or revealing a hit failed. */
  describeError(error: unknown, about: 'search' | 'hit'): SearchProblem;
  /**
   * The Datasources that `in:` can name. A search for Resources uses the types to exclude the Datasources themselves.
   */
  datasources(
    connectionId: string,
  ): readonly { readonly uid: string; readonly title: string; readonly type?: string }[];
  /** Words that continue `term`, from the service. Rejects if the service has none. */
  suggestions(scope: SearchScope, term: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The names of the fields that the service can search. */
  searchableFields(scope: SearchScope, signal: AbortSignal): Promise<readonly string[]>;
  /** Lets the user choose a file, and saves all hits of a search in it. */
  exportHits(scope: SearchScope, question: SearchQuestion): Promise<void>;
  /** Saves a search under a name that the user chooses. */
  saveSearch(scope: SearchScope, start: SearchStart): Promise<void>;
  showLog(): void;
}
