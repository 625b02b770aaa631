import * as vscode from 'vscode';
import { nextSyncOf, typeLabel, type Datasource } from '../../model/datasources/datasource.ts';
import { isActive, type SyncStatus, type SyncType } from '../../model/datasources/syncStatus.ts';
import { displayText } from '../../shared/displayText.ts';
import type { Finding } from '../../model/history/findings.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { age, minutesUntil, moment } from './age.ts';
import { nodeName, plainText } from './plainText.ts';
import { Tooltip } from './tooltip.ts';

/** A status in one or two words. An unknown status is shown as the service sent it. */
export function statusLabel(status: SyncStatus | 'unknown', raw: string | undefined): string {
  switch (status) {
    case 'pending':
      return vscode.l10n.t('Waiting');
    case 'created':
      return vscode.l10n.t('Not configured');
    case 'syncing':
      return vscode.l10n.t('Syncing');
    case 'synced':
      return vscode.l10n.t('Synced');
    case 'error':
      return vscode.l10n.t('Error');
    case 'failed':
      return vscode.l10n.t('Failed');
    case 'paused':
      return vscode.l10n.t('Paused');
    case 'resuming':
      return vscode.l10n.t('Resuming');
    case 'invited':
      return vscode.l10n.t('Invited');
    case 'unknown':
      return plainText(raw ?? '') || vscode.l10n.t('Status unknown');
  }
}

/** One sentence that explains a status (docs/onna-api.md §17). */
function statusMeaning(status: SyncStatus | 'unknown'): string {
  switch (status) {
    case 'pending':
      return vscode.l10n.t('Waiting to be collected.');
    case 'created':
      return vscode.l10n.t('Created, but not configured yet.');
    case 'syncing':
      return vscode.l10n.t('Being collected now.');
    case 'synced':
      return vscode.l10n.t('Collected. Onna may still be processing its Resources.');
    case 'error':
      return vscode.l10n.t(
        'Collection ended with an error. Onna does not retry until you sync the Datasource or renew its credentials.',
      );
    case 'failed':
      return vscode.l10n.t('Collection failed. Onna retries automatically.');
    case 'paused':
      return vscode.l10n.t('Paused until you resume it.');
    case 'resuming':
      return vscode.l10n.t('Continuing from where it was paused.');
    case 'invited':
      return vscode.l10n.t('Shared with another user, who has not accepted yet.');
    case 'unknown':
      return vscode.l10n.t('A status that this extension does not know.');
  }
}

/** A sync type in words (docs/onna-api.md §12). */
export function syncTypeLabel(type: SyncType | 'unknown', raw: string | undefined): string {
  switch (type) {
    case 'auto':
      return vscode.l10n.t('auto: mirrored, including deletions');
    case 'one':
      return vscode.l10n.t('one: collected once');
    case 'arch':
      return vscode.l10n.t('arch: collected continuously, deleted files are kept');
    case 'unknown':
      return plainText(raw ?? '') || vscode.l10n.t('unknown');
  }
}

function resultWords(datasource: Datasource, now: number): string | undefined {
  const result = datasource.lastResult;
  if (!result) return undefined;
  const when = age(result.at, now);
  switch (result.outcome) {
    case 'synced':
      return vscode.l10n.t('Synced {0}', when);
    case 'failed':
      return vscode.l10n.t('Failed {0}', when);
    case 'error':
      return vscode.l10n.t('Error {0}', when);
  }
}

function retryWords({ nextSync }: Datasource, now: number): string {
  if (nextSync === undefined || nextSync < now) return vscode.l10n.t('will retry');
  const minutes = minutesUntil(nextSync, now);
  return minutes < 1 ? vscode.l10n.t('will retry soon') : vscode.l10n.t('will retry in {0} min', minutes);
}

/** The current activity, shown after a result: "retrying", "syncing", … Undefined if the Datasource is idle. */
export function activityLabel(datasource: Datasource, now: number): string | undefined {
  switch (datasource.status) {
    case 'pending':
      return datasource.lastResult?.outcome === 'failed'
        ? vscode.l10n.t('retrying')
        : vscode.l10n.t('waiting');
    case 'syncing':
      return datasource.lastResult?.outcome === 'failed'
        ? vscode.l10n.t('retrying now')
        : vscode.l10n.t('syncing');
    case 'resuming':
      return vscode.l10n.t('resuming');
    case 'paused':
      return vscode.l10n.t('paused');
    case 'failed':
      return retryWords(datasource, now);
    default:
      return undefined;
  }
}

/** Maximum length of a reason in a row, in UTF-16 units. The tooltip shows the whole reason. */
const maxReason = 80;

/**
 * The reason for the failure of a Datasource, or its message after a successful sync. `''` if there is none.
 */
