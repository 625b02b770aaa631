import type { Grants } from '../store/grants.ts';
import type { Serializer } from '../content/serializer.ts';
import type { ServiceView } from '../http/view.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import type { Database } from '../store/database.ts';
import { contentSearchView } from './contentSearchView.ts';
import { frontsearchView } from './frontsearchView.ts';
import { Highlighter } from './highlighter.ts';
import { Hits } from './hits.ts';
import { queryHelpViews } from './queryHelpViews.ts';
import { Scopes } from './scope.ts';
import { Searcher } from './searcher.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { Tallies } from './tallies.ts';
import { Vocabulary } from './vocabulary.ts';

/** Everything that asks the index. */
export function searchViews(from: {
  readonly database: Database;
  readonly grants: Grants;
  readonly index: SearchIndex;
  readonly serializer: Serializer;
  readonly trail: AuditTrail;
}): ServiceView[] {
  const { database, grants, index, serializer, trail } = from;
  const searcher = new Searcher(database);
  const parts = {
    searcher,
    tallies: new Tallies(database, index),
    highlighter: new Highlighter(database),
    vocabulary: new Vocabulary(database),
    scopes: new Scopes(database, grants),
    hits: new Hits(searcher, serializer),
    trail,
  };
  return [frontsearchView(parts), contentSearchView(parts), ...queryHelpViews(parts)];
}
