import { asFields, asNumber, type Fields } from './fields.ts';
import { firstString, parseDate } from './values.ts';

/** The logs of a Datasource: `@getAuditLogSpyder`, `@getAuditLogBeats` and `@getAuditLogDS` (docs/onna-api.md §5). */
export const logNames = ['collection', 'processing', 'audit'] as const;
export type LogName = (typeof logNames)[number];

/** The counts of a run. A count that the service does not send is undefined. */
export interface RunCounts {
  readonly added: number | undefined;
  readonly changed: number | undefined;
  readonly removed: number | undefined;
}

/** An entry of a log. Texts are untrusted: they may have any length and contain any characters. */
export interface LogItem {
  /** When the event happened or ended, in ms since 1970. */
  readonly at: number | undefined;
  /** When the event started, in ms since 1970. */
  readonly start: number | undefined;
  readonly outcome: 'success' | 'error' | 'info';
  /** The name of the event, as the service sends it. */
  readonly action: string;
  /** The uid of the Resource, or of the object that was changed. */
  readonly uid: string | undefined;
  readonly file: string | undefined;
  /** The Resource's path in the source application, or the path of the object that was changed. */
  readonly place: string | undefined;
  readonly error: string | undefined;
  /** Any other text about the entry. */
  readonly message: string | undefined;
  readonly user: string | undefined;
  /** The new status, if the entry reports a status change. */
  readonly status: string | undefined;
  readonly counts: RunCounts | undefined;
}

/** One page of a log, newest first. */
export interface LogPage {
  readonly items: readonly LogItem[];
  /** The cursor of the next (older) page. Undefined if this is the last page. */
  readonly cursor: string | undefined;
  /** The number of entries received, readable or not. */
  readonly received: number;
}

// The shape of an entry is not documented (docs/onna-api.md §5, §8, §13). The first name that is present is used.
const endNames = [
  'end',
  'end_date',
  '@timestamp',
  'timestamp',
  'date',
  'time',
  'created',
  'creation_date',
  'epoch',
];
const startNames = ['start', 'start_date', 'started'];
const actionNames = ['action', 'event', 'status', 'operation', 'code'];
const uidNames = ['uid', '@uid', 'uuid', 'resource_uid', 'id', 'resource_id'];
const fileNames = ['file_name', 'filename', 'resource_name', 'name', 'title'];
const placeNames = ['origin_path', 'path', 'resource_path', 'url'];
const errorNames = ['error', 'exception', 'processing_exception', 'origin_exception', 'error_message'];
const messageNames = ['message', 'note', 'details', 'description', 'reason'];
const userNames = ['user', 'user_id', 'login', 'username'];
const statusNames = ['to', 'sync_status', 'new_status'];
const listNames = ['items', 'member', 'logs', 'events', 'entries', 'results', 'hits'];
const errorWord = /^(?:error|fail|fatal|exception|unreadable|refused)/i;

/** Reads the first of `names` that exists in the entry or its payload. Converts a number to text. */
function textOf(places: readonly Fields[], names: readonly string[]): string | undefined {
  for (const fields of places) {
    const text = firstString(fields, names);
    if (text !== undefined) return text;
    for (const name of names) {
      const number = fields[name];
      if (typeof number === 'number') return String(number);
    }
  }
  return undefined;
}

function momentOf(places: readonly Fields[], names: readonly string[]): number | undefined {
  for (const fields of places)
    for (const name of names) {
      const moment = readMoment(fields[name]);
      if (moment !== undefined) return moment;
    }
  return undefined;
}

/**
 * The smallest number that is read as a time, in seconds since 1970 (a date in 1973). Smaller numbers are
 * durations or codes.
 */
const minEpoch = 1e8;

/** Parses a date, or an epoch in seconds, ms, µs or ns. The epoch may also be sent as text. */
function readMoment(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{9,19}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number') return parseDate(number);
  if (number < minEpoch) return undefined;
  // From 1e17, the unit is ns; from 1e14, µs. In the next larger unit, such numbers would be dates after the
  // year 5138.
  if (number >= 1e17) return parseDate(Math.floor(number / 1e6));
  return parseDate(number >= 1e14 ? number / 1000 : number);
}

function countsOf(places: readonly Fields[]): RunCounts | undefined {
  const count = (name: string): number | undefined => {
    for (const fields of places) {
      const number = asNumber(fields[name]);
      if (number !== undefined && number >= 0) return Math.floor(number);
    }
    return undefined;
  };
  const counts = { added: count('added'), changed: count('changed'), removed: count('removed') };
  return Object.values(counts).some((number) => number !== undefined) ? counts : undefined;
}

