import type { StoredEvent } from '../store/auditTrail.ts';

/** A text from the details of an event; null if there is none. */
export function textOf({ detail }: StoredEvent, name: string): string | null {
  const value = detail?.[name];
  return typeof value === 'string' ? value : null;
}

/** The fields of a log entry that tell which file an event is about. */
export function fileOf(event: StoredEvent): Readonly<Record<string, string | null>> {
  const key = event.path ?? '';
  return { id: event.uid ?? null, file_name: key.slice(key.lastIndexOf('/') + 1), origin_path: key };
}
