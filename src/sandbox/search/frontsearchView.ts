import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { preconditionFailed, schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Grants } from '../auth/grants.ts';
import type { AuditTrail } from '../logs/auditTrail.ts';
import type { Serializer } from '../content/serializer.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import { belowAny, combine } from './conditions.ts';
import type { Sql } from './conditions.ts';
import type { Found, Searcher } from './searcher.ts';
import { compileAdvanced } from './terms.ts';

/** Characters of a query that the log keeps: queries can have megabytes. */
const mostLoggedQuery = 1000;

/** Elasticsearch gives no results past this (API notes §6). */
const resultWindow = 10_000;

const names = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((name) => [name]),
  ),
]);
const selection = v.array(v.union([v.string(), v.number(), v.boolean()]));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const querySchema = v.looseObject({
  advanced: v.optional(v.unknown()),
  size: v.optional(count, 10),
  from: v.optional(count, 0),
  sort: v.nullish(v.object({ field: v.string(), direction: v.picklist(['asc', 'desc']) })),
  includes: v.optional(names, []),
  excludes: v.optional(names, []),
  highlight: v.optional(v.boolean(), false),
  hide_children: v.optional(v.boolean(), true),
  facets: v.optional(
    v.pipe(
      v.array(
        v.looseObject({
          facetType: v.string(),
          facetSelected: v.optional(selection, []),
          facetsSelected: v.optional(selection, []),
        }),
      ),
      v.maxLength(100),
    ),
    [],
  ),
});
type Query = v.InferOutput<typeof querySchema>;

function readQuery(body: unknown): Query {
  const parsed = v.safeParse(querySchema, jsonObject(body));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw schemaViolation('body', v.getDotPath(issue) ?? '', issue.message);
  }
  const { from, size } = parsed.output;
  if (from + size > resultWindow) {
    throw preconditionFailed(
      `Result window is too large: from + size is ${from + size}, ${resultWindow} at most`,
    );
  }
  return parsed.output;
}

/** Values that were chosen in a facet narrow the results. */
function chosen({ facets }: Query): Sql[] {
  return facets.flatMap(({ facetType, facetSelected, facetsSelected }) => {
    const values = [...facetSelected, ...facetsSelected];
    if (values.length === 0) return [];
    return [compileAdvanced({ and: [{ in: [{ var: facetType }, values] }] }).where];
  });
}

function narrow(hit: Record<string, unknown>, { includes, excludes }: Query): Record<string, unknown> {
  const always = new Set(['@id', '@uid', '@name', '@highlight']);
  const wanted = new Set(includes.map((name) => name.split('.')[0]));
  return Object.fromEntries(
    Object.entries(hit).filter(
      ([name]) =>
        always.has(name) || ((includes.length === 0 || wanted.has(name)) && !excludes.includes(name)),
    ),
  );
}

/** POST `{any node}/@frontsearch` (API notes §6). */
export function frontsearchView(
  searcher: Searcher,
  grants: Grants,
  serializer: Serializer,
  trail: AuditTrail,
): ServiceView {
  const hit = (found: Found, base: string, query: Query): Record<string, unknown> => ({
    '@id': serializer.id(base, found.path),
    '@uid': found.uid,
    '@name': found.path.slice(found.path.lastIndexOf('/') + 1),
    '@type': found.typeName,
    title: found.title,
    type_name: found.typeName,
    path: found.path,
    date_modified: isoFromMicros(found.dateModified * 1_000_000),
    extension: found.extension,
    content_type: found.contentType,
    ...(found.datasource ? { parent_datasource: found.datasource } : {}),
    // Of the metadata only what is asked for by name.
    ...Object.fromEntries(Object.entries(found.fields).filter(([name]) => query.includes.includes(name))),
  });
  return {
    name: '@frontsearch',
    methods: ['POST'],
    permission: 'guillotina.SearchContent',
    appliesTo: anyTarget,
    async answer({ target, path, base, login = '', json: readBody }: ViewRequest) {
      const query = readQuery(await readBody());
      const terms = compileAdvanced(query.advanced);
      const where = combine('AND', [
        belowAny([path]),
        belowAny(grants.visibleRoots(login)),
        terms.where,
        ...chosen(query),
      ]);
      const sort = query.sort ?? undefined;
      const found = query.size === 0 ? [] : searcher.find(terms, where, sort, query.from, query.size);
      const member = found.map((document) => ({
        ...narrow(hit(document, base, query), query),
        ...(query.highlight ? { '@highlight': searcher.highlights(document.id, terms) } : {}),
      }));
      const facets = query.facets.map(({ facetType }) => [
        facetType,
        { buckets: searcher.facet(facetType, where) },
      ]);
      const itemsCount = searcher.count(where);
      const words = JSON.stringify(query.advanced ?? null).slice(0, mostLoggedQuery);
      const detail = { advanced: words, from: query.from, items_count: itemsCount };
      const { id: nodeId } = target.node;
      trail.add({ log: 'activity', action: 'search', login, nodeId, path, detail });
      return json({
        member,
        items_count: itemsCount,
        ...(facets.length > 0 ? { aggregations: Object.fromEntries(facets) as unknown } : {}),
      });
    },
  };
}
