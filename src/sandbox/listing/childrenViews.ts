import * as v from 'valibot';
import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { issueText } from '../http/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { brokenScroll, methodNotAllowed, notFound, schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Grants } from '../store/grants.ts';
import type { Serializer } from '../content/serializer.ts';
import type { DatasourceStore } from '../store/datasources.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import type { ResourceStore, StoredResource } from '../store/resources.ts';
import type { ScrollPosition, Scrolls } from './scrolls.ts';

const defaultPageSize = 100;
const largestPageSize = 1000;

const pageSizeWords = 'A whole number from 1 on is required';

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

function namesIn(include: Parameters['include']): readonly string[] {
  const names = typeof include === 'string' ? include.split(',') : (include ?? []);
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** Reads the parameters in the ways that the switch lets through; what is sent in another way is not seen. */
async function readParameters(request: ViewRequest): Promise<Parameters> {
  const { childrenMode: mode } = request.switches;
  if (mode === 'postBody' && request.method !== 'POST') throw methodNotAllowed(['POST']);
  if ((mode === 'query' || mode === 'getBody') && request.method === 'POST') throw methodNotAllowed(['GET']);
  const body = mode === 'query' ? undefined : await request.json();
  const query = mode === 'any' || mode === 'query' ? Object.fromEntries(request.query) : {};
  const parsed = v.safeParse(parametersSchema, { ...query, ...jsonObject(body) });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw schemaViolation(body === undefined ? 'query' : 'body', v.getDotPath(issue) ?? '', issueText(issue));
}

interface Parts {
  readonly nodes: NodeStore;
  readonly datasources: DatasourceStore;
  readonly resources: ResourceStore;
  readonly grants: Grants;
  readonly serializer: Serializer;
  readonly scrolls: Scrolls;
}

/** `@getAllChildren` gives paths, `@getAllChildrenData` objects; by GET or POST, over a snapshot (API notes §5). */
export function childrenViews(parts: Parts): ServiceView[] {
  const view = (name: string, item: ItemOf): ServiceView => ({
    name,
    methods: ['GET', 'POST'],
    permission: 'guillotina.AccessContent',
    appliesTo: anyTarget,
    async answer(request: ViewRequest) {
      return answerPage(parts, request, await readParameters(request), item);
    },
  });
  return [
    view('@getAllChildren', (node, resource) => `${node.path}/${resource.path}`),
    view('@getAllChildrenData', (node, resource, base, include) =>
      include.length === 0 || include.includes('*')
        ? parts.serializer.resource(node, resource, base)
        : parts.serializer.partOfResource(node, resource, base, include),
    ),
  ];
}

function ownerOf({ login, target }: ViewRequest): Pick<ScrollPosition, 'login' | 'of'> {
  return { login, of: target.kind === 'resource' ? target.resource.uid : target.node.uid };
}

function firstPosition(parts: Parts, request: ViewRequest, pageSize: number): ScrollPosition {
  const { target, login } = request;
  const below = target.kind === 'resource' ? [] : parts.datasources.below(target.node.path);
  const datasources = new Map<number, StoredNode>();
  for (const { nodeId } of below) {
    const node = parts.nodes.byId(nodeId);
    if (node && parts.grants.allows(login, node.path, 'guillotina.AccessContent'))
      datasources.set(nodeId, node);
  }
  return {
    ...ownerOf(request),
    ...{ datasources, pageSize },
    datasourceIds: [...datasources.keys()],
    afterId: 0,
    lastId: parts.resources.lastId(),
    removedSince: parts.scrolls.removedSince(),
  };
}

function answerPage(parts: Parts, request: ViewRequest, parameters: Parameters, item: ItemOf): Answer {
  const { scrollExpirySeconds, scrollExpiryAnswer, constantScrollIds, endOfScroll } = request.switches;
  const keepAliveMs = scrollExpirySeconds * 1000;
  const scroll = parameters.scroll === null || parameters.scroll === '' ? undefined : parameters.scroll;
  // The size of further pages is that of the first one (API notes §5, inferred).
  const position =
    scroll === undefined
      ? firstPosition(parts, request, Math.min(parameters.page_size ?? defaultPageSize, largestPageSize))
      : parts.scrolls.find(scroll, ownerOf(request), keepAliveMs);
  if (!position) {
    if (scrollExpiryAnswer === 'empty') return json({ items: [], cursor: null });
    throw scrollExpiryAnswer === '500' ? brokenScroll() : notFound();
  }
  const { datasources, pageSize, afterId } = position;
  const rows = parts.resources.page(position, pageSize + 1);
  const page = rows.slice(0, pageSize);
  const isLast = rows.length <= pageSize;
  const include = namesIn(parameters.include);
  const items = page.flatMap((resource) => {
    const node = datasources.get(resource.datasourceId);
    return node ? [item(node, resource, request.base, include)] : [];
  });
  const ends =
    endOfScroll === 'null' || endOfScroll === 'absent'
      ? isLast
      : page.length === 0 && endOfScroll === 'emptyPageNull';
  if (ends) {
    parts.scrolls.ended();
    return json(endOfScroll === 'absent' ? { items } : { items, cursor: null });
  }
  const next = { ...position, afterId: page.at(-1)?.id ?? afterId };
  return json({ items, cursor: parts.scrolls.advance(scroll, next, keepAliveMs, constantScrollIds) });
}
