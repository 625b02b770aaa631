import { always, combine } from './conditions.ts';
import type { Sql } from './conditions.ts';

/**
 * A condition in two forms. `full` stands by itself. `match`, an FTS5 expression, finds all that fulfil the
 * condition and maybe more, of which `rest` keeps the right ones: one walk through the full-text index, rather than
 * a list of millions of ids for each word.
 */
export interface Plan {
  readonly full: Sql;
  /** Undefined: the full-text index is no help. */
  readonly match: string | undefined;
  /** {@link always}: what `match` finds is right. Without `match`: the same as `full`. */
  readonly rest: Sql;
}

/** A condition that says nothing about texts. */
export function plain(sql: Sql): Plan {
  return { full: sql, match: undefined, rest: sql };
}

function joined(operator: 'AND' | 'OR', matches: readonly string[]): string | undefined {
  if (matches.length === 0) return undefined;
  return matches.length === 1 ? matches[0] : matches.map((match) => `(${match})`).join(` ${operator} `);
}

/** All of them. */
export function allOf(plans: readonly Plan[]): Plan {
  const [only] = plans;
  if (only && plans.length === 1) return only;
  return {
    full: combine(
      'AND',
      plans.map(({ full }) => full),
    ),
    match: joined(
      'AND',
      plans.flatMap(({ match }) => (match === undefined ? [] : [match])),
    ),
    rest: combine(
      'AND',
      plans.map(({ rest }) => rest),
    ),
  };
}

/** Any of them: the full-text index helps when each is about texts. */
export function anyOf(plans: readonly Plan[]): Plan {
  const [only] = plans;
  if (only && plans.length === 1) return only;
  const full = combine(
    'OR',
    plans.map((plan) => plan.full),
  );
  const matches = plans.flatMap(({ match }) => (match === undefined ? [] : [match]));
  if (matches.length < plans.length || matches.length === 0) return plain(full);
  const isExact = plans.every(({ rest }) => rest === always);
  return { full, match: joined('OR', matches), rest: isExact ? always : full };
}

/** None of them. A field that is not there excludes nothing. */
export function excluding(plans: readonly Plan[]): Plan {
  const { text, values } = anyOf(plans).full;
  return plain({ text: `NOT ifnull(${text}, 0)`, values });
}
