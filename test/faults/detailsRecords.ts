import { json, objectItem, type AccountAnswer, type AccountRequest, type Pages } from './exchange.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * Maximum number of log entries and of search hits per response. Both are lower than the numbers that a
 * client requests.
 */
const logPageSize = 30;
const maxHits = 10;

/** Number of entries in the collection log, and also in the processing log. All entries are errors. */
export const logLength = 130;
/** The number of Resources with an exception or a note. */
export const exceptionCount = 25;
/** Number of Resources with a note. {@link exceptionCount} includes them. */
export const noteCount = 5;

type Record = Readonly<{ [name: string]: unknown }>;

/** Returns three runs, newest first. If `now` is noon, they ended at 8:05, 7:05 and 6:05. */
function auditLog(now: number): readonly Record[] {
  return [4, 5, 6].flatMap((hours) => {
    const start = now - hours * hour;
    const entry = { action: 'change_status', user: 'ines@lumenfjord.test' };
    return [
      { ...entry, '@timestamp': start + 5 * minute, to: 'synced', added: 3 },
      { ...entry, '@timestamp': start, to: 'syncing' },
    ];
  });
}

/**
 * Returns errors, newest first. If `now` is noon, the first two are from 10:30, when the audit log has no
 * run.
 */
function errorLog(now: number, action: string): readonly Record[] {
  return Array.from({ length: logLength }, (_, index) => ({
    '@timestamp': now - (index < 2 ? 1.5 * hour : 4 * hour) - index * 1_000,
    ...{ id: `uid-berths-${index}`, file_name: `berths-${index}.pdf`, action, error: 'No access' },
  }));
}

/** Returns the Resource for an entry of the collection log or for an exception. */
function resource(path: string, index: number, url: (path: string) => string): Record {
  return {
    '@id': url(`${path}/berths-${index}.pdf`),
    '@uid': `uid-berths-${index}`,
    path: `${path}/berths-${index}.pdf`,
    title: `Berths ${index}`,
    ...{ type_name: 'Resource', processing_exception: 'Has Error' },
    processing_date: '2026-03-01T11:00:00.000000+00:00',
    sort: [1_772_362_800_000, index],
  };
}

function buckets(counts: Readonly<{ [key: string]: number }>): Record {
  return { buckets: Object.entries(counts).map(([key, count]) => ({ key, doc_count: count })) };
}

interface Search {
  readonly advanced?: unknown;
  readonly from: number;
  readonly size: number;
  readonly search_after?: readonly number[];
}

/** Returns the pages of a log or of a search for exceptions; undefined for any other request. */
export function detailsPages(
  { path, query, body }: AccountRequest,
  now: number,
  url: (path: string) => string,
): Pages | undefined {
  const owner = path.slice(0, path.lastIndexOf('/'));
  const log = {
    '@getAuditLogDS': () => auditLog(now),
    '@getAuditLogSpyder': () => errorLog(now, 'failed'),
    '@getAuditLogBeats': () => errorLog(now, 'processed'),
  }[path.slice(path.lastIndexOf('/') + 1)];
  if (log)
    return {
      items: log().map(objectItem),
      start: Number(query.get('cursor') ?? 0),
      size: logPageSize,
      render: (page, cursor) => json({ items: page.map((item) => item.json), cursor }),
    };
  const search = body as Search | undefined;
  // A search may also count the exceptions of its hits. Only a condition asks for the exceptions themselves.
  const conditions = JSON.stringify(search?.advanced ?? null);
  if (!path.endsWith('@frontsearch') || !conditions.includes('processing_exception')) return undefined;
  const { from = 0, size = 0, search_after: after } = search ?? {};
  return {
    items: Array.from({ length: exceptionCount }, (_, index) => objectItem(resource(owner, index, url))),
    start: after ? Number(after[1]) + 1 : from,
    size: Math.min(size, maxHits),
    render: (page) =>
      json({
        member: page.map((item) => item.json),
        items_count: exceptionCount,
        aggregations: {
          processing_exception: buckets({
            'Has Error': exceptionCount - noteCount,
            'Encrypted Document': noteCount,
          }),
          'parent_datasource.uuid': buckets({ 'uid-wiki': exceptionCount - noteCount }),
        },
      }),
  };
}

/**
 * Returns the table of unprocessed Resources, or the Resource with a UID; undefined for any other request.
 */
export function detailsAnswer(
  { path, body }: AccountRequest,
  url: (path: string) => string,
): AccountAnswer | undefined {
  if (path.endsWith('@downloadUnprocessedCsv'))
    return { status: 200, contentType: 'text/csv; charset=utf-8', body: 'title\r\n=1+1\r\nTides.pdf\r\n' };
  if (!path.endsWith('@frontsearch') || !JSON.stringify(body).includes('"uuid"')) return undefined;
  return json({ member: [resource(path.slice(0, path.lastIndexOf('/')), 0, url)], items_count: 1 });
}
