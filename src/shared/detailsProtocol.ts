import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A time, in ms since 1970. */
const moment = v.number();

/**
 * Checks rows without copying them. A table may have 100,000 rows, and the collection of the garbage would block the
 * window.
 */
function rowsOf<Row>(schema: v.GenericSchema<unknown, Row>): v.GenericSchema<unknown, readonly Row[]> {
  return v.custom<readonly Row[]>((rows) => Array.isArray(rows) && rows.every((row) => v.is(schema, row)));
}

/** The parts of the page below its header. The page shows one of them at a time. */
export const detailsTabs = ['history', 'exceptions', 'logs'] as const;
export type DetailsTab = (typeof detailsTabs)[number];

/** The actions that the header can offer. */
export const detailsActions = [
  'sync',
  'pause',
  'resume',
  'reprocess',
  'credentials',
  'search',
  'reveal',
  'openInBrowser',
] as const;
export type DetailsAction = (typeof detailsActions)[number];

/** The logs of a Datasource: collection, processing and changes (docs/onna-api.md §5). */
export const detailsLogs = ['collection', 'processing', 'audit'] as const;
export type DetailsLog = (typeof detailsLogs)[number];

/** The appearance of a status. Each tone has its own icon and text, so that color is never the only signal. */
const tones = ['ok', 'active', 'warning', 'error', 'idle'] as const;

const headerSchema = v.object({
  title: v.string(),
  /** The type in words, e.g. `Confluence`. */
  type: v.string(),
  status: v.object({
    tone: v.picklist(tones),
    /** The name of a codicon. */
    icon: v.string(),
    /** The last result, in words. */
    result: v.string(),
    /** The time of the last result. */
    at: v.optional(moment),
    /** The current activity, in words. Absent when the Datasource is idle. */
    activity: v.optional(v.string()),
    /** The name of a codicon for the activity. */
    activityIcon: v.optional(v.string()),
  }),
  /** Why the Datasource needs attention, and the remedy. */
  reason: v.optional(v.string()),
  /**
   * `value` is text to show. `at` is a time that the page formats. If both are absent, the fact is unknown.
   */
  facts: v.array(v.object({ label: v.string(), value: v.optional(v.string()), at: v.optional(moment) })),
  /** The first action is the remedy, if there is one. */
  actions: v.array(v.object({ id: v.picklist(detailsActions), label: v.string(), icon: v.string() })),
  /** Whether the Datasource was removed or its account signed out. */
  isGone: v.boolean(),
});

/** The header of the details page: the last known state of the Datasource, in words. */
export type DetailsHeader = Readonly<v.InferOutput<typeof headerSchema>>;

/** `idle`: not requested yet. */
const phase = v.picklist(['idle', 'loading', 'ready', 'failed']);

const loadSchema = v.object({
  phase,
  /** Explains a failure, or why the rows are incomplete. */
  notice: v.optional(v.string()),
});

/** The state of a table. */
export type DetailsLoad = Readonly<v.InferOutput<typeof loadSchema>>;

