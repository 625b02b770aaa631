import type { Turns } from '../base/turns.ts';
import type { Answer } from '../http/answer.ts';
import { csv } from '../http/csv.ts';
import type { ViewRequest } from '../http/view.ts';
import type { AuditTrail, StoredEvent } from '../store/auditTrail.ts';
import { combine, type Sql } from '../store/sql.ts';
import { cursorAt, readLogQuery } from './logPage.ts';
import { processingItem } from './processingItem.ts';

/**
 * Maximum number of lines of a CSV table. It is higher than the maximum of a JSON page, because a CSV table
 * can't contain a cursor.
 */
const maxLines = 100_000;

/** Number of events after which other requests get a turn. */
const eventsPerTurn = 1_000;

const columns = ['id', 'file_name', 'origin_path', 'start', 'end', 'status', 'error', 'note'] as const;

function lineOf(event: StoredEvent): string[] {
  const item = processingItem(event);
  return columns.map((name) => item[name] ?? '');
}

/** The dependencies of {@link processingLogCsv}. */
export interface ProcessingLogCsvDeps {
  readonly trail: AuditTrail;
  readonly turns: Turns;
  /** Default: {@link eventsPerTurn}. */
  readonly pageSize?: number;
}

/**
 * Answers with the processing log as a CSV table, newest entries first. If it has more entries than were requested, the
 * header `x-cursor` has the cursor of the next ones.
 */
export function processingLogCsv(
  { trail, turns, pageSize = eventsPerTurn }: ProcessingLogCsvDeps,
  events: Sql,
  query: ViewRequest['query'],
): Answer {
  const { span, limit, after: start } = readLogQuery(query, 'limit', maxLines);
  const asked = { where: combine('AND', [events, span]), direction: 'desc' } as const;
  const [first] = trail.find({ ...asked, after: start, limit: 1 });
  const [last, next] = trail.find({ ...asked, after: start, from: limit - 1, limit: 2 });

  async function* pages(): AsyncGenerator<string[][]> {
    // Entries that are added meanwhile are not sent. Otherwise, the table would end before the cursor.
    let after = first && first.at + 1;
    const where = combine('AND', [asked.where, { text: 'd.at >= ?', values: [last?.at ?? 0] }]);
    while (after !== undefined) {
      const page = trail.find({ ...asked, where, after, limit: pageSize });
      yield page.map(lineOf);
      after = page.length < pageSize ? undefined : page.at(-1)?.at;
      await turns.forBackground();
    }
  }
  const answer = csv('processing-log.csv', columns, pages());
  if (last === undefined || next === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-cursor': cursorAt(last.at) } };
}
