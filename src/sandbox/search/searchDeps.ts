import type { Highlighter } from './highlighter.ts';
import type { Hits } from './hits.ts';
import type { Scopes } from './scope.ts';
import type { Searcher } from './searcher.ts';
import type { Tallies } from './tallies.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Stores } from '../store/stores.ts';

/** Dependencies of the search views. */
export interface SearchDeps extends Pick<Stores, 'trail'> {
  readonly searcher: Searcher;
  readonly tallies: Tallies;
  readonly highlighter: Highlighter;
  readonly vocabulary: Vocabulary;
  readonly scopes: Scopes;
  readonly hits: Hits;
}
