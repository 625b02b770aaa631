import { isoFromMicros } from '../store/timestamps.ts';
import type { StoredEvent } from '../store/auditTrail.ts';

/**
 * Codes by action, as published in the service's help pages (docs/onna-api.md §8). The codes of other actions are
 * unknown.
 */
const codes: Readonly<Record<string, string>> = { renew_credentials: 'AC003' };

/** Time of an event, as a number in ms for comparisons and as an ISO date with µs for people. */
export function momentOf({ at }: StoredEvent): Readonly<Record<string, unknown>> {
  return { '@timestamp': Math.floor(at / 1000), timestamp: isoFromMicros(at) };
}

/** Converts an event to an entry of the audit or activity log. */
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
