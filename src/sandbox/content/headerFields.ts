/** The fields of every object that `include` and `omit` do not affect. */
export const headerFields: ReadonlySet<string> = new Set([
  ...['@id', '@type', '@name', '@uid', '@static_behaviors'],
  ...['parent', 'is_folderish', 'creation_date', 'modification_date', 'items', 'length'],
]);
