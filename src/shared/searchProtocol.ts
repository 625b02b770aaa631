import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Orders a user can choose. */
export const searchSorts = ['relevance', 'newest', 'oldest', 'title', 'titleDescending'] as const;
export type SearchSort = (typeof searchSorts)[number];

const hitSchema = v.object({
  /** The service's `@id`. */
  id: v.string(),
  title: v.string(),
  /** Of the Datasource it belongs to. */
  datasource: v.optional(v.string()),
  /** Below the account, as the service has it. */
  path: v.optional(v.string()),
  /** The part of the path that tells a reader something: below the Datasource, without generated ids. */
  place: v.optional(v.string()),
  /** Lower case, without a dot. */
  extension: v.optional(v.string()),
  /** Of the object, when it is no Resource. */
  typeName: v.optional(v.string()),
  /** In ms since 1970. */
  modified: v.optional(v.number()),
  /** Pieces of text around what was found; see `HighlightedText`. */
  snippets: v.array(v.array(v.string())),
});

/** A hit as the page shows it: short texts, fit to be shown. */
export type HitView = Readonly<v.InferOutput<typeof hitSchema>>;

const viewSchema = v.object({
  scope: v.object({ id: v.string(), label: v.string(), kind: v.picklist(['account', 'datasource']) }),
  query: v.string(),
  sort: v.picklist(searchSorts),
  /** File types that the hits are restricted to; empty for all. */
  types: v.array(v.string()),
  /** `idle`: nothing was asked. `refreshing`: hits from before stand until the answer is there. `absent`: the scope is not there (any more). */
  phase: v.picklist(['idle', 'searching', 'refreshing', 'ready', 'failed', 'absent']),
  /** Whether there are further pages. `window`: there are, but the service gives no more than 10,000. */
  more: v.picklist(['available', 'loading', 'failed', 'end', 'window']),
  problem: v.optional(v.object({ sentence: v.string(), isOffline: v.boolean() })),
  total: v.optional(v.object({ count, isExact: v.boolean() })),
  tookMs: v.optional(v.number()),
  facet: v.object({
    buckets: v.array(v.object({ key: v.string(), count })),
    /** Counted over the hits loaded so far, since the service counted none. */
    isPartial: v.boolean(),
  }),
  /** Which hits these are: grows whenever they are replaced. */
  revision: count,
  /** How many hits are loaded. */
  loaded: count,
});

/** All that the page shows but the hits themselves. */
export type SearchView = Readonly<v.InferOutput<typeof viewSchema>>;

const diagnosticSchema = v.object({
  problem: v.picklist([
    'unclosedQuote',
    'unclosedGroup',
    'strayClose',
    'emptyGroup',
    'danglingOperator',
    'nothingToFind',
    'missingValue',
    'badDate',
    'unknownDatasource',
    'tooDeep',
    'tooLong',
  ]),
  severity: v.picklist(['error', 'warning']),
  start: count,
  end: count,
  subject: v.string(),
});

const hostMessageSchema = v.variant('type', [
  v.object({ type: v.literal('view'), view: viewSchema }),
  v.object({
    type: v.literal('hits'),
    revision: count,
    /** Where they stand in the list: 0 replaces all. */
    from: count,
    hits: v.array(hitSchema),
    /** The same search again: selection and scroll position stay. */
    keepsPlace: v.boolean(),
    /** With the last of them: what else there is to show, drawn together with them. */
    view: v.optional(viewSchema),
  }),
  v.object({ type: v.literal('checked'), requestId: count, diagnostics: v.array(diagnosticSchema) }),
  v.object({ type: v.literal('history'), queries: v.array(v.string()) }),
  v.object({ type: v.literal('focusBox') }),
  /** The zone to show dates in, where it is not the one that the page told. */
  v.object({ type: v.literal('timeZone'), timeZone: v.string() }),
]);

/** From the extension host to the page. */
export type HostMessage = Readonly<v.InferOutput<typeof hostMessageSchema>>;

const pageMessageSchema = v.variant('type', [
  /** The page was (re)made and knows nothing but what it kept itself. */
  v.object({
    type: v.literal('ready'),
    /** The browser's. */
    timeZone: v.optional(v.string()),
  }),
  v.object({ type: v.literal('search'), query: v.string() }),
  v.object({ type: v.literal('sort'), sort: v.picklist(searchSorts) }),
  v.object({ type: v.literal('types'), types: v.array(v.string()) }),
  v.object({ type: v.literal('pickScope') }),
  v.object({ type: v.literal('more'), revision: count, loaded: count }),
  v.object({ type: v.literal('retry') }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('open'), id: v.string() }),
  v.object({ type: v.literal('reveal'), id: v.string() }),
  /** Asks for remarks on a query while it is typed; answered by `checked`. */
  v.object({ type: v.literal('check'), requestId: count, query: v.string() }),
  v.object({ type: v.literal('forget'), query: v.string() }),
  v.object({ type: v.literal('forgetAll') }),
  v.object({ type: v.literal('showLog') }),
]);

/** From the page to the extension host. */
export type PageMessage = Readonly<v.InferOutput<typeof pageMessageSchema>>;

const keptSchema = v.object({
  version: v.literal(1),
  view: viewSchema,
  hits: v.array(hitSchema),
  /** What stands in the box, run or not. */
  draft: v.string(),
  scrollTop: v.number(),
  selectedId: v.optional(v.string()),
});

/** What the page keeps over being hidden and over a reload of the window. */
export type KeptSearch = Readonly<v.InferOutput<typeof keptSchema>>;

/** Most hits that are kept over a reload of the window; the rest is asked for again. */
export const maxKeptHits = 500;

function decode<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T | undefined {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? parsed.output : undefined;
}

/** Undefined for anything that is no message of the host. */
export function decodeHostMessage(data: unknown): HostMessage | undefined {
  return decode(hostMessageSchema, data);
}

/** Undefined for anything that is no message of the page. */
export function decodePageMessage(data: unknown): PageMessage | undefined {
  return decode(pageMessageSchema, data);
}

/** Undefined for anything that the page did not keep, such as the state of an older version. */
export function decodeKeptSearch(data: unknown): KeptSearch | undefined {
  return decode(keptSchema, data);
}
