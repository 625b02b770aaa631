import type { Sql } from '../store/sql.ts';

/** A searchable field: a column, or a field of the Resource's metadata. */
export interface SearchField {
  readonly sql: Sql;
  /** Column of the field in the full-text index, if it has one. */
  readonly fullText: 'title' | 'extracted_text' | undefined;
  readonly isDate: boolean;
  /** The field contains epoch ms. It can be compared only with epoch ms. */
  readonly isMs?: boolean;
  /** Name of a database index of all documents, sorted by this field. */
  readonly index?: string;
  /** Whether every document has a value in this field. */
  readonly isRequired?: boolean;
  /**
   * Column of the document's Datasource that contains the value. SQLite evaluates a condition on this column
   * once per Datasource, not once per document.
   */
  readonly ofDatasource?: 'uid' | 'title';
  /**
   * An alternative condition that matches the documents with a value in this field. It can use a database
   * index.
   */
  readonly exists?: string;
}

type Column = Omit<SearchField, 'sql' | 'fullText' | 'isDate'> & { readonly text: string };

const uid: Column = { text: 'd.uid', isRequired: true };
const title: Column = { text: 'd.title', index: 'documents_by_title', isRequired: true };
/**
 * The `+` prevents SQLite from using an index for this column. An index would not help, because nearly all documents
 * have the same type.
 */
const typeName: Column = { text: '+d.type_name', isRequired: true };

function ofDatasource(column: 'uid' | 'title'): Column {
  return {
    text: `(SELECT ${column} FROM nodes WHERE nodes.id = d.node_id AND d.id > 0)`,
    ofDatasource: column,
  };
}

/**
 * A column that is read from `resources`, because a run can change its value without processing the Resource
 * again. `exists` repeats a condition of the partial index `resources_with_exception`, so that SQLite uses
 * that index.
 */
function exception(column: 'processing_exception' | 'origin_exception'): Column {
  return {
    text: `(SELECT ${column} FROM resources WHERE resources.id = d.id)`,
    exists: `d.id IN (SELECT id FROM resources WHERE ${column} IS NOT NULL)`,
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
  processing_exception: exception('processing_exception'),
  origin_exception: exception('origin_exception'),
  extracted_text: { text: "nullif((SELECT extracted_text FROM texts WHERE texts.id = d.id), '')" },
};

/**
 * Resolves a field name. Returns undefined if the name is not valid. The suffix `.keyword` stands for the
 * whole value of a field (docs/onna-api.md §6).
 */
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
