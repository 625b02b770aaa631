import { Refusal, json } from './answer.ts';

/** The part of JSON Schema that the services need. */
export interface JsonSchema {
  readonly title?: string;
  readonly type?: 'object' | 'array' | 'string' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  /** Address of a schema in {@link Definitions}, which replaces this schema. */
  readonly $ref?: string;
  readonly enum?: readonly string[];
}

/** Schemas by the address that `$ref` contains. The answer to a wrong body shows the address, not the schema. */
type Definitions = Readonly<Record<string, JsonSchema>>;

/** A place where a value violates a schema. */
interface Violation {
  readonly message: string;
  /** The keyword that is violated, and its value. */
  readonly validator: string;
  readonly expected: unknown;
  readonly path: readonly (string | number)[];
  readonly schemaPath: readonly string[];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** A short text for a value. A nested value is not shown: writing it could overflow the stack. */
export function shownValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'An array' : 'An object';
  return JSON.stringify(value ?? null).slice(0, 200);
}

type Place = Pick<Violation, 'path' | 'schemaPath'>;

/** Finds the first violation. */
function violation(
  value: unknown,
  given: JsonSchema,
  { path, schemaPath }: Place,
  definitions: Definitions,
): Violation | undefined {
  const schema = (given.$ref === undefined ? undefined : definitions[given.$ref]) ?? given;
  const wrong = (validator: string, expected: unknown, message: string): Violation => ({
    ...{ message, validator, expected, path },
    schemaPath: [...schemaPath, validator],
  });
  const shown = shownValue(value);
  if (schema.type !== undefined && typeOf(value) !== schema.type)
    return wrong('type', schema.type, `${shown} is not of type '${schema.type}'`);
  if (schema.enum && !schema.enum.some((allowed) => allowed === value))
    return wrong('enum', schema.enum, `${shown} is not one of ${JSON.stringify(schema.enum)}`);
  if (Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries()) {
      const place = { path: [...path, index], schemaPath: [...schemaPath, 'items'] };
      const found = violation(item, schema.items, place, definitions);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(fields, name)) continue;
    const place = { path: [...path, name], schemaPath: [...schemaPath, 'properties', name] };
    const found = violation(fields[name], inner, place, definitions);
    if (found) return found;
  }
  const missing = schema.required?.find((name) => !Object.hasOwn(fields, name));
  if (missing === undefined) return undefined;
  return wrong('required', schema.required, `'${missing}' is a required property`);
}

/**
 * Checks a body against the schema of its service.
 * @throws Refusal 412 in the form that docs/onna-api.md §18 describes
 */
export function mustMatch(body: unknown, schema: JsonSchema, definitions: Definitions = {}): void {
  const found = violation(body, schema, { path: [], schemaPath: [] }, definitions);
  if (!found) return;
  const { message, validator, expected, path, schemaPath } = found;
  throw new Refusal(
    json(
      {
        ...{ reason: 'json schema validation error', message, validator, validator_value: expected },
        ...{ path, schema_path: schemaPath, in: 'body', schema },
      },
      412,
    ),
  );
}
