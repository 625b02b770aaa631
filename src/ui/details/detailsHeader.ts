import * as vscode from 'vscode';
import { attentionReason } from '../../model/datasources/attention.ts';
import { availableActions, type DatasourceAction } from '../../model/datasources/availableActions.ts';
import { nextSyncOf, typeLabel, type Datasource } from '../../model/datasources/datasource.ts';
import { isActive } from '../../model/datasources/syncStatus.ts';
import type { DetailsNumbers } from '../../model/details/detailsHost.ts';
import type { DetailsAction, DetailsHeader } from '../../shared/detailsProtocol.ts';
import { sizeWords } from '../text/resourceText.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import { activityLabel, credentialLabel, statusLabel, syncTypeLabel } from '../text/statusText.ts';

/** The data of the header that the Datasource itself does not contain. */
export interface HeaderContext {
  /** The workspace's name, or the display name of the user's own folder. */
  readonly place: string;
  readonly account: string;
  /** Sanitized titles of the other Datasources with the same credentials. */
  readonly sharing: readonly string[];
  /** The current time, in ms since 1970. */
  readonly now: number;
}

type Fact = DetailsHeader['facts'][number];

function toneOf(datasource: Datasource): DetailsHeader['status']['tone'] {
  const { status, lastResult } = datasource;
  const reason = attentionReason(datasource, undefined);
  if (reason !== undefined && reason !== 'invitation') return 'error';
  if (status === 'failed' || lastResult?.outcome === 'failed') return 'warning';
  if (isActive(status)) return 'active';
  return status === 'synced' ? 'ok' : 'idle';
}

function reasonOf(datasource: Datasource): string | undefined {
  const reason = datasource.message === undefined ? '' : plainText(datasource.message);
  const parts = [
    ...(reason === '' ? [] : [/[.!?…]$/.test(reason) ? reason : `${reason}.`]),
    ...(datasource.credential === 'expired'
      ? [vscode.l10n.t('The credentials have expired. Renew them to continue syncing.')]
      : []),
    ...(datasource.status === 'failed' ? [vscode.l10n.t('Onna retries automatically.')] : []),
  ];
  // Drop duplicates: the service's message may be identical to one of this extension's sentences.
  return parts.length === 0 ? undefined : [...new Set(parts)].join(' ');
}

const icons: Readonly<Record<DetailsAction, string>> = {
  sync: 'sync',
  pause: 'debug-pause',
  resume: 'debug-continue',
  reprocess: 'server-process',
  credentials: 'key',
  search: 'search',
  reveal: 'list-tree',
  openInBrowser: 'link-external',
};

function actionLabel(action: DetailsAction): string {
  switch (action) {
    case 'sync':
      return vscode.l10n.t('Sync Now');
    case 'pause':
      return vscode.l10n.t('Pause');
    case 'resume':
      return vscode.l10n.t('Resume');
    case 'reprocess':
      return vscode.l10n.t('Reprocess Unprocessed');
    case 'credentials':
      return vscode.l10n.t('Renew Credentials');
    case 'search':
      return vscode.l10n.t('Search');
    case 'reveal':
      return vscode.l10n.t('Reveal in Datasources');
    case 'openInBrowser':
      return vscode.l10n.t('Open in Browser');
  }
}

/** The allowed actions. If the Datasource has a problem, the first action is the remedy. */
function actionsOf(datasource: Datasource): readonly DetailsAction[] {
  const allowed = availableActions(datasource);
  const first: DatasourceAction[] =
    datasource.credential === 'expired'
      ? ['credentials', 'sync']
      : ['resume', 'sync', 'pause', 'credentials'];
  const order = [...new Set<DatasourceAction>([...first, 'pause', 'reprocess'])];
  return [...order.filter((action) => allowed.has(action)), 'search', 'reveal', 'openInBrowser'];
}

/** Maximum number of Datasources that are listed because they share the credentials. */
const maxNamed = 3;

