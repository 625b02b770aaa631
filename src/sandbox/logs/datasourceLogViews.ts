import { json } from '../http/answer.ts';
import { isDatasource } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { Sql } from '../store/sql.ts';
import type { LogName, StoredEvent } from '../store/auditTrail.ts';
import { auditItem, momentOf } from './auditItem.ts';
import { fileOf, textOf } from './eventFields.ts';
import { answerPage, findPage, readLogQuery } from './logPage.ts';
import { processingItem } from './processingItem.ts';
import { processingLogCsv, type ProcessingLogCsvDeps } from './processingLogCsv.ts';

function of(nodeId: number, log: LogName): Sql {
  return { text: 'd.node_id = ? AND d.log = ?', values: [nodeId, log] };
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

function isTruthyParameter(value: string | null): boolean {
  return value !== null && !['', '0', 'false'].includes(value.toLowerCase());
}

/** The three logs of a Datasource, which its managers may read (docs/onna-api.md §5 and §13). */
export function datasourceLogViews(deps: ProcessingLogCsvDeps): ServiceView[] {
  const { trail } = deps;
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
      answer({ target, query }: ViewRequest) {
        const events = of(target.node.id, 'processing');
        if (isTruthyParameter(query.get('csv'))) return processingLogCsv(deps, events, query);
        return answerPage(trail, events, readLogQuery(query, 'limit'), (event) => ({
          ...momentOf(event),
          ...processingItem(event),
          type: event.outcome,
        }));
      },
    },
  ];
}
