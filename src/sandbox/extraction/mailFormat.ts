import { compoundNames } from './compoundFile.ts';
import { extensionOf } from '../store/naming.ts';
import type { SourceFile } from './extraction.ts';

/** Number of bytes at the start of a file in which the headers of a message must begin. */
const headSize = 16_384;

const fieldName = /^[!-9;-~]+[ \t]*:/;
const mailField =
  /^(from|to|cc|subject|date|message-id|received|return-path|delivered-to|reply-to|sender|mime-version|content-type|x-mailer|dkim-signature)[ \t]*:/i;

/** The header lines of a text that begins with the headers of an email. Empty for other texts. */
export function headerLines(bytes: Uint8Array): readonly string[] {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headSize)).toString(
    'latin1',
  );
  const lines = head.replace(/^(\xef\xbb\xbf|\s)+/, '').split(/\r?\n/);
  if (/^(From \S.*|\d+[ \t]*)$/.test(lines[0] ?? '')) lines.shift();
  const end = lines.findIndex((line) => line === '');
  const fields = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !/^[ \t]/.test(line));
  return fields.every((line, index) => fieldName.test(line) || (end < 0 && index === fields.length - 1))
    ? fields
    : [];
}

/**
 * Whether a file is an email. Any field that only emails have is enough for a name or type of emails. A file whose name
 * says nothing, as in a Maildir, needs several.
 */
export function isMail({ name, bytes, contentType }: SourceFile): boolean {
  const isNamed = contentType === 'message/rfc822' || extensionOf(name) === 'emlx';
  if (!isNamed && contentType !== 'application/octet-stream') return false;
  const found = new Set(headerLines(bytes).flatMap((line) => mailField.exec(line)?.[1]?.toLowerCase() ?? []));
  return isNamed ? found.size > 0 : found.size >= 3 && found.has('from');
}

/** Whether a file is a mailbox: messages one after the other, each after a line that begins with `From `. */
export function isMailbox({ name, bytes, contentType }: SourceFile): boolean {
  const isNamed = contentType === 'application/mbox' || extensionOf(name) === 'mbx';
  if (!isNamed && contentType !== 'application/octet-stream') return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headSize)).toString(
    'latin1',
  );
  return /^From \S.*\r?\n[!-9;-~]+[ \t]*:/.test(head);
}

/** Whether a file of the compound format is a message of Outlook. */
export function isOutlookMessage({ bytes, name, contentType }: SourceFile): boolean {
  if (contentType === 'application/vnd.ms-outlook' || extensionOf(name) === 'msg') return true;
  return compoundNames(bytes).has('__properties_version1.0');
}

/** Whether a file contains appointments, tasks or contacts. */
export function isCalendar({ name, contentType }: SourceFile): boolean {
  return /^text\/(calendar|(x-)?vcard)$/.test(contentType) || /^(ics|ifb|vcs|vcf)$/.test(extensionOf(name));
}