/** The state of the credentials, and the other Datasources that use them. Undefined if neither is known. */
function credentialWords({ credential }: Datasource, sharing: readonly string[]): string | undefined {
  const state = credential === undefined ? [] : [credentialLabel(credential)];
  const more = sharing.length - maxNamed;
  const names = sharing.slice(0, maxNamed).join(', ');
  if (more > 0) state.push(vscode.l10n.t('shared with {0} and {1} more', names, more));
  else if (sharing.length > 0) state.push(vscode.l10n.t('shared with {0}', names));
  return state.length === 0 ? undefined : state.join(' · ');
}

function factsOf(
  datasource: Datasource,
  numbers: DetailsNumbers,
  { place, account, sharing, now }: HeaderContext,
): readonly Fact[] {
  const { syncType, rawSyncType, owners, lastSync, created } = datasource;
  const format = new Intl.NumberFormat(vscode.env.language);
  const count = (number: number | undefined): string | undefined =>
    number === undefined ? undefined : format.format(number);
  const fact = (label: string, value: string | undefined): Fact => ({
    label,
    ...(value !== undefined && value !== '' && { value }),
  });
  const date = (label: string, at: number | undefined): Fact => ({ label, ...(at !== undefined && { at }) });
  const next = nextSyncOf(datasource, now);
  return [
    fact(vscode.l10n.t('Sync type'), syncTypeLabel(syncType, rawSyncType)),
    fact(vscode.l10n.t('Owners'), owners.map(plainText).join(', ')),
    fact(vscode.l10n.t('Workspace'), place),
    fact(vscode.l10n.t('Account'), account),
    fact(vscode.l10n.t('Credentials'), credentialWords(datasource, sharing)),
    fact(vscode.l10n.t('Resources'), count(numbers.resources ?? datasource.resourceCount)),
    fact(vscode.l10n.t('Exceptions'), count(numbers.exceptions)),
    fact(vscode.l10n.t('Notes'), count(numbers.notes)),
    fact(
      vscode.l10n.t('Processed'),
      numbers.bytesProcessed === undefined ? undefined : sizeWords(numbers.bytesProcessed),
    ),
    date(vscode.l10n.t('Last synced'), lastSync),
    date(next?.overdue ? vscode.l10n.t('Next sync (overdue)') : vscode.l10n.t('Next sync'), next?.latest),
    date(vscode.l10n.t('Created'), created),
  ];
}

/** The header of a Datasource's details page. */
export function detailsHeader(
  datasource: Datasource,
  numbers: DetailsNumbers,
  context: HeaderContext,
): DetailsHeader {
  const { status, rawStatus, lastResult } = datasource;
  const activity = activityLabel(datasource, context.now);
  const reason = reasonOf(datasource);
  const result = lastResult && !['created', 'invited', 'unknown'].includes(status) ? lastResult : undefined;
  const shown = result?.outcome ?? status;
  return {
    title: nodeName(datasource),
    type: plainText(typeLabel(datasource.type)),
    status: {
      tone: toneOf(datasource),
      icon: statusIcon(shown).id,
      result: statusLabel(shown, rawStatus),
      ...(result && { at: result.at }),
      ...(activity !== undefined &&
        result && { activity, activityIcon: status === 'failed' ? 'watch' : statusIcon(status).id }),
    },
    ...(reason !== undefined && { reason }),
    facts: [...factsOf(datasource, numbers, context)],
    actions: actionsOf(datasource).map((id) => ({ id, label: actionLabel(id), icon: icons[id] })),
    isGone: false,
  };
}

/**
 * The header for a Datasource that was removed, or whose account has signed out. It shows the last known
 * data.
 */
export function goneHeader(last: DetailsHeader | undefined): DetailsHeader {
  return {
    title: last?.title ?? vscode.l10n.t('Datasource'),
    type: last?.type ?? '',
    status: { tone: 'idle', icon: 'circle-slash', result: vscode.l10n.t('No longer available') },
    facts: last?.facts ?? [],
    actions: [],
    isGone: true,
  };
}

/** The header before the list of Datasources is loaded. */
export function unknownHeader(last: DetailsHeader | undefined): DetailsHeader {
  return (
    last ?? {
      title: vscode.l10n.t('Datasource'),
      type: '',
      status: { tone: 'idle', icon: 'watch', result: vscode.l10n.t('Loading…') },
      facts: [],
      actions: [],
      isGone: false,
    }
  );
}
