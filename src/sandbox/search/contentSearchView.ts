import { json } from '../http/answer.ts';
import { namesIn } from '../http/nameList.ts';
import { schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { resultWindow } from './frontsearchQuery.ts';
import { knownField, orderingOf } from './ordering.ts';
import type { SortOrder } from './ordering.ts';
import { allOf, excluding, plain } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SearchDeps } from './searchDeps.ts';
import { compileAdvanced, together } from './terms.ts';
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
]);

function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw schemaViolation('query', name, 'A whole number is required');
  return Number(text);
}

/** Parses `field__operator=value`. The default operator is `eq`. */
function condition(parameter: string, value: string): Plan {
  const [, name = parameter, operator = 'eq'] = /^(.+)__([a-z]+)$/.exec(parameter) ?? [];
  const refuse = (message: string): never => {
    throw schemaViolation('query', parameter, message);
  };
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
      return refuse(`'${operator}' is not an operator: use eq, not, gt, gte, lt, lte or in`);
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

/** GET `{any node}/@search` is the framework's basic search by query parameters (docs/onna-api.md §6). */
export function contentSearchView({ searcher, tallies, scopes, hits }: SearchDeps): ServiceView {
  return {
    name: '@search',
    methods: ['GET'],
    permission: 'guillotina.SearchContent',
    appliesTo: anyTarget,
    answer({ target, query, base, login = '' }: ViewRequest) {
      const size = Math.min(numberIn(query, '_size', defaultHits), maxHits);
      const from = numberIn(query, '_from', 0);
      if (from + size > resultWindow)
        throw schemaViolation('query', '_from', `_from + _size may not exceed ${resultWindow}`);
      const term = query.get('term') ?? '';
      const plan = allOf(
        [...query].filter(([name]) => !options.has(name)).map(([name, value]) => condition(name, value)),
      );
      const either = ['title', 'extracted_text'].map((name) => ({ text_contains: [{ var: name }, term] }));
      const terms = together([
        compileAdvanced({ and: term === '' ? [] : [{ or: either }] }),
        { where: plan.full, plan, wanted: [] },
      ]);
      const search = { terms, scope: scopes.of(target, login) };
      const { count } = tallies.of(search, []);
      const ordering = orderingOf(sortIn(query), terms, count);
      const found = searcher.find(search, { ordering, count, after: undefined, from, size });
      const fields = {
        includes: namesIn(query.get('_metadata') ?? ''),
        excludes: namesIn(query.get('_metadata_not') ?? ''),
      };
      return json({ member: found.map((document) => hits.hit(document, base, fields)), items_count: count });
    },
  };
}
