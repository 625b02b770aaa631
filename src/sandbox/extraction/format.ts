import { extensionOf } from '../store/naming.ts';
import { binaryFormatOf } from './binaryFormat.ts';
import type { BinaryFormat } from './binaryFormat.ts';
import type { SourceFile } from './extraction.ts';
import { isCalendar, isMail, isMailbox, isOutlookMessage } from './mailFormat.ts';

type TextFormat = 'html' | 'notebook' | 'plain' | 'xml';

/** The formats that have a reader. */
export type Format =
  Exclude<BinaryFormat, 'media'> | TextFormat | 'calendar' | 'mail' | 'mailbox' | 'outlook';

const htmlTypes = new Set(['text/html', 'application/xhtml+xml']);

/** Formats of texts, by their first characters. They matter if the name says nothing. */
const beginnings: readonly (readonly [TextFormat, RegExp])[] = [
  ['html', /^\s*(<!doctype html|<html[\s>])/i],
  ['xml', /^\s*<\?xml\s/],
];

function textFormatOf({ name, bytes, contentType }: SourceFile): TextFormat {
  if (htmlTypes.has(contentType)) return 'html';
  if (/(\/|\+)xml$/.test(contentType)) return 'xml';
  if (extensionOf(name) === 'ipynb') return 'notebook';
  if (contentType !== 'application/octet-stream') return 'plain';
  const head = Buffer.from(bytes.subarray(0, 1_024))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  return beginnings.find(([, beginning]) => beginning.test(head))?.[0] ?? 'plain';
}

/**
 * The format of a file. Files of unknown formats are read as plain text, if their content is a text. Returns undefined
 * for formats that have no text.
 */
export function formatOf(file: SourceFile): Format | undefined {
  const binary = binaryFormatOf(file);
  if (binary === 'compound' && isOutlookMessage(file)) return 'outlook';
  if (binary !== undefined) return binary === 'media' ? undefined : binary;
  if (isCalendar(file)) return 'calendar';
  if (isMailbox(file)) return 'mailbox';
  return isMail(file) ? 'mail' : textFormatOf(file);
}
