import type { SearchFilters } from '../../shared/searchFilters.ts';
import type { SearchSort } from '../../shared/searchProtocol.ts';

/** Everything that a search needs, except its scope. */
export interface SearchStart {
  readonly query: string;
  readonly sort: SearchSort;
  readonly filters: SearchFilters;
}
