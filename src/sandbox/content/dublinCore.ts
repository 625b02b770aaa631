import type { FieldError } from '../http/refusals.ts';
import type { Fields } from '../store/nodes.ts';
import { readField } from './fieldValues.ts';
import type { FieldKind } from './fieldValues.ts';

/** Name of the framework's Dublin Core behavior in JSON (docs/onna-api.md §4). */
export const dublinCore = 'guillotina.behaviors.dublincore.IDublinCore';

/** The fields that clients can change. Every change sets `modification_date`, so clients cannot choose its value. */
export const dublinCoreKinds: Readonly<Record<string, FieldKind>> = {
  title: 'line',
  description: 'text',
  creation_date: 'date',
  effective_date: 'date',
  expiration_date: 'date',
  creators: 'shortLines',
  tags: 'changeableLines',
  publisher: 'text',
  contributors: 'lines',
};

/**
 * The values that clients have set, by field. Only set values are stored: a field that is missing here has the value
 * that the sandbox derives, such as the creator. `title` is stored here only if it was cleared.
 */
export type DublinCoreValues = Readonly<Record<string, unknown>>;

/** The values stored for a node or a Resource. */
export function storedDublinCore(fields: Fields | undefined): DublinCoreValues {
  const stored = fields?.[dublinCore];
  if (typeof stored === 'object' && stored !== null) return stored as DublinCoreValues;
  // Data folders of earlier versions have the description at the top level.
  return fields && 'description' in fields ? { description: fields['description'] } : {};
}

/** The fields of the type itself that are also fields of the behavior. In a body, they are at the top level. */
const ownKinds: Readonly<Record<string, FieldKind>> = { title: 'line', creation_date: 'date' };

/** Reads the title and the creation date at the top level of a body. */
export function readOwnFields(
  body: Readonly<Record<string, unknown>>,
  errors: FieldError[],
): DublinCoreValues {
  const changes: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(ownKinds)) {
    const read = Object.hasOwn(body, name) ? readField(kind, name, body[name], undefined, errors) : undefined;
    if (read) changes[name] = read.value;
  }
  return changes;
}

/** Changes that clear all fields. PUT clears all fields that are not in its body (docs/onna-api.md §18). */
export const clearing: DublinCoreValues = {
  ...Object.fromEntries(Object.keys(dublinCoreKinds).map((name) => [name, null])),
  creators: [],
  contributors: [],
};

/**
 * Reads the Dublin Core fields of a body. A value at the top level takes precedence over the value in the behavior. Like
 * the framework, ignores a behavior that is not an object.
 * @param before The stored values. List operations in the body are applied to them.
 * @returns The changed fields.
 */
export function readDublinCore(
  body: Readonly<Record<string, unknown>>,
  before: DublinCoreValues,
  errors: FieldError[],
): DublinCoreValues {
  const behavior = body[dublinCore];
  const sent: Readonly<Record<string, unknown>> =
    typeof behavior === 'object' && behavior !== null ? (behavior as Record<string, unknown>) : {};
  const changes: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(dublinCoreKinds)) {
    if (!Object.hasOwn(sent, name)) continue;
    const read = readField(kind, name, sent[name], before[name], errors);
    if (read) changes[name] = read.value;
  }
  return { ...changes, ...readOwnFields(body, errors) };
}

/** Merges changes into the stored values. A title is stored in a separate column. A cleared title is empty there. */
export function applyChanges(
  before: DublinCoreValues,
  changes: DublinCoreValues,
): {
  /** The new title. Undefined if it does not change. */
  readonly title: string | undefined;
  readonly stored: DublinCoreValues;
} {
  const { title, ...stored } = { ...before, ...changes };
  if (typeof title === 'string') return { title, stored };
  if (title === undefined) return { title: undefined, stored };
  return { title: 'title' in changes ? '' : undefined, stored: { ...stored, title } };
}

/** The values that the Dublin Core fields of an object have until a client changes them. */
interface OwnValues {
  readonly title: string;
  readonly creators: readonly string[];
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
}

/** The fields as GET returns them. */
export function dublinCoreJson(stored: DublinCoreValues, own: OwnValues): Record<string, unknown> {
  return {
    title: 'title' in stored ? stored['title'] : own.title,
    description: stored['description'] ?? null,
    creation_date: 'creation_date' in stored ? stored['creation_date'] : own.createdAt,
    modification_date: own.modifiedAt,
    effective_date: stored['effective_date'] ?? null,
    expiration_date: stored['expiration_date'] ?? null,
    creators: 'creators' in stored ? stored['creators'] : own.creators,
    tags: stored['tags'] ?? null,
    publisher: stored['publisher'] ?? null,
    contributors: 'contributors' in stored ? stored['contributors'] : own.creators,
  };
}
