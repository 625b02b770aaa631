import { datasourceTypes } from '../base/datasourceTypes.ts';
import { Refusal, empty, json } from '../http/answer.ts';
import { mustMatch } from '../http/jsonSchema.ts';
import type { JsonSchema } from '../http/jsonSchema.ts';
import { badJson, notFound } from '../http/refusals.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { addableTypes } from './destinations.ts';
import { dublinCore, dublinCoreKinds } from './dublinCore.ts';
import { headerFields } from './headerFields.ts';
import { contentTypes } from './createView.ts';
import { connectorFields } from './sourceFields.ts';
import { maxShortValues, maxValues } from './fieldValues.ts';
import type { FieldKind } from './fieldValues.ts';
import type { Serializer } from './serializer.ts';

const schemaOfKind: Readonly<Record<FieldKind, Readonly<Record<string, unknown>>>> = {
  line: { type: 'string' },
  text: { type: 'string' },
  flag: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  lines: { type: 'array', items: { type: 'string' }, maxItems: maxValues },
  shortLines: { type: 'array', items: { type: 'string' }, maxItems: maxShortValues },
  changeableLines: { type: 'array', items: { type: 'string' }, maxItems: maxValues },
};

function schemaOf(kinds: Readonly<Record<string, FieldKind>>): {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, unknown>>;
} {
  const fields = Object.entries(kinds).map(([name, kind]) => [name, schemaOfKind[kind]]);
  return { type: 'object', properties: Object.fromEntries(fields) as Record<string, unknown> };
}

const dublinCoreSchema = schemaOf({ ...dublinCoreKinds, modification_date: 'date' });

/** The fields of every type (docs/onna-api.md §18). */
const commonFields: Readonly<Record<string, unknown>> = {
  type_name: { type: 'string', readOnly: true },
  uuid: { type: 'string', readOnly: true },
  title: schemaOfKind.line,
  creation_date: schemaOfKind.date,
  modification_date: schemaOfKind.date,
  __behaviors__: { type: 'array', readOnly: true },
};

const datasourceFields = { ...connectorFields, type_sync: 'line', sync_status: 'line' } as const;

/** A type as JSON Schema, as `@types` returns it. */
function typeJson(type: string): Record<string, unknown> {
  const { properties } = schemaOf(type.endsWith('Datasource') ? datasourceFields : {});
  const behaviors = type === 'Container' ? {} : { [dublinCore]: dublinCoreSchema };
  const references = Object.keys(behaviors).map((name) => [name, { $ref: `#/components/schemas/${name}` }]);
  return {
    title: type,
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { ...commonFields, ...properties, ...(Object.fromEntries(references) as object) },
    required: ['type_name'],
    components: { schemas: behaviors },
  };
}

const behaviorSchema: JsonSchema = {
  title: 'Behavior',
  type: 'object',
  properties: { behavior: { type: 'string', title: 'Dotted name to interface' } },
  required: ['behavior'],
};

function refused(reason: string, status = 412): Refusal {
  return new Refusal(json({ reason }, status));
}

/** The object of a request as GET returns it. */
function objectOf(
  { target, base, ...context }: ViewRequest,
  serializer: Serializer,
): Record<string, unknown> {
  return target.kind === 'resource'
    ? serializer.resource(target.node, target.resource, base)
    : serializer.node(target.node, { base, ...context });
}

