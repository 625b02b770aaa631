import type { Sql } from '../store/sql.ts';

/** What search can look at by name: a column, or a field of the Resource's metadata. */
export interface SearchField {
  readonly sql: Sql;
  /** The column of the full-text index, for those that have one. */
  readonly fullText: 'title' | 'extracted_text' | undefined;
  readonly isDate: boolean;
  /** Compared with epoch ms only, as they stand. */
  readonly isMs?: boolean;
  /** An index that has all documents in the order of this field. */
  readonly index?: string;
  /** Every document has a value. */
  readonly isRequired?: boolean;
  /** What it tells of the document's Datasource: asked once for each Datasource, not for each document. */
  readonly ofDatasource?: 'uid' | 'title';
}

type Column = Omit<SearchField, 'sql' | 'fullText' | 'isDate'> & { readonly text: string };

const uid: Column = { text: 'd.uid', isRequired: true };
const title: Column = { text: 'd.title', index: 'documents_by_title', isRequired: true };
/** With a sign, as nearly all are of one type: SQLite would take it for a good way to find few. */
const typeName: Column = { text: '+d.type_name', isRequired: true };

function ofDatasource(column: 'uid' | 'title'): Column {
  return {
    text: `(SELECT ${column} FROM nodes WHERE nodes.id = d.node_id AND d.id > 0)`,
    ofDatasource: column,
  };
}

const columns: Readonly<Record<string, Column>> = {
  uuid: uid,
  '@uid': uid,
  path: { text: '((SELECT path FROM nodes WHERE nodes.id = d.node_id) || d.path)', isRequired: true },
  title,
  name: title,
  type_name: typeName,
  '@type': typeName,
  extension: { text: 'd.extension' },
  content_type: { text: 'd.content_type' },
  date_modified: { text: 'd.date_modified', index: 'documents_by_date', isRequired: true },
  'parent_datasource.uuid': ofDatasource('uid'),
  'parent_datasource.title': ofDatasource('title'),
  extracted_text: { text: "nullif((SELECT extracted_text FROM texts WHERE texts.id = d.id), '')" },
};

/** Undefined when `name` can't be the name of a field. A `.keyword` at its end means the value as a whole (docs/onna-api.md §6). */
export function searchField(name: string): SearchField | undefined {
  const plain = name.replace(/\.keyword$/, '');
  const column = Object.hasOwn(columns, plain) ? columns[plain] : undefined;
  if (column !== undefined) {
    const { text, ...about } = column;
    const isText = (plain === 'title' || plain === 'extracted_text') && plain === name;
    return {
      ...about,
      sql: { text, values: [] },
      fullText: isText ? plain : undefined,
      isDate: plain === 'date_modified',
    };
  }
  if (!/^[\w@.-]{1,200}$/.test(plain)) return undefined;
  const sql = { text: 'json_extract(metadata.fields, ?)', values: [`$."${plain}"`] };
  return { sql, fullText: undefined, isDate: false };
}
