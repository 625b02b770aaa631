import * as v from 'valibot';
import { completionSchema } from './searchCompletion.ts';
import { filtersSchema } from './searchFilters.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The sort orders that a user can choose. */
export const searchSorts = ['relevance', 'newest', 'oldest', 'title', 'titleDescending'] as const;
export type SearchSort = (typeof searchSorts)[number];

const hitSchema = v.object({
  /** The service's `@id`. */
  id: v.string(),
  title: v.string(),
  /** Title of the hit's Datasource. */
  datasource: v.optional(v.string()),
  datasourceUid: v.optional(v.string()),
  /** Path below the account, as the service sends it. */
  path: v.optional(v.string()),
  /** The part of the path that is useful to a reader: below the Datasource, without generated ids. */
  place: v.optional(v.string()),
  /** The file extension, in lower case and without a dot. */
  extension: v.optional(v.string()),
  /** Type of the object, unless it is a Resource. */
  typeName: v.optional(v.string()),
  /** When the Resource was modified, in ms since 1970. */
  modified: v.optional(v.number()),
  /** Pieces of text around the matches; see `HighlightedText`. */
  snippets: v.array(v.array(v.string())),
});

/** A hit as the page shows it. Its texts are short and sanitized. */
export type HitView = Readonly<v.InferOutput<typeof hitSchema>>;

const facetSchema = v.object({
  buckets: v.array(
    v.object({
      key: v.string(),
      /** The text to show, if it differs from the key. */
      label: v.optional(v.string()),
      /** Absent if the number is not known for the current search. */
      count: v.optional(count),
    }),
  ),
  /** Whether only the hits loaded so far are counted, because the service returned no counts. */
  isPartial: v.boolean(),
});

/** A facet as the page shows it. */
export type FacetView = Readonly<v.InferOutput<typeof facetSchema>>;

const viewSchema = v.object({
  scope: v.object({ id: v.string(), label: v.string(), kind: v.picklist(['account', 'datasource']) }),
  query: v.string(),
  sort: v.picklist(searchSorts),
  /** The chosen values of the facets. */
  filters: filtersSchema,
  /**
   * `idle`: no search was run. `refreshing`: the previous hits are shown until the response arrives. `absent`: the
   * scope does not exist, or no longer exists.
   */
  phase: v.picklist(['idle', 'searching', 'refreshing', 'ready', 'failed', 'absent']),
  /** Whether there are more pages. `window`: there are more hits, but the service returns at most 10,000. */
  more: v.picklist(['available', 'loading', 'failed', 'end', 'window']),
  problem: v.optional(v.object({ sentence: v.string(), isOffline: v.boolean() })),
  total: v.optional(v.object({ count, isExact: v.boolean() })),
  tookMs: v.optional(v.number()),
  facets: v.object({ type: facetSchema, datasource: facetSchema, date: facetSchema, exception: facetSchema }),
  /** Version of the hits: increases whenever they are replaced. */
  revision: count,
  /** Number of hits loaded. */
  loaded: count,
});

/** Everything that the page shows, except the hits. */
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
    /** Index of the first hit in the list; 0 replaces all hits. */
    from: count,
    hits: v.array(hitSchema),
    /** Whether the same search was run again, so that the page keeps its selection and scroll position. */
    keepsPlace: v.boolean(),
    /** Sent with the last batch, so that the page draws it together with the hits. */
    view: v.optional(viewSchema),
  }),
  v.object({ type: v.literal('checked'), requestId: count, diagnostics: v.array(diagnosticSchema) }),
  /** The completions of the query from `start` to `end`, in UTF-16 units. May be sent twice for one request. */
  v.object({
    type: v.literal('completions'),
    requestId: count,
    start: count,
    end: count,
    items: v.array(completionSchema),
  }),
  v.object({ type: v.literal('history'), queries: v.array(v.string()) }),
  v.object({ type: v.literal('focusBox') }),
  /** Replaces the text in the search box. The page confirms it with `check`. */
  v.object({ type: v.literal('query'), query: v.string() }),
  /** The time zone for dates, if it differs from the time zone that the page reported. */
  v.object({ type: v.literal('timeZone'), timeZone: v.string() }),
]);

/** A message from the extension host to the page. */
export type HostMessage = Readonly<v.InferOutput<typeof hostMessageSchema>>;

const pageMessageSchema = v.variant('type', [
  /** The page was created, possibly not for the first time. The page has only the state that it saved. */
  v.object({
    type: v.literal('ready'),
    /** The browser's time zone. */
    timeZone: v.optional(v.string()),
    /** The query of the search in the saved state; absent if the page has saved no state. */
    query: v.optional(v.string()),
  }),
  v.object({ type: v.literal('search'), query: v.string() }),
  v.object({ type: v.literal('sort'), sort: v.picklist(searchSorts) }),
  /** Repeats the search with other chosen values of the facets. */
  v.object({ type: v.literal('filter'), filters: filtersSchema }),
  v.object({ type: v.literal('pickScope') }),
  v.object({ type: v.literal('more'), revision: count, loaded: count }),
  v.object({ type: v.literal('retry') }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('open'), id: v.string() }),
  v.object({ type: v.literal('reveal'), id: v.string() }),
  /** Requests diagnostics for a query while the user types; answered by `checked`. */
  v.object({ type: v.literal('check'), requestId: count, query: v.string() }),
  /** Requests completions at the cursor; answered by `completions`. */
  v.object({
    type: v.literal('complete'),
    requestId: count,
    query: v.string(),
    cursor: count,
    /** Whether the user asked for them with a key. */
    isExplicit: v.boolean(),
  }),
  /** The completions are not needed any more. */
  v.object({ type: v.literal('stopCompleting') }),
  v.object({ type: v.literal('forget'), query: v.string() }),
  v.object({ type: v.literal('forgetAll') }),
  v.object({ type: v.literal('showLog') }),
  /** Saves all hits of the current search in a file. */
  v.object({ type: v.literal('export') }),
  /** Saves the current search under a name. */
  v.object({ type: v.literal('save') }),
]);

/** A message from the page to the extension host. */
export type PageMessage = Readonly<v.InferOutput<typeof pageMessageSchema>>;

const keptSchema = v.object({
  version: v.literal(2),
  view: viewSchema,
  hits: v.array(hitSchema),
  /** The text in the search box, even if the user has not run it as a search. */
  draft: v.string(),
  scrollTop: v.number(),
  selectedId: v.optional(v.string()),
});

/** The state that the page keeps while it is hidden and across a reload of the window. */
export type KeptSearch = Readonly<v.InferOutput<typeof keptSchema>>;

/** Maximum hits kept across a reload of the window. The others are requested again. */
export const maxKeptHits = 500;

function decode<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T | undefined {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? parsed.output : undefined;
}

/** Returns undefined for anything that is not a message from the host. */
export function decodeHostMessage(data: unknown): HostMessage | undefined {
  return decode(hostMessageSchema, data);
}

/** Returns undefined for anything that is not a message from the page. */
export function decodePageMessage(data: unknown): PageMessage | undefined {
  return decode(pageMessageSchema, data);
}

/** Returns undefined for state that this version did not save, such as the state of an older version. */
export function decodeKeptSearch(data: unknown): KeptSearch | undefined {
  return decode(keptSchema, data);
}
