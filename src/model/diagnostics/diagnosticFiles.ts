import type { Connection } from '../accounts/connection.ts';
import type { ConnectionSnapshot } from '../datasources/connectionSnapshot.ts';
import { syncStatuses } from '../datasources/syncStatus.ts';
import type { LogEntry } from './recentLog.ts';
import type { Redactor } from './redactor.ts';

/** A name and a value that contains no personal data. */
export type Fact = readonly [name: string, value: string | number | boolean | undefined];

/** The outcome of *Test Connection*. */
export type TestResult =
  | { readonly isReached: true; readonly durationMs: number; readonly transport: string }
  /** `failure`: the kind of the OnnaError, with its status or code. */
  | { readonly isReached: false; readonly failure: string };

/** The data from which diagnostics are made. */
export interface DiagnosticData {
  readonly at: number;
  readonly versions: readonly Fact[];
  readonly settings: readonly Fact[];
  readonly snapshots: readonly ConnectionSnapshot[];
  /** The results by connection id. */
  readonly tests: ReadonlyMap<string, TestResult>;
  readonly log: readonly LogEntry[];
}

/** The files of the diagnostics: their texts by name. */
export type DiagnosticFiles = ReadonlyMap<string, string>;

/** Makes the files. Everything that may be personal goes through the redactor. */
export function diagnosticFiles(data: DiagnosticData, redactor: Redactor): DiagnosticFiles {
  return new Map([
    ['versions.txt', lines([['Collected', new Date(data.at).toISOString()], ...data.versions])],
    ['settings.txt', lines(data.settings)],
    ['accounts.txt', accountsText(data, redactor)],
    ['log.txt', `${data.log.map((entry) => logText(entry, redactor)).join('\n')}\n`],
  ]);
}

/** The files as one text, which the user can read before they are saved. */
export function shownText(files: DiagnosticFiles): string {
  return [...files].map(([name, text]) => `===== ${name} =====\n\n${text}`).join('\n');
}

function lines(facts: readonly Fact[]): string {
  return facts.map(([name, value]) => `${name}: ${String(value ?? 'not set')}\n`).join('');
}

function accountsText({ at, snapshots, tests }: DiagnosticData, redactor: Redactor): string {
  const parts = snapshots.map((snapshot) => accountText(snapshot, tests, at, redactor));
  return [`Accounts: ${snapshots.length}\n`, ...parts].join('\n');
}

function accountText(
  snapshot: ConnectionSnapshot,
  tests: ReadonlyMap<string, TestResult>,
  at: number,
  redactor: Redactor,
): string {
  const { connection, datasources, workspaces, asOf, failure, unreadable, restored } = snapshot;
  const counts = new Map<string, number>();
  let expired = 0;
  for (const { status, credential } of datasources.values()) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (credential === 'expired') expired++;
  }
  const byStatus = [...syncStatuses, 'unknown']
    .filter((status) => counts.has(status))
    .map((status) => `${status} ${counts.get(status) ?? 0}`);
  return lines([
    ['Account', nameOf(connection, redactor)],
    ['Datasources', datasources.size],
    ['By status', byStatus.length === 0 ? 'none' : byStatus.join(', ')],
    ['With expired credentials', expired],
    ['Workspaces', workspaces.size],
    ['Unreadable items', unreadable],
    ['Age of the list', asOf === undefined ? 'never listed' : `${Math.round((at - asOf) / 1000)} s`],
    ['List from disk', restored],
    ['Failure of the last poll', failure?.failure.kind ?? 'none'],
    ['Test Connection', testText(tests.get(connection.id), redactor)],
  ]);
}

function nameOf({ baseUrl, container, account, user }: Connection, redactor: Redactor): string {
  const url = new URL(baseUrl);
  const address = `${url.protocol}//${redactor.server(url.host)}`;
  const names = `${redactor.account(container)}/${redactor.account(account)}`;
  return `${address}/api/${names}, user ${redactor.user(user)}`;
}

function testText(result: TestResult | undefined, redactor: Redactor): string {
  if (!result) return 'not run';
  return result.isReached
    ? `answered in ${result.durationMs} ms, using ${redactor.text(result.transport)}`
    : `failed: ${result.failure}`;
}

function logText(entry: LogEntry, redactor: Redactor): string {
  const { at, level, line, call, what, error } = entry;
  const start = `${new Date(at).toISOString()} ${level}`;
  const frames = error ? redactor.frames(error.frames) : [];
  if (redactor.isNamesAllowed) return [`${start} ${redactor.text(line)}`, ...frames].join('\n');
  const parts = [start];
  if (call)
    parts.push(call.method, redactor.path(call.path), String(call.status ?? '-'), `${call.durationMs} ms`);
  if (what !== undefined) parts.push(redactor.text(what));
  if (error) parts.push(`[${error.name}${error.code === undefined ? '' : ` ${error.code}`}]`);
  return [parts.join(' '), ...frames].join('\n');
}
