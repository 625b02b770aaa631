import type { Serializer } from '../content/serializer.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { contentSearchView } from './contentSearchView.ts';
import { frontsearchView } from './frontsearchView.ts';
import { Highlighter } from './highlighter.ts';
import { Hits } from './hits.ts';
import { queryHelpViews } from './queryHelpViews.ts';
import { Scopes } from './scope.ts';
import { Searcher } from './searcher.ts';
import type { Found } from './searcher.ts';
import { Tallies } from './tallies.ts';
import { Vocabulary } from './vocabulary.ts';
import type { Stores } from '../store/stores.ts';

/** All services that query the search index. */
export function searchViews(
  deps: Pick<Stores, 'database' | 'grants' | 'accessSettings' | 'index' | 'trail' | 'nodes' | 'resources'> & {
    readonly serializer: Serializer;
  },
): ServiceView[] {
  const { database, grants, accessSettings, index, serializer, trail, nodes, resources } = deps;
  const searcher = new Searcher(database);
  const search = {
    searcher,
    tallies: new Tallies(database, index),
    highlighter: new Highlighter(database),
    vocabulary: new Vocabulary(database),
    scopes: new Scopes(database, grants, accessSettings),
    hits: new Hits(searcher, serializer),
    trail,
  };
  const whole = ({ id, uid }: Found, request: ViewRequest): unknown => {
    if (id < 0) {
      const node = nodes.byUid(uid);
      return node && serializer.node(node, request);
    }
    const resource = resources.byUid(uid);
    const node = resource && nodes.byId(resource.datasourceId);
    return node && serializer.resource(node, resource, request.base);
  };
  return [frontsearchView(search), contentSearchView(search, whole), ...queryHelpViews(search)];
}
