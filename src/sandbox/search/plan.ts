import { always, combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/**
 * A search condition in two equivalent forms. The first form, `full`, is one SQL condition. For each word in
 * it, SQLite must build a list of up to millions of ids. The second form needs only one scan of the full-text
 * index. The FTS5 expression `match` finds a superset of the documents, and `rest` filters this superset.
 */
export interface Plan {
  readonly full: Sql;
  /** Undefined if the full-text index can't be used. */
  readonly match: string | undefined;
  /** Equal to {@link always} if `match` alone is exact. Equal to `full` if there is no `match`. */
  readonly rest: Sql;
}

/** Maximum depth of brackets in an FTS5 expression. FTS5's parser fails at a depth of about thirty. */
const maxMatchDepth = 12;

/** Makes a plan for a condition that does not use the full-text index. */
export function plain(sql: Sql): Plan {
  return { full: sql, match: undefined, rest: sql };
}

/** Makes a plan for a condition that the full-text index alone can evaluate. */
export function matching(match: string): Plan {
  const text = 'd.id IN (SELECT rowid FROM text_index WHERE text_index MATCH ?)';
  return { full: { text, values: [match] }, match, rest: always };
}

function bracketsOf(match: string): number {
  let deepest = 0;
  let open = 0;
  // Ignore brackets in the user's words, which are quoted.
  for (const character of match.replaceAll(/"[^"]*"/g, '')) {
    if (character === '(') deepest = Math.max(deepest, ++open);
    else if (character === ')') open--;
  }
  return deepest;
}

function joined(operator: 'AND' | 'OR', plans: readonly Plan[]): Plan {
  const [only] = plans;
  if (only && plans.length === 1) return only;
  const full = combine(
    operator,
    plans.map((plan) => plan.full),
  );
  const matches = [...new Set(plans.flatMap(({ match }) => (match === undefined ? [] : [match])))];
  const isHelped = operator === 'AND' ? matches.length > 0 : plans.every(({ match }) => match !== undefined);
  if (!isHelped || matches.length === 0 || matches.some((match) => bracketsOf(match) >= maxMatchDepth))
    return plain(full);
  const match =
    matches.length === 1 ? matches.join('') : matches.map((one) => `(${one})`).join(` ${operator} `);
  if (plans.every((plan) => plan.match !== undefined && plan.rest === always)) return matching(match);
  const rest =
    operator === 'OR'
      ? full
      : combine(
          'AND',
          plans.map((plan) => plan.rest),
        );
  return { full, match, rest };
}

/** Requires all conditions. */
export function allOf(plans: readonly Plan[]): Plan {
  return joined('AND', plans);
}

/** Requires at least one of the conditions. Uses the full-text index only if every condition has a `match`. */
export function anyOf(plans: readonly Plan[]): Plan {
  return joined('OR', plans);
}

/** Excludes documents that meet any of the conditions. A document without the field is not excluded. */
export function excluding(plans: readonly Plan[]): Plan {
  const { text, values } = anyOf(plans).full;
  return plain({ text: `NOT ifnull(${text}, 0)`, values });
}