export const runOutcomes = ['synced', 'mixed', 'failed', 'error', 'paused', 'running', 'unknown'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** The sources of runs: this extension's journal, the audit log and the collection log. */
export const runSources = ['journal', 'audit', 'collection'] as const;
export type RunSource = (typeof runSources)[number];

const runSchema = v.object({
  source: v.picklist(runSources),
  start: v.optional(moment),
  end: v.optional(moment),
  outcome: v.picklist(runOutcomes),
  /** Number of attempts that failed before this outcome. */
  failedAttempts: count,
  /** Number of added Resources; absent if unknown. */
  added: v.optional(count),
  changed: v.optional(count),
  removed: v.optional(count),
  reason: v.optional(v.string()),
});

/** A run, as a row of the history. */
export type RunView = Readonly<v.InferOutput<typeof runSchema>>;

const exceptionSchema = v.object({
  /** Identifies the Resource in requests for actions. */
  id: v.string(),
  file: v.string(),
  /** The Resource's path below the Datasource. */
  place: v.optional(v.string()),
  /** The text that the service sends, such as `Has Error`. */
  kind: v.string(),
  isNote: v.boolean(),
  at: v.optional(moment),
  /** The outcome of an action on this row, in words. */
  outcome: v.optional(v.string()),
});

/** A Resource with an exception or a note. */
export type ExceptionView = Readonly<v.InferOutput<typeof exceptionSchema>>;

export const exceptionSorts = ['newest', 'oldest', 'file', 'fileDescending'] as const;
export type ExceptionSort = (typeof exceptionSorts)[number];

const exceptionChoiceSchema = v.object({
  /** Shows only this kind. Absent: shows all kinds. */
  kind: v.optional(v.string()),
  /** Shows only files whose title contains these words. */
  text: v.string(),
  sort: v.picklist(exceptionSorts),
});

/** The user's choice of exceptions to show. */
export type ExceptionChoice = Readonly<v.InferOutput<typeof exceptionChoiceSchema>>;

const logItemSchema = v.object({
  at: v.optional(moment),
  outcome: v.picklist(['success', 'error', 'info']),
  /** The name of the event, as the service sends it. */
  action: v.string(),
  file: v.optional(v.string()),
  /** Identifies the Resource, if the entry concerns one. */
  id: v.optional(v.string()),
  message: v.string(),
  user: v.optional(v.string()),
});

/** An entry of a log. */
export type LogItemView = Readonly<v.InferOutput<typeof logItemSchema>>;

const logChoiceSchema = v.object({
  log: v.picklist(detailsLogs),
  errorsOnly: v.boolean(),
  /** The earliest time, inclusive. */
  from: v.optional(moment),
  /** The latest time, exclusive. */
  to: v.optional(moment),
});

/** The log entries that the user wants to see. */
export type LogChoice = Readonly<v.InferOutput<typeof logChoiceSchema>>;

const hostMessageSchema = v.variant('type', [
  v.object({ type: v.literal('header'), header: headerSchema }),
  /** All known runs, the newest first. */
  v.object({ type: v.literal('history'), load: loadSchema, runs: v.array(runSchema) }),
  v.object({
    type: v.literal('exceptions'),
    load: loadSchema,
    choice: exceptionChoiceSchema,
    /** The number of Resources with each kind of exception or note. */
    kinds: v.array(v.object({ kind: v.string(), isNote: v.boolean(), count })),
    /** The number of rows that match the choice, if known. */
    total: v.optional(count),
    /** Index of the first row; 0 replaces all rows. */
    from: count,
    rows: rowsOf(exceptionSchema),
    hasMore: v.boolean(),
  }),
  /** The outcomes of an action on rows, by their ids. */
  v.object({
    type: v.literal('outcomes'),
    outcomes: v.array(
      v.object({
        id: v.string(),
        outcome: v.string(),
        /** Whether the row stays selected, because the action was cancelled before it reached the row. */
        isSelected: v.boolean(),
      }),
    ),
  }),
  v.object({
    type: v.literal('log'),
    load: loadSchema,
    choice: logChoiceSchema,
    /** Index of the first entry, counted from the newest; 0 replaces all entries. */
    from: count,
    items: rowsOf(logItemSchema),
    hasOlder: v.boolean(),
  }),
  /** Shows a tab. The page answers with `chooseLog` and `tab`, as if the user had chosen the log and the tab. */
  v.object({ type: v.literal('show'), tab: v.picklist(detailsTabs), choice: v.optional(logChoiceSchema) }),
  /** The time zone for dates, if it differs from the time zone that the page reported. */
  v.object({ type: v.literal('timeZone'), timeZone: v.string() }),
]);

/** A message from the extension host to the page. Its texts are short and sanitized. */
export type DetailsHostMessage = Readonly<v.InferOutput<typeof hostMessageSchema>>;

const pageMessageSchema = v.variant('type', [
  /** The page was created, possibly not for the first time. */
  v.object({
    type: v.literal('ready'),
    /** The browser's time zone. */
    timeZone: v.optional(v.string()),
    tab: v.picklist(detailsTabs),
    log: logChoiceSchema,
    exceptions: exceptionChoiceSchema,
  }),
  /** The user opened a tab. The host loads a tab's content only after this message. */
  v.object({ type: v.literal('tab'), tab: v.picklist(detailsTabs) }),
  v.object({ type: v.literal('refresh'), tab: v.picklist(detailsTabs) }),
  v.object({ type: v.literal('action'), action: v.picklist(detailsActions) }),
  v.object({ type: v.literal('chooseLog'), choice: logChoiceSchema }),
  /** `isRestoring`: whether the page requests rows without a user action, to restore its scroll position. */
  v.object({ type: v.literal('olderLog'), loaded: count, isRestoring: v.boolean() }),
  v.object({ type: v.literal('openLogDocument') }),
  v.object({ type: v.literal('chooseExceptions'), choice: exceptionChoiceSchema }),
  v.object({ type: v.literal('moreExceptions'), loaded: count, isRestoring: v.boolean() }),
  /**
   * Some of the rows to send to processing. A large selection is sent in several messages, because a single large
   * message would block the host. The host starts after the last message.
   */
  v.object({ type: v.literal('process'), ids: v.array(v.string()), isLast: v.boolean() }),
  v.object({ type: v.literal('saveExceptions') }),
  v.object({ type: v.literal('open'), id: v.string() }),
  v.object({ type: v.literal('revealResource'), id: v.string() }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('showLog') }),
]);

