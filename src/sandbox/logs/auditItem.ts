import { isoFromMicros } from '../store/timestamps.ts';
import type { StoredEvent } from '../store/auditTrail.ts';

/** The codes that the service's help pages name (docs/onna-api.md §8); the others are not known. */
const codes: Readonly<Record<string, string>> = { renew_credentials: 'AC003' };

/** When it was: for comparing (ms) and for reading (ISO, µs). */
export function momentOf({ at }: StoredEvent): Readonly<Record<string, unknown>> {
  return { '@timestamp': Math.floor(at / 1000), timestamp: isoFromMicros(at) };
}

/** An entry of the audit or the activity log, as it is sent. */
export function auditItem(event: StoredEvent): Readonly<Record<string, unknown>> {
  const { action, outcome, login, uid, path, detail } = event;
  return {
    ...momentOf(event),
    action,
    type: outcome,
    code: codes[action] ?? null,
    user: login ?? null,
    payload: { path: path ?? null, uid: uid ?? null, ...detail },
  };
}
