import * as vscode from 'vscode';
import { nextSyncOf, typeLabel } from '../model/datasource.ts';
import type { Datasource } from '../model/datasource.ts';
import type { SyncStatus, SyncType } from '../model/syncStatus.ts';
import { age, minutesUntil, moment } from './age.ts';

const { t } = vscode.l10n;

/** A status in a word or two; an unknown one as the service writes it. */
export function statusLabel(status: SyncStatus | 'unknown', raw: string | undefined): string {
  switch (status) {
    case 'pending':
      return t('Waiting');
    case 'created':
      return t('Not configured');
    case 'syncing':
      return t('Syncing');
    case 'synced':
      return t('Synced');
    case 'error':
      return t('Error');
    case 'failed':
      return t('Failed');
    case 'paused':
      return t('Paused');
    case 'resuming':
      return t('Resuming');
    case 'invited':
      return t('Invited');
    case 'unknown':
      return raw ?? t('Status unknown');
  }
}

/** What a status means, in a sentence (API notes §17). */
function statusMeaning(status: SyncStatus | 'unknown'): string {
  switch (status) {
    case 'pending':
      return t('Waiting to be collected.');
    case 'created':
      return t('Created, but not configured yet.');
    case 'syncing':
      return t('Being collected now.');
    case 'synced':
      return t('Collected. Its Resources may still be in processing.');
    case 'error':
      return t(
        'Collection ended with an error. It is not tried again until you sync or refresh its credentials.',
      );
    case 'failed':
      return t('Collection failed. Onna tries again by itself.');
    case 'paused':
      return t('Paused. It goes on when you resume it.');
    case 'resuming':
      return t('Picking up from where it was paused.');
    case 'invited':
      return t('Shared with another user, who has not accepted yet.');
    case 'unknown':
      return t('A status that this extension does not know.');
  }
}

/** A sync type in words (API notes §12). */
export function syncTypeLabel(type: SyncType | 'unknown', raw: string | undefined): string {
  switch (type) {
    case 'auto':
      return t('auto: kept mirrored, deletions included');
    case 'one':
      return t('one: collected once');
    case 'arch':
      return t('arch: collected continuously, deletions kept');
    case 'unknown':
      return raw ?? t('unknown');
  }
}

function resultWords(datasource: Datasource, now: number): string | undefined {
  const result = datasource.lastResult;
  if (!result) return undefined;
  const when = age(result.at, now);
  switch (result.outcome) {
    case 'synced':
      return t('Synced {0}', when);
    case 'failed':
      return t('Failed {0}', when);
    case 'error':
      return t('Error {0}', when);
  }
}

/** What goes on now, after a result: "retrying", "syncing", … */
function activityWords(datasource: Datasource): string | undefined {
  switch (datasource.status) {
    case 'pending':
      return datasource.lastResult?.outcome === 'failed' ? t('retrying') : t('waiting');
    case 'syncing':
      return datasource.lastResult?.outcome === 'failed' ? t('retrying now') : t('syncing');
    case 'resuming':
      return t('resuming');
    case 'paused':
      return t('paused');
    case 'failed':
      return t('will retry');
    default:
      return undefined;
  }
}

/**
 * The row's description: the last result and the current activity, so that a failure does not vanish
 * behind a retry: "Failed 3 h ago · retrying".
 */
export function statusDescription(datasource: Datasource, now: number): string {
  const { status, rawStatus, credential } = datasource;
  const result = resultWords(datasource, now);
  const activity = activityWords(datasource);
  const parts: string[] = [];
  if (result !== undefined && status !== 'created' && status !== 'invited' && status !== 'unknown') {
    parts.push(result);
    if (activity !== undefined) parts.push(activity);
  } else {
    parts.push(statusLabel(status, rawStatus));
  }
  if (status === 'synced' && nextSyncOf(datasource, now)?.overdue) parts.push(t('overdue'));
  if (credential === 'expired') parts.push(t('credentials expired'));
  return parts.join(' · ');
}

/** What a screen reader says of a row. */
export function statusAccessibility(datasource: Datasource, now: number): string {
  return `${datasource.title}, ${typeLabel(datasource.type)}, ${statusDescription(datasource, now)}`;
}

/** When it syncs next, as a sentence; undefined when nothing is due. */
function nextSyncWords(datasource: Datasource, now: number): string | undefined {
  const next = nextSyncOf(datasource, now);
  if (!next) return undefined;
  if (next.overdue) return t('overdue since {0}', moment(next.latest));
  const earliest = minutesUntil(next.earliest, now);
  const latest = minutesUntil(next.latest, now);
  return earliest === latest ? t('in about {0} min', latest) : t('in {0} to {1} min', earliest, latest);
}

/** The tooltip: everything known. Texts of the service are appended as text, so nothing in them is rendered. */
export function statusTooltip(datasource: Datasource, now: number): vscode.MarkdownString {
  const {
    status,
    rawStatus,
    syncType,
    rawSyncType,
    owners,
    lastSync,
    credential,
    resourceCount,
    created,
    message,
  } = datasource;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(datasource.title.trim()).appendMarkdown('**\n\n');
  const line = (name: string, value: string | undefined): void => {
    if (value === undefined || value === '') return;
    tooltip.appendMarkdown('- ').appendText(`${name}: ${value}`).appendMarkdown('\n');
  };
  line(
    t('Status'),
    `${statusLabel(status, rawStatus)}${rawStatus === undefined ? '' : ` (${rawStatus})`}. ${statusMeaning(status)}`,
  );
  line(t('Why'), message);
  line(t('Last result'), resultWords(datasource, now));
  line(t('Last synced'), lastSync === undefined ? undefined : moment(lastSync));
  line(t('Next sync'), nextSyncWords(datasource, now));
  line(t('Sync type'), syncTypeLabel(syncType, rawSyncType));
  line(t('Type'), typeLabel(datasource.type));
  line(t('Owners'), owners.join(', '));
  line(t('Credentials'), credential === undefined ? undefined : credentialLabel(credential));
  line(t('Resources'), resourceCount?.toLocaleString(vscode.env.language));
  line(t('Created'), created === undefined ? undefined : moment(created));
  return tooltip;
}

function credentialLabel(credential: NonNullable<Datasource['credential']>): string {
  switch (credential) {
    case 'valid':
      return t('valid');
    case 'expired':
      return t('expired: refresh them to go on syncing');
    case 'missing':
      return t('none stored');
  }
}
