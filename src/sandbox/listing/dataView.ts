import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { issueText } from '../base/issueText.ts';
import type { Turns } from '../base/turns.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { namesIn } from '../http/nameList.ts';
import { schemaViolation } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Serializer } from '../content/serializer.ts';
import type { ChangeQuery } from '../store/nodes.ts';
import { microsFromIso } from '../store/timestamps.ts';
import type { Stores } from '../store/stores.ts';

/** Maximum items per page of `@data`. */
const dataPageSize = 1000;

/** Number of items after which other requests get a turn. */
const itemsPerTurn = 100;

const listSchema = v.pipe(
  v.union([v.array(v.string()), v.string()]),
  v.transform((list) => [list].flat().flatMap(namesIn)),
);
const bodySchema = v.object({
  types: v.optional(listSchema),
  since: v.nullish(v.union([v.string(), v.number()])),
  parent_uids: v.optional(listSchema),
  cursor: v.nullish(v.string()),
});

const cursorSchema = v.pipe(v.string(), v.regex(/^[\w-]+$/));

function decodeCursor(text: string): number {
  const after = v.is(cursorSchema, text)
    ? Number(Buffer.from(text, 'base64url').toString('utf8'))
    : Number.NaN;
  if (!Number.isSafeInteger(after)) throw schemaViolation('query', 'cursor', 'Not a cursor of this service');
  return after;
}

async function readParameters(request: ViewRequest): Promise<v.InferOutput<typeof bodySchema>> {
  const source =
    request.method === 'POST' ? jsonObject(await request.json()) : Object.fromEntries(request.query);
  const parsed = v.safeParse(bodySchema, source);
  if (parsed.success) return parsed.output;
  throw schemaViolation(
    request.method === 'POST' ? 'body' : 'query',
    v.getDotPath(parsed.issues[0]) ?? '',
    issueText(parsed.issues[0]),
  );
}

function readSince(since: string | number | null | undefined): number | undefined {
  if (since === null || since === undefined || since === '') return undefined;
  const micros = typeof since === 'number' ? Math.round(since * 1_000_000) : microsFromIso(since);
  if (micros === undefined)
    throw schemaViolation('query', 'since', `'${String(since).slice(0, 100)}' is not a date`);
  return micros;
}

/**
 * `@data` lists all objects except Resources. With `since`, it lists only the objects that changed after that
 * time (docs/onna-api.md §3).
 */
export function dataView(
  deps: Pick<Stores, 'nodes' | 'grants'> & { readonly serializer: Serializer; readonly turns: Turns },
): ServiceView {
  const { nodes, grants, serializer, turns } = deps;
  return {
    name: '@data',
    methods: ['GET', 'POST'],
    permission: 'guillotina.AccessContent',
    appliesTo: anyTarget,
    async answer(request: ViewRequest) {
      const { types, since: sinceText, parent_uids: parents = [], cursor } = await readParameters(request);
      const since = readSince(sinceText);
      const { login, switches } = request;
      const query: ChangeQuery = {
        types,
        anyDatasource: types?.includes('_datasources_') ?? false,
        after: since ?? 0,
        parentUids: parents,
        below: request.path,
      };
      // Split the list into pages here and not in SQL, because SQL can't check the permissions. Read only the
      // nodes of the current page in full.
      const isVisible = grants.checker(login, 'guillotina.AccessContent');
      const all = nodes.changed(query).filter(({ path }) => isVisible(path));
      const after = cursor === null || cursor === undefined || cursor === '' ? 0 : decodeCursor(cursor);
      const rest = all.filter(({ changedAt }) => changedAt > after);
      const page = rest.slice(0, dataPageSize);
      const last = page.at(-1);
      const items: Readonly<Record<string, unknown>>[] = [];
      for (const [index, { id }] of page.entries()) {
        if (index > 0 && index % itemsPerTurn === 0) await turns.forRequest();
        // The node may have been removed during the other requests. A changed node moves to the end of the list.
        const node = nodes.byId(id);
        if (node) items.push(serializer.listed(node, request));
      }
      return json({
        updates: switches.updatesAsObject
          ? Object.fromEntries(items.map((item) => [String(item['@uid']), item]))
          : items,
        // A caller that sends no `since` has no nodes yet, so it has nothing to remove.
        deleted: since === undefined || after > 0 ? [] : nodes.deletedAfter(since, request.path),
        total: all.length,
        cursor:
          last && rest.length > page.length
            ? Buffer.from(String(last.changedAt)).toString('base64url')
            : null,
      });
    },
  };
}
