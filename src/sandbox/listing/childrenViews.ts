import * as v from 'valibot';
import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { issueText } from '../base/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { namesIn } from '../http/nameList.ts';
import { brokenScroll, notFound, schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Serializer } from '../content/serializer.ts';
import { anyChild } from '../store/grants.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/storedResource.ts';
import type { ScrollPosition, Scrolls } from './scrolls.ts';
import type { Stores } from '../store/stores.ts';

const defaultPageSize = 100;
const maxPageSize = 1000;

const pageSizeWords = 'A positive whole number is required';

const parametersSchema = v.object({
  page_size: v.optional(
    v.pipe(
      v.union([v.number(), v.string()], pageSizeWords),
      v.transform((size) => (typeof size === 'string' && !/^\d+$/.test(size) ? Number.NaN : Number(size))),
      v.safeInteger(pageSizeWords),
      v.minValue(1, pageSizeWords),
    ),
  ),
  scroll: v.nullish(v.string()),
  include: v.optional(v.union([v.pipe(v.string(), v.minLength(1)), v.array(v.string())])),
});
type Parameters = v.InferOutput<typeof parametersSchema>;

type ItemOf = (
  node: StoredNode,
  resource: StoredResource,
  base: string,
  include: readonly string[],
) => unknown;

/**
 * Reads the parameters from the places that the switch `childrenMode` allows: the query, the body or both.
 */
async function readParameters(request: ViewRequest): Promise<Parameters> {
  const { childrenMode: mode } = request.switches;
  // A service that lacks the method answers 404 (docs/onna-api.md §18).
  if (mode !== 'any' && (mode === 'postBody') !== (request.method === 'POST')) throw notFound();
  const body = mode === 'query' ? undefined : await request.json();
  const query = mode === 'any' || mode === 'query' ? Object.fromEntries(request.query) : {};
  const parsed = v.safeParse(parametersSchema, { ...query, ...jsonObject(body) });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw schemaViolation(body === undefined ? 'query' : 'body', v.getDotPath(issue) ?? '', issueText(issue));
}

interface Deps extends Pick<Stores, 'nodes' | 'datasources' | 'resources' | 'grants'> {
  readonly serializer: Serializer;
  readonly scrolls: Scrolls;
}

/**
 * `@getAllChildren` returns paths, and `@getAllChildrenData` returns objects. These two services accept GET and POST, and
 * page through a snapshot (docs/onna-api.md §5).
 */
export function childrenViews(deps: Deps): ServiceView[] {
  const view = (name: string, item: ItemOf): ServiceView => ({
    name,
    methods: ['GET', 'POST'],
    permission: 'guillotina.AccessContent',
    appliesTo: anyTarget,
    async answer(request: ViewRequest) {
      return answerPage(deps, request, await readParameters(request), item);
    },
  });
  return [
    view('@getAllChildren', (node, resource) => `${node.path}/${resource.path}`),
    view('@getAllChildrenData', (node, resource, base, include) =>
      include.length === 0 || include.includes('*')
        ? deps.serializer.resource(node, resource, base)
        : deps.serializer.partOfResource(node, resource, base, include),
    ),
  ];
}

function ownerOf({ login, target }: ViewRequest): Pick<ScrollPosition, 'login' | 'of'> {
  return { login, of: target.kind === 'resource' ? target.resource.uid : target.node.uid };
}

function firstPosition(deps: Deps, request: ViewRequest, pageSize: number): ScrollPosition {
  const { target, login } = request;
  const partsOf = target.kind === 'resource' ? target.resource : undefined;
  const below = deps.datasources.below(target.node.path);
  const datasources = new Map<number, StoredNode>();
  for (const { nodeId } of below) {
    const node = deps.nodes.byId(nodeId);
    // The caller has access to the Resource whose parts are listed.
    if (
      node &&
      (partsOf || deps.grants.allows(login, `${node.path}/${anyChild}`, 'guillotina.AccessContent'))
    )
      datasources.set(nodeId, node);
  }
  return {
    ...ownerOf(request),
    ...{ datasources, pageSize, partsOf },
    datasourceIds: [...datasources.keys()],
    afterId: 0,
    lastId: deps.resources.lastId(),
    removedSince: deps.scrolls.removedSince(),
  };
}

function answerPage(deps: Deps, request: ViewRequest, parameters: Parameters, item: ItemOf): Answer {
  const { scrollExpirySeconds, scrollExpiryAnswer, constantScrollIds, endOfScroll } = request.switches;
  const keepAliveMs = scrollExpirySeconds * 1000;
  const scroll = parameters.scroll === null || parameters.scroll === '' ? undefined : parameters.scroll;
  // The first request sets the page size for the whole scroll (docs/onna-api.md §5, inferred).
  const position =
    scroll === undefined
      ? firstPosition(deps, request, Math.min(parameters.page_size ?? defaultPageSize, maxPageSize))
      : deps.scrolls.find(scroll, ownerOf(request), keepAliveMs);
  if (!position) {
    if (scrollExpiryAnswer === 'empty') return json({ items: [], cursor: null });
    throw scrollExpiryAnswer === '500' ? brokenScroll() : notFound();
  }
  const { datasources, pageSize, afterId } = position;
  const rows = deps.resources.page(position, pageSize + 1);
  const page = rows.slice(0, pageSize);
  const isLast = rows.length <= pageSize;
  const include = [parameters.include ?? []].flat().flatMap(namesIn);
  const isHidden = (path: string): boolean =>
    deps.grants.hasSettings && !deps.grants.allows(request.login, path, 'guillotina.AccessContent');
  const items = page.flatMap((resource) => {
    const node = datasources.get(resource.datasourceId);
    if (!node || isHidden(`${node.path}/${resource.path}`)) return [];
    return [item(node, resource, request.base, include)];
  });
  const ends =
    endOfScroll === 'null' || endOfScroll === 'absent'
      ? isLast
      : page.length === 0 && endOfScroll === 'emptyPageNull';
  if (ends) {
    deps.scrolls.ended();
    return json(endOfScroll === 'absent' ? { items } : { items, cursor: null });
  }
  const next = { ...position, afterId: page.at(-1)?.id ?? afterId };
  return json({ items, cursor: deps.scrolls.advance(scroll, next, keepAliveMs, constantScrollIds) });
}
