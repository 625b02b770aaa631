import type { Serializer } from '../content/serializer.ts';
import type { ServiceView } from '../http/view.ts';
import { contentSearchView } from './contentSearchView.ts';
import { frontsearchView } from './frontsearchView.ts';
import { Highlighter } from './highlighter.ts';
import { Hits } from './hits.ts';
import { queryHelpViews } from './queryHelpViews.ts';
import { Scopes } from './scope.ts';
import { Searcher } from './searcher.ts';
import { Tallies } from './tallies.ts';
import { Vocabulary } from './vocabulary.ts';
import type { Stores } from '../store/stores.ts';

/** All services that query the search index. */
export function searchViews(
  deps: Pick<Stores, 'database' | 'grants' | 'index' | 'trail'> & { readonly serializer: Serializer },
): ServiceView[] {
  const { database, grants, index, serializer, trail } = deps;
  const searcher = new Searcher(database);
  const search = {
    searcher,
    tallies: new Tallies(database, index),
    highlighter: new Highlighter(database),
    vocabulary: new Vocabulary(database),
    scopes: new Scopes(database, grants),
    hits: new Hits(searcher, serializer),
    trail,
  };
  return [frontsearchView(search), contentSearchView(search), ...queryHelpViews(search)];
}
