/** A field that terms, facets and sorting can name. */
interface FieldDescription {
  readonly name: string;
  /** `text`: `text_contains` finds words in it; in all others it finds pieces of the value. */
  readonly type: 'text' | 'keyword' | 'date' | 'number';
}

function ofType(type: FieldDescription['type'], names: readonly string[]): FieldDescription[] {
  return names.map((name) => ({ name, type }));
}

/** What a search of the sandbox can name, the fields of a Resource's `IMetadata` and `IOrigin` included. */
export const searchableFields: readonly FieldDescription[] = [
  ...ofType('text', ['title', 'extracted_text']),
  ...ofType('keyword', [
    'uuid',
    'type_name',
    'path',
    'extension',
    'content_type',
    'parent_datasource.uuid',
    'parent_datasource.title',
    'resource_name',
    'md5',
    'origin_id',
    'origin_folder_path',
    'origin_exception',
    'processing_exception',
  ]),
  ...ofType('number', ['content_length']),
  // Those of the metadata are ISO dates, compared as such: `2026-02-01` is before all of that day.
  ...ofType('date', ['date_modified', 'date_created', 'processing_date', 'origin_date_modified']),
];
