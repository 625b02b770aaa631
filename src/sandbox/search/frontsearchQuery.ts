import * as v from 'valibot';
import { issueText } from '../base/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { preconditionFailed, schemaViolation } from '../http/refusals.ts';
import { knownField } from './ordering.ts';
import type { Plan } from './plan.ts';
import { allOf, plain } from './plan.ts';
import { compileAdvanced, compileTyped, together } from './terms.ts';
import type { CompiledTerms } from './terms.ts';
import { isAmong } from './values.ts';

/**
 * Maximum sum of `from` and `size`. Elasticsearch refuses requests for results beyond this position
 * (docs/onna-api.md §6).
 */
export const resultWindow = 10_000;

/** Maximum number of facets in a query, from Onna's own API description. The sandbox also limits filters to it. */
const maxFacets = 100;

const names = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((name) => [name]),
  ),
]);
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const choices = v.array(
  v.union([
    scalar,
    v.strictObject({ from: v.optional(scalar), to: v.optional(scalar) }),
    v.strictObject({
      min: v.optional(v.number()),
      max: v.optional(v.number()),
      name: v.optional(v.string()),
    }),
  ]),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const flag = (value: boolean) => v.optional(v.boolean(), value);

const facet = v.looseObject({
  facetType: v.string(),
  facetSelected: v.optional(choices, []),
  facetsSelected: v.optional(choices, []),
});
const filter = v.looseObject({ filterType: v.string(), filtersSelected: v.optional(choices, []) });

const querySchema = v.looseObject({
  advanced: v.optional(v.unknown()),
  terms: v.optional(v.array(v.looseObject({ term: v.string(), term_type: v.string() })), []),
  size: v.optional(count, 10),
  from: v.optional(count, 0),
  search_after: v.optional(v.array(v.union([v.string(), v.number()]))),
  paginate: flag(false),
  cursor: v.nullish(v.string()),
  sort: v.nullish(v.object({ field: v.string(), direction: v.picklist(['asc', 'desc']) })),
  includes: v.optional(names, []),
  excludes: v.optional(names, []),
  highlight: flag(false),
  hide_children: flag(true),
  suggest: flag(false),
  facets: v.optional(v.pipe(v.array(facet), v.maxLength(maxFacets)), []),
  aggs_includes: v.optional(names, []),
  filters: v.optional(v.pipe(v.array(filter), v.maxLength(maxFacets)), []),
  participants: v.nullish(
    v.looseObject({ groups: v.optional(v.array(v.looseObject({ name: v.string() })), []) }),
  ),
});

/** The body of a `@frontsearch`, with defaults filled in. */
export type Query = v.InferOutput<typeof querySchema>;

/** @throws Refusal 412 that describes the error */
export function readQuery(body: unknown): Query {
  const parsed = v.safeParse(querySchema, jsonObject(body));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw schemaViolation('body', v.getDotPath(issue) ?? '', issueText(issue).slice(0, 500));
  }
  const { from, size, search_after: after, cursor } = parsed.output;
  if (from + size > resultWindow) {
    throw preconditionFailed(
      `Result window is too large: from + size is ${from + size}, the maximum is ${resultWindow}`,
    );
  }
  if (from > 0 && (after !== undefined || typeof cursor === 'string'))
    throw schemaViolation('body', 'from', 'from must be 0 with search_after or cursor');
  return parsed.output;
}

function chosen(parameter: string, name: string, values: readonly unknown[]): Plan[] {
  if (values.length === 0) return [];
  const refuse = (message: string): never => {
    throw schemaViolation('body', parameter, message);
  };
  return [plain(isAmong(knownField(name, parameter), values, refuse))];
}

/** Compiles all terms and filters of a query. @throws Refusal 412 that describes the error */
export function compileQuery({ advanced, terms, facets, filters, participants }: Query): CompiledTerms {
  const narrowing = [
    ...facets.flatMap(({ facetType, facetSelected, facetsSelected }) =>
      chosen('facets', facetType, [...facetSelected, ...facetsSelected]),
    ),
    ...filters.flatMap(({ filterType, filtersSelected }) => chosen('filters', filterType, filtersSelected)),
    // Documents in the sandbox have no participants, so a filter by groups of participants matches nothing.
    ...(participants && participants.groups.length > 0 ? [plain({ text: '0', values: [] })] : []),
  ];
  const plan = allOf(narrowing);
  return together([compileAdvanced(advanced), compileTyped(terms), { where: plan.full, plan, wanted: [] }]);
}

/** Returns the facets to count: those listed in `aggs_includes`, or all facets if that list is empty. */
export function facetNames({ facets, aggs_includes: picked }: Query): string[] {
  const all = new Set(facets.map(({ facetType }) => facetType));
  return [...all].filter((name) => picked.length === 0 || picked.includes(name));
}
