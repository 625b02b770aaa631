import { isoFromMicros } from '../store/timestamps.ts';
import type { StoredEvent } from '../store/auditTrail.ts';

/** The codes published in the service's help pages (docs/onna-api.md §8). The others are unknown. */
const codes: Readonly<Record<string, string>> = { renew_credentials: 'AC003' };

/** Time of an event, as ms for comparing and as ISO with µs for reading. */
export function momentOf({ at }: StoredEvent): Readonly<Record<string, unknown>> {
  return { '@timestamp': Math.floor(at / 1000), timestamp: isoFromMicros(at) };
}

/** Wire format of an entry in the audit or activity log. */
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