function outcomeOf(type: string | undefined, action: string, error: string | undefined): LogItem['outcome'] {
  if (type !== undefined && /^succe/i.test(type)) return 'success';
  if (error !== undefined || errorWord.test(type ?? '') || errorWord.test(action)) return 'error';
  return 'info';
}

/**
 * The text of an error. The service may send text, a code, or an object that contains text. The code 0 means no error.
 */
function errorOf(places: readonly Fields[]): string | undefined {
  const text = textOf(places, errorNames);
  if (text !== undefined && text !== '0') return text;
  for (const fields of places)
    for (const name of errorNames) {
      const inner = asFields(fields[name]);
      const found = inner && firstString(inner, [...messageNames, ...errorNames]);
      if (found !== undefined) return found;
    }
  return undefined;
}

/**
 * The cause of a deletion, prefixed with the name of the service's field: "deleted_by: …". The name is not translated,
 * because it is the name of a field and not a sentence.
 */
function deletionNote(places: readonly Fields[]): string | undefined {
  const cause = textOf(places, ['deleted_by']);
  return cause === undefined ? undefined : `deleted_by: ${cause}`;
}

/** @param key The key of an entry in a map: its time or its id. */
function decodeItem([key, value]: Entry): LogItem | undefined {
  // A log may also consist of plain text lines.
  if (typeof value === 'string')
    return {
      ...emptyItem,
      at: readMoment(key),
      outcome: outcomeOf(undefined, value, undefined),
      message: value,
    };
  const item = asFields(value);
  if (!item) return undefined;
  const places = [item, asFields(item['payload']) ?? {}, asFields(item['_source']) ?? {}];
  const type = textOf(places, ['type', 'level', 'outcome', 'severity']);
  const action = textOf(places, actionNames) ?? type ?? '';
  const error = errorOf(places);
  const place = textOf(places, placeNames);
  const start = momentOf(places, startNames);
  return {
    // An entry without an end time is still in progress.
    at: momentOf(places, endNames) ?? readMoment(key) ?? start,
    start,
    outcome: outcomeOf(type, action, error),
    action,
    uid: textOf(places, uidNames),
    file: textOf(places, fileNames) ?? place?.slice(place.lastIndexOf('/') + 1),
    place,
    error,
    message: textOf(places, messageNames) ?? deletionNote(places),
    user: textOf(places, userNames),
    status: textOf(places, statusNames),
    counts: countsOf(places),
  };
}

const emptyItem: LogItem = {
  at: undefined,
  start: undefined,
  outcome: 'info',
  action: '',
  uid: undefined,
  file: undefined,
  place: undefined,
  error: undefined,
  message: undefined,
  user: undefined,
  status: undefined,
  counts: undefined,
};

/** An entry as received, with its key if the entries are in a map. */
type Entry = readonly [key: string | undefined, value: unknown];

/** Finds the entries. The body may be a list, may contain a list under a known key, or may be a map by time or id. */
function entriesOf(body: unknown, depth = 0): readonly Entry[] | undefined {
  if (Array.isArray(body)) return body.map((value: unknown): Entry => [undefined, value]);
  const fields = asFields(body);
  if (!fields) return undefined;
  const name = listNames.find((candidate) => typeof fields[candidate] === 'object');
  // An empty list may also be sent as null.
  if (name !== undefined && fields[name] === null) return [];
  if (name !== undefined) return depth < 2 ? entriesOf(fields[name], depth + 1) : undefined;
  const others = Object.entries(fields).filter(([key]) => key !== 'cursor');
  return others.every(([, value]) => asFields(value) !== undefined) ? others : undefined;
}

/** Sorts a page by time, newest first. If any entry has no time, the service's order is kept. */
function newestFirst(items: readonly LogItem[]): readonly LogItem[] {
  const times = items.map(({ at }) => at);
  if (!times.every((at) => at !== undefined)) return items;
  return items.toSorted((left, right) => (right.at ?? 0) - (left.at ?? 0));
}

/** Decodes a page of a log. Undefined when `json` has no list of entries. */
export function decodeLogPage(json: unknown): LogPage | undefined {
  const list = entriesOf(json);
  if (!list) return undefined;
  const cursor = asFields(json)?.['cursor'];
  const items = list.map(decodeItem).filter((item) => item !== undefined);
  return {
    items: newestFirst(items),
    cursor:
      typeof cursor === 'string' && cursor !== ''
        ? cursor
        : typeof cursor === 'number'
          ? String(cursor)
          : undefined,
    received: list.length,
  };
}
