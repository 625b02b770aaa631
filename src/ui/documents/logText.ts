import * as vscode from 'vscode';
import type { LogCursor, LogOwner, LogReader } from '../../model/history/logReader.ts';
import type { LogItem, LogName } from '../../onna/wire/logs.ts';
import { displayText } from '../../shared/displayText.ts';

/** Maximum number of log entries in a document. */
const maxItems = 5_000;
/** Maximum length of one entry, in UTF-16 units. */
const maxLine = 2_000;

/** An entry as one line: the time in UTC, the result, the event, the file and all other known values. */
function lineOf({ at, outcome, action, place, file, error, message, status, user }: LogItem): string {
  const time = at === undefined ? '-'.padEnd(24) : new Date(at).toISOString();
  const about = [place ?? file, status, error, message, user].filter(
    (part) => part !== undefined && part !== '',
  );
  return displayText(`${time} ${outcome.padEnd(7)} ${action} ${about.join(' · ')}`, maxLine);
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
  do {
    const part = await reader.read(owner, { log, errorsOnly: false }, cursor, signal);
    for (const item of part.items) lines.push(lineOf(item));
    cursor = part.cursor;
  } while (cursor !== undefined && lines.length < maxItems);
  if (lines.length === 0) return vscode.l10n.t('The log has no entries.');
  if (cursor !== undefined || lines.length > maxItems)
    lines.splice(maxItems, Infinity, vscode.l10n.t('Older entries are not shown.'));
  return `${lines.join('\n')}\n`;
}
