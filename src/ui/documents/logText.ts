import * as vscode from 'vscode';
import type { LogCursor, LogOwner, LogReader } from '../../model/history/logReader.ts';
import type { LogItem, LogName } from '../../onna/wire/logs.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { displayText } from '../../shared/displayText.ts';
import { describeError } from '../text/errorText.ts';

/** Maximum number of log entries in a document. */
const maxItems = 5_000;
/**
 * Maximum number of parts of a log in a document. If the service sends short pages, each part takes several
 * requests.
 */
const maxParts = 25;
/** Maximum length of the text after the time and the result, in UTF-16 units. */
const maxLine = 2_000;

/**
 * Formats an entry as one line: the time in UTC, the result, the event, the file and all other known values.
 */
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
 * @throws OnnaError if the newest entries can't be read
 */
export async function logText(
  reader: LogReader,
  owner: LogOwner,
  log: LogName,
  signal: AbortSignal,
): Promise<string> {
  const lines: string[] = [];
  let cursor: LogCursor | undefined;
  let parts = 0;
  do {
    parts++;
    try {
      const part = await reader.read(owner, { log, errorsOnly: false }, cursor, signal);
      for (const item of part.items) lines.push(lineOf(item));
      cursor = part.cursor;
    } catch (error) {
      if (lines.length === 0 || !isOnnaError(error) || isOnnaError(error, 'cancelled')) throw error;
      const why = describeError(error, 'logDocument');
      return textOf([...lines, vscode.l10n.t('Older entries could not be loaded. {0}', why)]);
    }
  } while (cursor !== undefined && lines.length < maxItems && parts < maxParts);
  if (lines.length === 0) return vscode.l10n.t('The log has no entries.');
  if (cursor !== undefined || lines.length > maxItems)
    lines.splice(maxItems, Infinity, vscode.l10n.t('Older entries are not shown.'));
  return textOf(lines);
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
