import { csv } from '../http/csv.ts';
import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Sql } from '../store/sql.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import { auditItem, momentOf } from './auditItem.ts';
import type { AuditTrail, LogName, StoredEvent } from '../store/auditTrail.ts';
import { answerPage, findPage, readLogQuery } from './logPage.ts';

/**
 * Maximum number of lines of a CSV table. It is higher than the maximum of a JSON page, because a CSV table
 * can't contain a cursor.
 */
const maxCsvLines = 100_000;

function of(nodeId: number, log: LogName): Sql {
  return { text: 'd.node_id = ? AND d.log = ?', values: [nodeId, log] };
}

function textOf({ detail }: StoredEvent, name: string): string | null {
  const value = detail?.[name];
  return typeof value === 'string' ? value : null;
}

function fileOf(event: StoredEvent): Readonly<Record<string, string | null>> {
  const key = event.path ?? '';
  return { id: event.uid ?? null, file_name: key.slice(key.lastIndexOf('/') + 1), origin_path: key };
}

/** An entry of the collection log (docs/onna-api.md §13). */
function collectionItem(event: StoredEvent): unknown {
  return {
    ...momentOf(event),
    ...fileOf(event),
    action: event.action,
    type: event.outcome,
    error: textOf(event, 'error'),
    deleted_by: textOf(event, 'deleted_by'),
    user: event.login ?? null,
  };
}

interface ProcessingItem {
  readonly id: string | null;
  readonly file_name: string | null;
  readonly origin_path: string | null;
  readonly start: string | null;
  readonly end: string;
  readonly status: string;
  readonly error: string | null;
  readonly note: string | null;
}

/** An entry of the processing log (docs/onna-api.md §13). */
function processingItem(event: StoredEvent): ProcessingItem {
  const { id = null, file_name = null, origin_path = null } = fileOf(event);
  const started = event.detail?.['started'];
  return {
    ...{ id, file_name, origin_path },
    start: typeof started === 'number' ? isoFromMicros(started) : null,
    end: isoFromMicros(event.at),
    status: event.action,
    error: textOf(event, 'error'),
    note: textOf(event, 'note'),
  };
}

const csvColumns = ['id', 'file_name', 'origin_path', 'start', 'end', 'status', 'error', 'note'] as const;

function isTruthyParameter(value: string | null): boolean {
  return value !== null && !['', '0', 'false'].includes(value.toLowerCase());
}

function processingCsv(trail: AuditTrail, { target, query }: ViewRequest): Answer {
  const { page, cursor } = findPage(
    trail,
    of(target.node.id, 'processing'),
    readLogQuery(query, 'limit', maxCsvLines),
  );
  const lines = page.map(processingItem).map((item) => csvColumns.map((name) => item[name] ?? ''));
  const answer = csv('processing-log.csv', csvColumns, [lines]);
  return cursor === null ? answer : { ...answer, headers: { ...answer.headers, 'x-cursor': cursor } };
}

/** The three logs of a Datasource, which its managers may read (docs/onna-api.md §5 and §13). */
export function datasourceLogViews(trail: AuditTrail): ServiceView[] {
  const common = { methods: ['GET'], appliesTo: isDatasource };
  return [
    {
      ...common,
      name: '@getAuditLogDS',
      permission: 'onna.GetAuditLogDS',
      answer({ target, query }: ViewRequest) {
        const { node, datasource } = target;
        const { page, cursor } = findPage(trail, of(node.id, 'audit'), readLogQuery(query, 'limit'));
        return json({
          ...{ uid: node.uid, title: node.title, sync_status: datasource?.syncStatus ?? null },
          ...{ items: page.map(auditItem), cursor },
        });
      },
    },
    {
      ...common,
      name: '@getAuditLogSpyder',
      permission: 'onna.GetAuditLog',
      answer: ({ target, query }: ViewRequest) =>
        answerPage(trail, of(target.node.id, 'collection'), readLogQuery(query, 'limit'), collectionItem),
    },
    {
      ...common,
      name: '@getAuditLogBeats',
      permission: 'onna.GetAuditLog',
      answer(request: ViewRequest) {
        const { target, query } = request;
        if (isTruthyParameter(query.get('csv'))) return processingCsv(trail, request);
        return answerPage(trail, of(target.node.id, 'processing'), readLogQuery(query, 'limit'), (event) => ({
          ...momentOf(event),
          ...processingItem(event),
          type: event.outcome,
        }));
      },
    },
  ];
}
