import * as vscode from 'vscode';
import type { LogCursor, LogOwner, LogReader } from '../../model/history/logReader.ts';
import type { LogItem, LogName } from '../../onna/wire/logs.ts';
import { displayText } from '../../shared/displayText.ts';

/** Maximum entries in a document. */
const maxItems = 5_000;
/** Maximum length of the words of an entry, in UTF-16 units. */
const maxLine = 2_000;

/** An entry as one line: time in UTC, result, event, file and what else is known. */
function lineOf({ at, outcome, action, place, file, error, message, status, user }: LogItem): string {
  const time = at === undefined ? '-'.padEnd(24) : new Date(at).toISOString();
  const about = [place ?? file, status, error, message, user].filter(
    (part) => part !== undefined && part !== '',
  );
  const words = displayText(`${action} ${about.join(' · ')}`, maxLine);
  return `${time} ${outcome.padEnd(7)} ${words}`.trimEnd();
}

/**
 * A log as text, newest first.
 * @throws OnnaError
 */
export async function logText(
  reader: LogReader,
  owner: LogOwner,
  log: LogName,
  signal: AbortSignal,
): Promise<string> {
  const lines: string[] = [];
  let cursor: LogCursor | undefined;
  let hasFound: boolean;
  do {
    const { items, cursor: next } = await reader.read(owner, { log, errorsOnly: false }, cursor, signal);
    for (const item of items) lines.push(lineOf(item));
    cursor = next;
    hasFound = items.length > 0;
    // After several requests without a readable entry, the rest is probably not readable either.
  } while (cursor !== undefined && hasFound && lines.length < maxItems);
  if (lines.length === 0) return vscode.l10n.t('The log has no entries.');
  if (cursor !== undefined || lines.length > maxItems)
    lines.splice(maxItems, Infinity, vscode.l10n.t('Older entries are not shown.'));
  return `${lines.join('\n')}\n`;
}
