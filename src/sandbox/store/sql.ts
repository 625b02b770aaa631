import type { SQLInputValue } from 'node:sqlite';

/** A part of an SQL statement, usually a condition, with the values of its placeholders. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

/** A condition that is always true. */
export const always: Sql = { text: '1', values: [] };

/** Joins conditions by AND or OR. Builds a balanced tree, because SQLite limits the depth of an expression to 1,000. */
export function combine(operator: 'AND' | 'OR', parts: readonly Sql[]): Sql {
  const needed = operator === 'AND' ? parts.filter((part) => part !== always) : parts;
  const [first] = needed;
  if (!first) return operator === 'AND' ? always : { text: '0', values: [] };
  if (needed.length === 1) return first;
  const middle = Math.ceil(needed.length / 2);
  const left = combine(operator, needed.slice(0, middle));
  const right = combine(operator, needed.slice(middle));
  return { text: `(${left.text} ${operator} ${right.text})`, values: [...left.values, ...right.values] };
}