function reasonWords(datasource: Datasource, finding: Finding | undefined): string {
  const { status, lastResult, message, credential } = datasource;
  // The row already shows that the credentials have expired.
  if (credential === 'expired') return '';
  const hasFailed =
    status === 'failed' || status === 'error' || (isActive(status) && lastResult?.outcome === 'failed');
  if (!hasFailed && status !== 'synced') return '';
  return displayText(plainText(message ?? finding?.reason ?? ''), maxReason);
}

function exceptionWords({ status }: Datasource, finding: Finding | undefined): string | undefined {
  const count = finding?.exceptions ?? 0;
  if (status !== 'synced' || count === 0) return undefined;
  return count === 1
    ? vscode.l10n.t('1 exception')
    : vscode.l10n.t('{0} exceptions', count.toLocaleString(vscode.env.language));
}

/**
 * The row's description: the last result, the reason and the current activity. A retry therefore does not
 * hide a failure: "Failed 3 h ago · Origin not found · will retry in 4 min".
 */
export function statusDescription(datasource: Datasource, now: number, finding?: Finding): string {
  const { status, rawStatus, credential } = datasource;
  const result = resultWords(datasource, now);
  const activity = activityLabel(datasource, now);
  const parts: string[] = [];
  if (result !== undefined && status !== 'created' && status !== 'invited' && status !== 'unknown') {
    parts.push(result);
  } else {
    parts.push(statusLabel(status, rawStatus));
  }
  const reason = reasonWords(datasource, finding);
  if (reason !== '') parts.push(reason);
  if (parts[0] === result && activity !== undefined) parts.push(activity);
  const exceptions = exceptionWords(datasource, finding);
  if (exceptions !== undefined) parts.push(exceptions);
  if (status === 'synced' && nextSyncOf(datasource, now)?.overdue) parts.push(vscode.l10n.t('overdue'));
  if (credential === 'expired') parts.push(vscode.l10n.t('credentials expired'));
  return parts.join(' · ');
}

/**
 * The screen reader label of a row.
 * @param description The row's {@link statusDescription}.
 */
export function statusAccessibility(datasource: Datasource, description: string): string {
  return `${nodeName(datasource)}, ${plainText(typeLabel(datasource.type))}, ${description}`;
}

/** The time of the next sync, in words. Undefined if no sync is planned. */
function nextSyncWords(datasource: Datasource, now: number, zone: Zone): string | undefined {
  const next = nextSyncOf(datasource, now);
  if (!next) return undefined;
  if (next.overdue) return vscode.l10n.t('overdue since {0}', moment(next.latest, zone));
  const earliest = minutesUntil(next.earliest, now);
  const latest = minutesUntil(next.latest, now);
  return earliest === latest
    ? vscode.l10n.t('in about {0} min', latest)
    : vscode.l10n.t('in {0} to {1} min', earliest, latest);
}

/** The status in words, followed by the service's raw value if that is more specific, such as `error_quota`. */
function statusWithRaw(status: SyncStatus | 'unknown', raw: string | undefined): string {
  const label = statusLabel(status, raw);
  return raw === undefined || raw === status || raw === label ? label : `${label} (${plainText(raw)})`;
}

/** The tooltip of a Datasource: everything known about it. */
export function statusTooltip(
  datasource: Datasource,
  now: number,
  zone: Zone,
  finding?: Finding,
): vscode.MarkdownString {
  const { status, rawStatus, syncType, rawSyncType, owners, lastSync, credential, resourceCount, created } =
    datasource;
  const date = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : moment(at, zone);
  return new Tooltip()
    .heading(nodeName(datasource))
    .line(vscode.l10n.t('Status'), `${statusWithRaw(status, rawStatus)}. ${statusMeaning(status)}`)
    .line(vscode.l10n.t('Why'), datasource.message ?? finding?.reason)
    .line(vscode.l10n.t('Last result'), resultWords(datasource, now))
    .line(vscode.l10n.t('Last synced'), date(lastSync))
    .line(vscode.l10n.t('Next sync'), nextSyncWords(datasource, now, zone))
    .line(vscode.l10n.t('Sync type'), syncTypeLabel(syncType, rawSyncType))
    .line(vscode.l10n.t('Type'), typeLabel(datasource.type))
    .line(vscode.l10n.t('Owners'), owners.join(', '))
    .line(vscode.l10n.t('Credentials'), credential === undefined ? undefined : credentialLabel(credential))
    .line(vscode.l10n.t('Resources'), resourceCount?.toLocaleString(vscode.env.language))
    .line(vscode.l10n.t('Exceptions'), finding?.exceptions?.toLocaleString(vscode.env.language))
    .line(vscode.l10n.t('Created'), date(created)).markdown;
}

/** The state of stored credentials, in words. */
export function credentialLabel(credential: NonNullable<Datasource['credential']>): string {
  switch (credential) {
    case 'valid':
      return vscode.l10n.t('valid');
    case 'expired':
      return vscode.l10n.t('expired: renew the credentials to continue syncing');
    case 'missing':
      return vscode.l10n.t('none stored');
  }
}
