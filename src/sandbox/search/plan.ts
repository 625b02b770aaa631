import { always, combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

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

/** Levels of brackets in an expression; FTS5's parser gives up at some thirty. */
const deepestMatch = 12;

/** A condition that says nothing about texts. */
export function plain(sql: Sql): Plan {
  return { full: sql, match: undefined, rest: sql };
}

/** A condition about texts and nothing else. */
export function matching(match: string): Plan {
  const text = 'd.id IN (SELECT rowid FROM text_index WHERE text_index MATCH ?)';
  return { full: { text, values: [match] }, match, rest: always };
}

function bracketsOf(match: string): number {
  let deepest = 0;
  let open = 0;
  // What was typed stands in quotation marks, brackets and all.
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
  if (!isHelped || matches.length === 0 || matches.some((match) => bracketsOf(match) >= deepestMatch))
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

/** All of them. */
export function allOf(plans: readonly Plan[]): Plan {
  return joined('AND', plans);
}

/** Any of them: the full-text index helps when each is about texts. */
export function anyOf(plans: readonly Plan[]): Plan {
  return joined('OR', plans);
}

/** None of them. A field that is not there excludes nothing. */
export function excluding(plans: readonly Plan[]): Plan {
  const { text, values } = anyOf(plans).full;
  return plain({ text: `NOT ifnull(${text}, 0)`, values });
}
