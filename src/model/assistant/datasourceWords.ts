import type { Finding } from '../history/findings.ts';
import type { Datasource } from '../datasources/datasource.ts';
import { cellText } from './visibleText.ts';

/** Maximum length of a reason, in UTF-16 units. */
const maxReason = 300;

/** A time in the form of ISO 8601, in UTC. */
export function timeWords(at: number | undefined): string {
  return at === undefined ? 'unknown' : new Date(at).toISOString().replace('.000Z', 'Z');
}

/** The reason for the last failure, if it is known. */
export function reasonOf({ message, status, lastResult }: Datasource, finding: Finding): string | undefined {
  const hasFailed = [status, lastResult?.outcome].some((word) => word === 'failed' || word === 'error');
  const reason = message ?? (hasFailed ? finding.reason : undefined);
  return reason === undefined ? undefined : cellText(reason, maxReason);
}

/** The status of a Datasource in one line. The terms are Onna's own, so that a model can pass them on. */
export function statusWords(datasource: Datasource, finding: Finding): string {
  const { status, rawStatus, lastResult, lastSync, credential } = datasource;
  const reason = reasonOf(datasource, finding);
  const { exceptions } = finding;
  return [
    status === 'unknown' ? cellText(rawStatus ?? 'unknown status', maxReason) : status,
    ...(lastResult && lastResult.outcome !== status ? [`last result: ${lastResult.outcome}`] : []),
    ...(lastSync === undefined ? [] : [`last synced ${timeWords(lastSync)}`]),
    ...(credential === 'expired' ? ['credentials expired'] : []),
    ...(exceptions === undefined || exceptions === 0 ? [] : [`${exceptions} Resources with exceptions`]),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
  ].join('; ');
}
