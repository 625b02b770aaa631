import { BadValue } from './badValue.ts';

/** A change to a list: `{"op": …, "value": …}` (docs/onna-api.md §4). */
interface Operation {
  readonly op: unknown;
  readonly value?: unknown;
}

/** Whether a value is an operation and not a new list. */
export function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'op' in value;
}

type Convert = (value: unknown) => string;

/** Adds the values. @param isUnique Whether to leave out values that the list already contains. */
function added(list: readonly unknown[], values: readonly string[], isUnique: boolean): unknown[] {
  if (!isUnique) return [...list, ...values];
  return values.reduce<unknown[]>((all, value) => (all.includes(value) ? all : [...all, value]), [...list]);
}

/** Returns the position of the entry with this index. Negative indexes count from the end. @throws BadValue */
function position(list: readonly unknown[], index: unknown): number {
  const at = typeof index === 'number' && Number.isInteger(index) && index < 0 ? list.length + index : index;
  if (typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at >= list.length)
    throw new BadValue('Not an index of the list');
  return at;
}

function updated(list: readonly unknown[], value: unknown, convert: Convert): unknown[] {
  if (typeof value !== 'object' || value === null || !('index' in value) || !('value' in value))
    throw new BadValue('An index and a value are required');
  return list.with(position(list, value.index), convert(value.value));
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new BadValue('A list is required');
  return value;
}

/**
 * Applies an operation to a list. `multi` applies several operations, one after another. The framework also has
 * `assign`, `inc`, `dec` and `reset`, but only for fields that contain objects or numbers. The sandbox has no such
 * fields.
 * @returns null for a `multi` without operations, which clears the field in the framework.
 * @throws BadValue
 */
export function changedList(
  { op, value }: Operation,
  list: readonly unknown[],
  convert: Convert,
): unknown[] | null {
  switch (op) {
    case 'append':
    case 'appendunique':
      return added(list, [convert(value)], op === 'appendunique');
    case 'extend':
    case 'extendunique':
      return added(list, listIn(value).map(convert), op === 'extendunique');
    case 'remove': {
      const at = list.indexOf(value);
      if (at < 0) throw new BadValue('The list does not contain this value');
      return list.toSpliced(at, 1);
    }
    case 'del':
      return list.toSpliced(position(list, value), 1);
    case 'update':
      return updated(list, value, convert);
    case 'clear':
      return [];
    case 'multi': {
      let changed: unknown[] | null = null;
      for (const each of listIn(value)) {
        if (!isOperation(each)) throw new BadValue('A list of operations is required');
        changed = changedList(each, changed ?? list, convert);
      }
      return changed;
    }
    default:
      throw new BadValue('Not a valid operation');
  }
}
