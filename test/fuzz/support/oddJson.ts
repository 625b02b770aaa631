import fc from 'fast-check';

/** Placeholder for the number `1e999`, which is valid JSON but which `JSON.stringify` cannot write. */
const endless = '\u0001endless\u0001';

/** Sets an own property, even if the name is `__proto__`, so that `JSON.stringify` writes the property. */
function setOwn(record: object, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Returns the JSON text of a value from {@link oddValue}. */
export function textOf(json: unknown): string {
  return (JSON.stringify(json) as string | undefined)?.replaceAll(JSON.stringify(endless), '1e999') ?? 'null';
}

/** Field names that the client reads, and names with a special meaning in JavaScript. */
export const fieldNames = [
  ...['@id', '@type', '@uid', '@name', '@timestamp', 'title', 'path', 'uuid', 'items', 'cursor', 'updates'],
  ...['deleted', 'total', 'member', 'items_count', 'aggregations', 'buckets', 'key', 'doc_count', 'creators'],
  ...['sync_status', 'type_sync', 'last_sync', 'next_sync', 'sync_message', 'credential_state', 'error'],
  ...['message', 'reason', 'summary', 'eid', 'auth', 'details', 'deserialization_errors', 'field'],
  ...['parent_datasource', 'extension', 'date_modified', '@highlight', '@users-permissions', 'mail', 'id'],
  ...['onna.canonical.behaviors.metadata.IMetadata', 'onna.canonical.behaviors.origin.IOrigin'],
  ...['guillotina.behaviors.dublincore.IDublinCore', 'bytes_processed', 'auth_code', 'resource_name'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'then', 'toJSON', 'length', '0', ''],
];

const oddText = fc.constantFrom(
  ...['', ' ', '\0', '\ud800', '\u202e', '__proto__', '/', '//', '/a/../b', '/..', '%', '%2e%2e', '/%ff'],
  ...[
    'https://',
    'http://[',
    'https://elsewhere.test/x',
    'javascript:alert(1)',
    '2021-06-09',
    '9'.repeat(400),
  ],
  ...['2021-99-99T99:99:99Z', 'https://elsewhere.test/api/rel0/lumenfjord/ws/%00', '/api/rel0/lumenfjord'],
  'x'.repeat(2_000),
);
const oddNumber = fc.constantFrom<unknown>(
  endless,
  endless,
  0,
  -0,
  -1,
  0.5,
  1e11,
  1e308,
  -1e308,
  2 ** 53,
  8.64e15,
  8.64e15 + 1,
);

/** A random JSON value. Many values contain field names and texts that the client reads. */
export const oddValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 'synced', 'Workspace', 'SlackDatasource'),
    oddText,
    oddNumber,
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...fieldNames), tie('value')), { maxLength: 5 })
      .map((entries): unknown => {
        const record = {};
        for (const [name, value] of entries) setOwn(record, name, value);
        return record;
      }),
  ),
})).value;

interface Edit {
  /** Index of the value to change, in document order, modulo the number of values. */
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat' | 'wrap' | 'rename';
  readonly name: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat(400),
  kind: fc.constantFrom('replace', 'remove', 'add', 'repeat', 'wrap', 'rename'),
  name: fc.constantFrom(...fieldNames),
  value: oddValue,
});

/** The position of a value: the object or array that contains it, and the key. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Record<string, unknown>;
  for (const name of Object.keys(holder)) {
    found.push({ holder, name });
    placesIn(holder[name], found);
  }
  return found;
}

function apply({ place, kind, name, value }: Edit, root: { body: unknown }): void {
  const places = placesIn(root);
  const chosen = places[place % places.length];
  if (!chosen) return;
  const { holder, name: old } = chosen;
  const there = holder[old];
  const changes: Record<Edit['kind'], () => void> = {
    replace: () => setOwn(holder, old, value),
    remove: () => {
      if (holder !== root) Reflect.deleteProperty(holder, old);
    },
    add: () => {
      const into = typeof there === 'object' && there !== null ? there : holder;
      setOwn(into, Array.isArray(into) ? String(into.length) : name, value);
    },
    repeat: () => setOwn(holder, Array.isArray(holder) ? String(holder.length) : `${old}_`, there),
    wrap: () => setOwn(holder, old, [there]),
    rename: () => {
      if (holder === root || Array.isArray(holder)) return;
      Reflect.deleteProperty(holder, old);
      setOwn(holder, name, there);
    },
  };
  changes[kind]();
}

/** Returns JSON texts of these bodies with up to five random changes each. */
export function mutated(bodies: readonly unknown[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...bodies), fc.array(edit, { maxLength: 5 })).map(([body, edits]) => {
    const root = { body: structuredClone(body) };
    for (const each of edits) apply(each, root);
    return textOf(root.body);
  });
}