/** A message from the page to the extension host. */
export type DetailsPageMessage = Readonly<v.InferOutput<typeof pageMessageSchema>>;

const openingSchema = v.object({
  /** Identifies the document. */
  document: v.string(),
  header: headerSchema,
  /** The tab to show, unless the page has saved another one. Default: the history. */
  tab: v.optional(v.picklist(detailsTabs)),
});

/** The data in the document of the page. The page shows it before it has exchanged a message with the host. */
export type DetailsOpening = Readonly<v.InferOutput<typeof openingSchema>>;

const keptSchema = v.object({
  version: v.literal(1),
  connectionId: v.string(),
  datasourceId: v.string(),
  /** The document of the page that saved this state. Its header is newer than the header in that document. */
  document: v.optional(v.string()),
  header: v.optional(headerSchema),
  tab: v.picklist(detailsTabs),
  log: logChoiceSchema,
  exceptions: exceptionChoiceSchema,
  scrollTop: v.number(),
});

/** The state that the page keeps while it is hidden and across a reload of the window. Rows are requested again. */
export type KeptDetails = Readonly<v.InferOutput<typeof keptSchema>>;

/** The initial choices of a new page. */
export const firstLogChoice: LogChoice = { log: 'collection', errorsOnly: true };
export const firstExceptionChoice: ExceptionChoice = { text: '', sort: 'newest' };

function decode<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T | undefined {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? parsed.output : undefined;
}

/** Returns undefined for anything that is not a message from the host. */
export function decodeDetailsHostMessage(data: unknown): DetailsHostMessage | undefined {
  return decode(hostMessageSchema, data);
}

/** Returns undefined for anything that is not a message from the page. */
export function decodeDetailsPageMessage(data: unknown): DetailsPageMessage | undefined {
  return decode(pageMessageSchema, data);
}

/** Returns undefined for anything that is not the data of a document. */
export function decodeDetailsOpening(data: unknown): DetailsOpening | undefined {
  return decode(openingSchema, data);
}

/** Returns undefined for state that this version did not save, such as the state of an older version. */
export function decodeKeptDetails(data: unknown): KeptDetails | undefined {
  return decode(keptSchema, data);
}
