import { extensionOf } from '../store/naming.ts';
import { isJson, unescapeJson, unescapeUnicode } from './jsonText.ts';

/* eslint-disable no-control-regex -- these are control characters */

/** Escape sequences of terminals: colors, cursor movements, and window titles up to their end. */
const terminalSequences =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]/g;

/** A character that is printed over the one before it, as in formatted manual pages. */
const overprinted = /[^\n\x08]\x08/g;

function visibleText(text: string): string {
  if (!/[\x1b\x08]/.test(text)) return text;
  return text.replaceAll(terminalSequences, '').replaceAll(overprinted, '');
}

/* eslint-enable no-control-regex */

/**
 * The text of a plain-text file as a person reads it: with the escapes of JSON decoded, and without the control
 * sequences of terminals. Its name does not matter, except for `.properties`.
 */
export function shownText(text: string, name: string): string {
  if (extensionOf(name) === 'properties') return unescapeUnicode(text);
  return isJson(text) ? unescapeJson(text) : visibleText(text);
}
