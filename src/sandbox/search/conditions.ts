import type { SQLInputValue } from 'node:sqlite';

/** A piece of a WHERE clause, with the values of its placeholders. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

/** What search can look at by name: a column, or a field of the Resource's metadata. */
export interface SearchField {
  readonly sql: Sql;
  /** The column of the full-text index, for those that have one. */
  readonly fullText: 'title' | 'extracted_text' | undefined;
  readonly isDate: boolean;
  /** Compared with epoch ms only, as they stand. */
  readonly isMs?: boolean;
}

const columns: Readonly<Record<string, string>> = {
  uuid: 'd.uid',
  '@uid': 'd.uid',
  path: 'd.path',
  title: 'd.title',
  name: 'd.title',
  type_name: 'd.type_name',
  '@type': 'd.type_name',
  extension: 'd.extension',
  content_type: 'd.content_type',
  date_modified: 'd.date_modified',
  'parent_datasource.uuid': 'd.datasource_uid',
  'parent_datasource.title': 'd.datasource_title',
  extracted_text: "nullif((SELECT extracted_text FROM texts WHERE texts.id = d.id), '')",
};

/** Undefined when `name` can't be the name of a field. A `.keyword` at its end means the value as a whole (API notes §6). */
export function searchField(name: string): SearchField | undefined {
  const plain = name.replace(/\.keyword$/, '');
  const column = Object.hasOwn(columns, plain) ? columns[plain] : undefined;
  if (column !== undefined) {
    const isText = (plain === 'title' || plain === 'extracted_text') && plain === name;
    return {
      sql: { text: column, values: [] },
      fullText: isText ? plain : undefined,
      isDate: plain === 'date_modified',
    };
  }
  if (!/^[\w@.-]{1,200}$/.test(plain)) return undefined;
  const sql = { text: 'json_extract(d.fields, ?)', values: [`$."${plain}"`] };
  return { sql, fullText: undefined, isDate: false };
}

/** All of them, or any of them. Halved again and again: SQLite takes no chain of more than 1,000. */
export function combine(operator: 'AND' | 'OR', parts: readonly Sql[]): Sql {
  const [first] = parts;
  if (!first) return { text: operator === 'AND' ? '1' : '0', values: [] };
  if (parts.length === 1) return first;
  const middle = Math.ceil(parts.length / 2);
  const left = combine(operator, parts.slice(0, middle));
  const right = combine(operator, parts.slice(middle));
  return { text: `(${left.text} ${operator} ${right.text})`, values: [...left.values, ...right.values] };
}

/** Only what is at these paths or below them. */
export function belowAny(paths: readonly string[]): Sql {
  return combine(
    'OR',
    paths.map((path) =>
      path === ''
        ? { text: '1', values: [] }
        : // `0` follows `/`: a range of the index on paths, however many characters they have in common.
          { text: '(d.path = ? OR (d.path >= ? AND d.path < ?))', values: [path, `${path}/`, `${path}0`] },
    ),
  );
}
