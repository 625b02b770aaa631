import { json } from '../http/answer.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { compileQuery, facetNames, readQuery } from './frontsearchQuery.ts';
import type { Query } from './frontsearchQuery.ts';
import { orderingOf } from './ordering.ts';
import type { Place } from './ordering.ts';
import { cursorOf, cursorOwner, placeOf } from './pageCursor.ts';
import { combine } from '../store/sql.ts';
import type { Found } from './searcher.ts';
import type { SearchDeps } from './searchDeps.ts';
import type { CompiledTerms } from './terms.ts';

/** Maximum characters of a query in the activity log. A query can be megabytes long. */
const maxLoggedQuery = 1000;

/** POST `{any node}/@frontsearch` searches the documents at and below a node (docs/onna-api.md §6). */
export function frontsearchView(deps: SearchDeps): ServiceView {
  const { searcher, tallies, highlighter, vocabulary, scopes, hits, trail } = deps;

  /** Completions of the last search word. */
  function suggestions({ wanted }: CompiledTerms, target: ViewRequest['target'], login: string): string[] {
    return vocabulary.completions(wanted.at(-1)?.lastWord ?? '', undefined, scopes.of(target, login));
  }

  function member(
    found: readonly Found[],
    query: Query,
    terms: CompiledTerms,
    base: string,
  ): Record<string, unknown>[] {
    const tellsPlace = Boolean(query.sort) || query.paginate || query.search_after !== undefined;
    return found.map((document) => ({
      ...hits.hit(document, base, query),
      ...(tellsPlace ? { sort: document.place } : {}),
      ...(query.highlight ? { '@highlight': highlighter.highlights(document.id, terms) } : {}),
    }));
  }

  return {
    name: '@frontsearch',
    methods: ['POST'],
    permission: 'guillotina.SearchContent',
    appliesTo: anyTarget,
    async answer({ target, path, base, login = '', json: readBody }: ViewRequest) {
      const query = readQuery(await readBody());
      const terms = compileQuery(query);
      const below = scopes.of(target, login);
      const scope = query.hide_children ? combine('AND', [below, scopes.withoutParts()]) : below;
      const search = { terms, scope };
      const sort = query.sort ?? undefined;
      const isPaged = query.paginate || typeof query.cursor === 'string';
      const owner = isPaged ? cursorOwner(terms, sort) : '';
      const after: Place | undefined =
        typeof query.cursor === 'string' ? placeOf(query.cursor, owner) : query.search_after;
      const { count, facets } = tallies.of(search, facetNames(query));
      const ordering = orderingOf(sort, terms, count);
      const { from, size } = query;
      const found = searcher.find(search, { ordering, count, after, from, size });
      const last = found.length === size ? found.at(-1) : undefined;
      const advanced = JSON.stringify(query.advanced ?? null).slice(0, maxLoggedQuery);
      const detail = { advanced, from, items_count: count };
      trail.addActivity({ action: 'search', login, nodeId: target.node.id, path, detail });
      return json({
        member: member(found, query, terms, base),
        items_count: count,
        ...(isPaged ? { cursor: last ? cursorOf(owner, last.place) : null } : {}),
        ...(query.suggest ? { suggest: suggestions(terms, target, login) } : {}),
        ...(facets.size > 0
          ? { aggregations: Object.fromEntries([...facets].map(([name, buckets]) => [name, { buckets }])) }
          : {}),
      });
    },
  };
}
