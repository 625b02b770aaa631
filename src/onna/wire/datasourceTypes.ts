import { asFields } from './fields.ts';

/** A type of Datasource that the account may create. */
export interface DatasourceType {
  /** `@type`, e.g. `ConfluenceDatasource`. */
  readonly name: string;
  /**
   * The ids of the type's capabilities. Undefined if the service does not list any. Onna does not publish the names of
   * capabilities.
   */
  readonly capabilities: readonly string[] | undefined;
}

function typeOf(entry: unknown): DatasourceType | undefined {
  if (typeof entry === 'string') return entry === '' ? undefined : { name: entry, capabilities: undefined };
  const fields = asFields(entry);
  const name = ['type_name', '@type', 'id', 'name']
    .map((key) => fields?.[key])
    .find((value) => typeof value === 'string');
  if (name === undefined || name === '') return undefined;
  const listed = fields?.['capabilities'];
  const capabilities = Array.isArray(listed)
    ? listed
        .map((capability: unknown) =>
          typeof capability === 'string' ? capability : asFields(capability)?.['id'],
        )
        .filter((id) => typeof id === 'string')
    : [];
  return { name, capabilities: capabilities.length > 0 ? capabilities : undefined };
}

/**
 * The types in the answer of `@datasourceTypes`, `@enabledDSTypes` or `@enabledEDS` (docs/onna-api.md §2).
 * The documentation shows a list of names, but the published API description shows objects. This function
 * accepts both.
 * @returns Undefined when `json` is neither a list nor an object with lists of enabled types.
 */
export function decodeDatasourceTypes(json: unknown): readonly DatasourceType[] | undefined {
  const fields = asFields(json);
  const lists: readonly unknown[] = fields
    ? [fields['enabled_datasources'], fields['enabled_edatasources']]
    : [json];
  if (!lists.some(Array.isArray)) return undefined;
  const types = new Map<string, DatasourceType>();
  for (const entry of lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))) {
    const type = typeOf(entry);
    if (type && !types.has(type.name)) types.set(type.name, type);
  }
  return [...types.values()];
}
