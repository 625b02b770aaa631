/** A field that can be used in terms, facets and sort orders. */
interface FieldDescription {
  readonly name: string;
  /**
   * In a field of type `text`, `text_contains` finds words. In fields of all other types, it finds substrings of the
   * value.
   */
  readonly type: 'text' | 'keyword' | 'date' | 'number';
}

function ofType(type: FieldDescription['type'], names: readonly string[]): FieldDescription[] {
  return names.map((name) => ({ name, type }));
}

/**
 * All fields that can be used in a search, including the fields of `IMetadata` and `IOrigin` of a Resource.
 */
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
  // Dates in metadata fields are compared as ISO text, so `2026-02-01` is before any time on that day.
  ...ofType('date', ['date_modified', 'date_created', 'processing_date', 'origin_date_modified']),
];
