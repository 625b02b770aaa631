import * as v from 'valibot';
import type { UserStore } from '../store/users.ts';
import { json } from '../http/answer.ts';
import { issueText } from '../base/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { notAuthorized, preconditionFailed, schemaViolation } from '../http/refusals.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from '../search/conditions.ts';
import { compileAdvanced } from '../search/terms.ts';
import { auditItem } from './auditItem.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import { answerPage, cursorAfter, maxPage, readCursor, readLogQuery } from './logPage.ts';

/** Maximum sum of `from` and `size`, as in `@frontsearch`. */
const resultWindow = 10_000;

// This text must be identical to the WHERE clause of the partial index. Otherwise SQLite does not use that
// index.
const ofAccount: Sql = { text: "d.log IN ('audit', 'activity')", values: [] };
const doneBySomebody = combine('AND', [ofAccount, { text: 'd.login IS NOT NULL', values: [] }]);
const audited = combine('AND', [ofAccount, { text: "d.log = 'audit'", values: [] }]);

const columns: Readonly<Record<string, string>> = {
  action: 'd.action',
  type: 'd.outcome',
  user: 'd.login',
  path: 'd.path',
  uid: 'd.uid',
  'payload.path': 'd.path',
  'payload.uid': 'd.uid',
};

/** Resolves a field name of an audit log search. Returns undefined if there is no such field. */
function auditField(name: string): SearchField | undefined {
  // Compare in µs. The log reports the time of an event rounded down to a ms, so a search for events after that
  // time still finds the event.
  if (name === '@timestamp')
    return { sql: { text: '(d.at / 1000.0)', values: [] }, fullText: undefined, isDate: false, isMs: true };
  const plain = name.replace(/\.keyword$/, '');
  const column = Object.hasOwn(columns, plain) ? columns[plain] : undefined;
  if (column === undefined) return undefined;
  return { sql: { text: column, values: [] }, fullText: undefined, isDate: false };
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const querySchema = v.looseObject({
  advanced: v.optional(v.unknown()),
  size: v.optional(count, maxPage),
  from: v.optional(count, 0),
  sort: v.nullish(v.object({ field: v.literal('@timestamp'), direction: v.picklist(['asc', 'desc']) })),
  cursor: v.nullish(v.string()),
});

function readQuery(body: unknown): v.InferOutput<typeof querySchema> {
  const parsed = v.safeParse(querySchema, jsonObject(body));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw schemaViolation('body', v.getDotPath(issue) ?? '', issueText(issue));
  }
  const { from, size } = parsed.output;
  if (from + size > resultWindow)
    throw preconditionFailed(
      `size: result window is too large: from + size is ${from + size}, ${resultWindow} at most`,
    );
  return parsed.output;
}

/**
 * `@activityLog` and `@auditLog` of the account. In the sandbox, only superusers may read them. In Onna, only
 * service accounts may (docs/onna-api.md §8).
 */
export function accountLogViews(trail: AuditTrail, users: UserStore): ServiceView[] {
  const mustBeSuperuser = ({ login }: ViewRequest): void => {
    if (login === undefined || users.byLogin(login)?.superuser !== true)
      throw notAuthorized(login, 'Container ', 'access');
  };
  return [
    {
      name: '@activityLog',
      methods: ['GET'],
      permission: 'guillotina.AccessContent',
      appliesTo: isAccount,
      answer(request: ViewRequest) {
        mustBeSuperuser(request);
        return answerPage(trail, doneBySomebody, readLogQuery(request.query, 'size'), auditItem);
      },
    },
    {
      name: '@auditLog',
      methods: ['POST'],
      permission: 'guillotina.AccessContent',
      appliesTo: isAccount,
      async answer(request: ViewRequest) {
        mustBeSuperuser(request);
        const { advanced, size, from, sort, cursor } = readQuery(await request.json());
        const where = combine('AND', [audited, compileAdvanced(advanced, auditField).where]);
        const direction = sort?.direction ?? 'desc';
        const after = readCursor(cursor, 'body');
        const found = trail.find({ where, direction, after, from, limit: size + 1 });
        return json({
          member: found.slice(0, size).map(auditItem),
          items_count: trail.count(where),
          cursor: cursorAfter(found, size),
        });
      },
    },
  ];
}
