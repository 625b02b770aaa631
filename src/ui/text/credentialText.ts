import * as vscode from 'vscode';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import { CodeRefused } from '../../model/credentials/renewals.ts';
import { typeLabel } from '../../model/datasources/datasource.ts';
import { age } from './age.ts';
import { mayHaveBeenDone } from './errorRemedy.ts';
import { describeError } from './errorText.ts';
import { nodeName, plainText } from './plainText.ts';
import { Tooltip } from './tooltip.ts';

const day = 24 * 60 * 60_000;

/** The name of credentials: the title of the wallet entry or, before it is known, the type. */
export function entryName({ title, type, datasources }: CredentialEntry): string {
  const named = plainText(title ?? '');
  if (named !== '') return named;
  const [first] = datasources;
  if (datasources.length === 1 && first) return vscode.l10n.t('Credentials of “{0}”', nodeName(first));
  return type === undefined
    ? vscode.l10n.t('Credentials')
    : vscode.l10n.t('Credentials for {0}', plainText(typeLabel(type)));
}

/** "expired 2 h ago", "expires in 3 days". `now` is in ms since 1970. */
function expiryWords({ isExpired, expires }: CredentialEntry, now: number): string {
  if (isExpired)
    return expires === undefined || expires > now
      ? vscode.l10n.t('expired')
      : vscode.l10n.t('expired {0}', age(expires, now));
  const left = (expires ?? now) - now;
  if (left < day) return vscode.l10n.t('expires within a day');
  const days = Math.floor(left / day);
  return days === 1 ? vscode.l10n.t('expires in 1 day') : vscode.l10n.t('expires in {0} days', days);
}

/** "stops 2 Datasources": the effect of expired credentials. Before they expire: "used by 2 Datasources". */
function effectWords({ isExpired, used }: CredentialEntry): string {
  if (used === 0) return vscode.l10n.t('used by no Datasource that you can see');
  if (isExpired)
    return used === 1 ? vscode.l10n.t('stops 1 Datasource') : vscode.l10n.t('stops {0} Datasources', used);
  return used === 1 ? vscode.l10n.t('used by 1 Datasource') : vscode.l10n.t('used by {0} Datasources', used);
}

/** The label of an entry's row. It is short, so that the description fits into a narrow view. */
export function entryLabel(entry: CredentialEntry): string {
  return entry.type === undefined ? entryName(entry) : plainText(typeLabel(entry.type)) || entryName(entry);
}

/** The description of an entry's row: "expired 2 h ago · stops 2 Datasources · Slack of Ines". */
export function entryDescription(entry: CredentialEntry, now: number): string {
  const title = plainText(entry.title ?? '');
  const parts = [expiryWords(entry, now), effectWords(entry), ...(title === '' ? [] : [title])];
  return parts.join(' · ');
}

/** The names of the visible Datasources of an entry, as text for a sentence: "“Wiki”, “Chat” and 3 more". */
export function namesOf({ datasources }: CredentialEntry): string {
  const names = datasources.slice(0, 3).map((datasource) => vscode.l10n.t('“{0}”', nodeName(datasource)));
  const more = datasources.length - names.length;
  if (more > 0) return vscode.l10n.t('{0} and {1} more', names.join(', '), more);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : vscode.l10n.t('{0} and {1}', names.slice(0, -1).join(', '), last);
}

/** The tooltip of an entry's row. */
export function entryTooltip(entry: CredentialEntry, now: number): vscode.MarkdownString {
  const hidden = entry.used - entry.datasources.length;
  return new Tooltip()
    .heading(entryName(entry))
    .paragraph(entryDescription(entry, now))
    .line(vscode.l10n.t('Type'), entry.type === undefined ? undefined : typeLabel(entry.type))
    .line(vscode.l10n.t('Datasources'), namesOf(entry))
    .line(vscode.l10n.t('Not visible to you'), hidden > 0 ? String(hidden) : undefined).markdown;
}

/** Whether a code that was sent can't be sent again: the service refused it, or may have accepted it. */
export function isCodeSpent(error: unknown): boolean {
  return error instanceof CodeRefused || mayHaveBeenDone(error);
}

/** Explains why a code did not renew the credentials. Never contains the code. */
export function codeProblem(error: unknown): string {
  return error instanceof CodeRefused
    ? vscode.l10n.t(
        'Onna does not accept this code. It was used before, has expired, or belongs to another user or service. Open the page again to get a new one.',
      )
    : describeError(error, 'action');
}

/** Explains why this window does not send a code to the service. */
export function consentProblem(kind: 'unknown' | 'used' | 'late'): string {
  switch (kind) {
    case 'unknown':
      return vscode.l10n.t(
        'This code does not belong to a renewal that was started in this window. Nothing was changed.',
      );
    case 'used':
      return vscode.l10n.t('This code was already used. Open the page again to get a new one.');
    case 'late':
      return vscode.l10n.t('More than ten minutes have passed since the page was opened. Open it again.');
  }
}
