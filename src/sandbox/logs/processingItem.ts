import type { StoredEvent } from '../store/auditTrail.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import { fileOf, textOf } from './eventFields.ts';

/** An entry of the processing log, as it is sent. */
export interface ProcessingItem {
  readonly id: string | null;
  readonly file_name: string | null;
  readonly origin_path: string | null;
  readonly start: string | null;
  readonly end: string;
  readonly status: string;
  readonly error: string | null;
  readonly note: string | null;
}

/** An entry of the processing log (docs/onna-api.md §13). */
export function processingItem(event: StoredEvent): ProcessingItem {
  const { id = null, file_name = null, origin_path = null } = fileOf(event);
  const started = event.detail?.['started'];
  return {
    ...{ id, file_name, origin_path },
    start: typeof started === 'number' ? isoFromMicros(started) : null,
    end: isoFromMicros(event.at),
    status: event.action,
    error: textOf(event, 'error'),
    note: textOf(event, 'note'),
  };
}