/** GET, PATCH and DELETE `@behaviors`. The behaviors of the sandbox are static, so none can be added or removed. */
function behaviorViews(serializer: Serializer): ServiceView[] {
  const staticOf = (request: ViewRequest): readonly unknown[] =>
    objectOf(request, serializer)['@static_behaviors'] as readonly unknown[];
  async function named({ tail, json: read }: ViewRequest): Promise<string> {
    if (tail.length > 1) throw notFound();
    const [inPath] = tail;
    if (inPath !== undefined) return inPath;
    const body = await read();
    if (body === undefined) throw badJson();
    mustMatch(body, behaviorSchema);
    return (body as { behavior: string }).behavior;
  }
  return [
    {
      name: '@behaviors',
      methods: ['GET'],
      permission: 'guillotina.AccessContent',
      appliesTo: anyTarget,
      answer(request) {
        const names = staticOf(request);
        const schemas = names.includes(dublinCore) ? { [dublinCore]: dublinCoreSchema } : {};
        return json({ static: names, dynamic: [], available: [], ...schemas });
      },
    },
    {
      name: '@behaviors',
      methods: ['PATCH'],
      permission: 'guillotina.ModifyContent',
      appliesTo: anyTarget,
      async answer(request) {
        const name = await named(request);
        throw staticOf(request).includes(name)
          ? refused('Already in behaviors')
          : refused('Could not find behavior', 404);
      },
    },
    {
      name: '@behaviors',
      methods: ['DELETE'],
      permission: 'guillotina.ModifyContent',
      takesTail: true,
      appliesTo: anyTarget,
      async answer(request) {
        const name = await named(request);
        throw refused(
          staticOf(request).includes(name) ? 'A static behavior can not be removed' : 'Not in behaviors',
        );
      },
    },
  ];
}

/** Whether a field at the top level of an object is a field of the type. The others are headers and behaviors. */
function isOwnField(name: string, value: unknown): boolean {
  if (name === 'creation_date' || name === 'modification_date') return true;
  return !headerFields.has(name) && !(typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** GET `@fieldvalue/{field}` or `@fieldvalue/{behavior}.{field}` returns one value of an object. */
function fieldValueView(serializer: Serializer): ServiceView {
  return {
    name: '@fieldvalue',
    methods: ['GET'],
    permission: 'guillotina.ViewContent',
    takesTail: true,
    appliesTo: anyTarget,
    answer(request) {
      const [name] = request.tail;
      if (name === undefined || request.tail.length > 1) throw notFound();
      const object = objectOf(request, serializer);
      const at = name.lastIndexOf('.');
      const field = name.slice(at + 1);
      const behavior = at < 0 ? object : object[name.slice(0, at)];
      if (typeof behavior !== 'object' || behavior === null)
        throw refused(`Could not resolve: ${name.slice(0, at)}`, 404);
      const isField = at >= 0 || isOwnField(field, object[field]);
      if (!Object.hasOwn(behavior, field) || !isField) throw refused(`No field: ${field}`, 404);
      const value = (behavior as Readonly<Record<string, unknown>>)[field];
      return value === null ? empty(200) : json(value);
    },
  };
}

/** Services that describe types and objects (docs/onna-api.md §18). */
export function typeViews(serializer: Serializer): ServiceView[] {
  const read = (
    name: string,
    permission: ServiceView['permission'],
    appliesTo: ServiceView['appliesTo'],
    answer: ServiceView['answer'],
  ): ServiceView => ({ name, methods: ['GET'], permission, appliesTo, answer });
  return [
    {
      ...read('@types', 'guillotina.AccessContent', isAccount, ({ tail }) => {
        const [type] = tail;
        if (tail.length > 1) throw notFound();
        if (type === undefined) return json(contentTypes.map(typeJson));
        if (contentTypes.includes(type)) return json(typeJson(type));
        throw new Refusal(json({ reason: `Could not find type ${type}`, type_name: type }, 404));
      }),
      takesTail: true,
    },
    read('@addable-types', 'guillotina.AddContent', anyTarget, ({ target }) =>
      json(target.kind === 'resource' ? [] : addableTypes(target.node, datasourceTypes)),
    ),
    ...behaviorViews(serializer),
    fieldValueView(serializer),
    // No object has dynamic fields, and there is no cache.
    read('@dynamic-fields', 'guillotina.ModifyContent', anyTarget, () => json({})),
    read('@invalidate-cache', 'guillotina.ModifyContent', anyTarget, () => empty(200)),
  ];
}
