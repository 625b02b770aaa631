import { json } from '../http/answer.ts';
import { namesIn } from '../http/nameList.ts';
import { schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { combine } from '../store/sql.ts';
import { resultWindow } from './frontsearchQuery.ts';
import { knownField, orderingOf } from './ordering.ts';
import type { SortOrder } from './ordering.ts';
import { allOf, excluding, plain } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SearchDeps } from './searchDeps.ts';
import type { Found } from './searcher.ts';
import { compileAdvanced, together } from './terms.ts';
import { searchableFields } from './searchableFields.ts';
import { compare, isIn } from './values.ts';

/** Maximum and default number of hits per response (docs/onna-api.md §6). */
const maxHits = 50;
const defaultHits = 20;

const comparisons: Readonly<Record<string, '>' | '>=' | '<' | '<='>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

/** Query parameters that are not conditions. */
const options: ReadonlySet<string> = new Set([
  'term',
  '_from',
  '_size',
  '_sort_asc',
  '_sort_des',
  '_metadata',
  '_metadata_not',
  '_fullobject',
  '_fullobjects',
  '_aggregations',
]);

/** Reads a number. The framework ignores a value that is not a number (docs/onna-api.md §18). */
function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

const fieldNames = new Set(searchableFields.flatMap(({ name }) => [name, `${name}.keyword`]));

/**
 * Parses `field__operator=value`. The default operator is `eq`.
 * @returns Undefined for an unknown field or operator. The framework ignores both.
 */
function condition(parameter: string, value: string): Plan | undefined {
  const [, name = parameter, operator = 'eq'] = /^(.+)__([a-z]+)$/.exec(parameter) ?? [];
  const refuse = (message: string): never => {
    throw schemaViolation('query', parameter, message);
  };
  if (!fieldNames.has(name)) return undefined;
  const field = knownField(name, parameter, 'query');
  const comparison = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (comparison !== undefined) return plain(compare(field, comparison, value, refuse));
  switch (operator) {
    case 'eq':
      return plain(isIn(field, [value], refuse));
    case 'not':
      return excluding([plain(isIn(field, [value], refuse))]);
    case 'in':
      return plain(isIn(field, value.split(','), refuse));
    default:
      return undefined;
  }
}

function sortIn(query: URLSearchParams): SortOrder | undefined {
  const [asc, desc] = [query.get('_sort_asc'), query.get('_sort_des')];
  const field = asc ?? desc;
  if (field === null) return undefined;
  const parameter = asc === null ? '_sort_des' : '_sort_asc';
  knownField(field, parameter, 'query');
  return { field, direction: asc === null ? 'desc' : 'asc' };
}

/**
 * GET `{any node}/@search` is the framework's basic search by query parameters (docs/onna-api.md §6). `_fullobject`
 * returns whole objects, and `_aggregations` counts the values of the named fields.
 * @param whole Returns a found object as GET returns it, or undefined if it was removed.
 */
export function contentSearchView(
  { searcher, tallies, scopes, hits }: SearchDeps,
  whole: (found: Found, request: ViewRequest) => unknown,
): ServiceView {
  return {
    name: '@search',
    methods: ['GET'],
    permission: 'guillotina.SearchContent',
    appliesTo: anyTarget,
    answer(request: ViewRequest) {
      const { target, query, base, login = '' } = request;
      const size = Math.min(numberIn(query, '_size', defaultHits), maxHits);
      const from = numberIn(query, '_from', 0);
      if (from + size > resultWindow)
        throw schemaViolation('query', '_from', `_from + _size may not exceed ${resultWindow}`);
      const term = query.get('term') ?? '';
      const plan = allOf(
        [...query]
          .filter(([name]) => !options.has(name))
          .flatMap(([name, value]) => condition(name, value) ?? []),
      );
      const either = ['title', 'extracted_text'].map((name) => ({ text_contains: [{ var: name }, term] }));
      const terms = together([
        compileAdvanced({ and: term === '' ? [] : [{ or: either }] }),
        { where: plan.full, plan, wanted: [] },
      ]);
      // As in the framework, an object is not a hit of its own search (docs/onna-api.md §18).
      const scope = combine('AND', [scopes.of(target, login), scopes.withoutSelf(target)]);
      const search = { terms, scope };
      const { count, facets } = tallies.of(search, namesIn(query.get('_aggregations') ?? ''));
      const ordering = orderingOf(sortIn(query), terms, count);
      const found = searcher.find(search, { ordering, count, after: undefined, from, size });
      const fields = {
        includes: namesIn(query.get('_metadata') ?? ''),
        excludes: namesIn(query.get('_metadata_not') ?? ''),
      };
      const isWhole = query.has('_fullobject') || query.has('_fullobjects');
      return json({
        member: isWhole
          ? found.flatMap((document) => whole(document, request) ?? [])
          : found.map((document) => hits.hit(document, base, fields)),
        items_count: count,
        ...(facets.size > 0
          ? { aggregations: Object.fromEntries([...facets].map(([name, buckets]) => [name, { buckets }])) }
          : {}),
      });
    },
  };
}
