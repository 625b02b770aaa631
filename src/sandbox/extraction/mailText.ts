import mime from 'mime';
import { calendarText } from './calendarText.ts';
import { decode } from './charset.ts';
import { decodeStrictly, encodingOf } from './encodings.ts';
import type { Decoding } from './charset.ts';
import type { ExceptionName, Part, Reading, SourceFile } from './extraction.ts';
import { htmlText } from './htmlText.ts';
import { parseMime } from './mime.ts';
import type { MimeEntity } from './mime.ts';
import { decodeWords, field } from './mimeHeaders.ts';
import { isEncryptedCms, signedContent } from './signedMail.ts';
import { htmlCharset } from './statedCharset.ts';

/** Fields of the header that are part of the text. */
const shownFields = ['subject', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'keywords', 'comments'];

/** Texts that belong to a bounced message. */
const reports = new Set([
  'message/delivery-status',
  'message/disposition-notification',
  'message/feedback-report',
  'text/rfc822-headers',
]);

const signatures = /^application\/(x-)?(pkcs7|pgp)-signature$/;
const encryptedText = /^-----BEGIN PGP MESSAGE-----/m;

/** The texts and attachments that were found in a message so far. */
interface Found {
  readonly texts: string[];
  readonly attachments: MimeEntity[];
  note: ExceptionName | undefined;
}

function isAttachment({ type, disposition, fileName }: MimeEntity): boolean {
  if (reports.has(type.value)) return false;
  if (disposition === 'attachment') return true;
  if (!/^text\/|^multipart\//.test(type.value) || /^text\/(css|javascript|csv|x-amp-html)$/.test(type.value))
    return true;
  return fileName !== '' && type.value !== 'text/calendar';
}

/** Decodes the text of a part. Returns undefined if it is not a text. */
async function textOf(entity: MimeEntity, found: Found): Promise<string | undefined> {
  const { value, parameters } = entity.type;
  const bytes = entity.content();
  const stated = parameters.get('charset') ?? (value === 'text/html' ? htmlCharset(bytes) : undefined);
  // Unlike a statement in the text itself, one beside it can be UTF-16.
  const wide = /^utf-?(16|32)/i.test(stated ?? '')
    ? decodeStrictly(bytes, encodingOf(stated ?? '') ?? '')
    : undefined;
  const decoding: Decoding =
    wide === undefined ? await decode(bytes, stated) : { kind: 'text', text: wide, isDamaged: false };
  if (decoding.kind === 'binary') return bytes.length === 0 ? '' : undefined;
  if (decoding.kind === 'unknown' || decoding.isDamaged) found.note ??= 'Partly Unknown Encoding';
  if (decoding.kind === 'unknown') return '';
  if (encryptedText.test(decoding.text)) {
    found.note = 'Encrypted Document';
    return decoding.text.replaceAll(
      /^-----BEGIN PGP MESSAGE-----.*?(?:^-----END PGP MESSAGE-----|$(?![^]))/gms,
      '',
    );
  }
  if (value === 'text/html') return htmlText(decoding.text);
  return value === 'text/calendar' ? calendarText(decoding.text) : decoding.text;
}

function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

/** Reads the alternatives of one text. The plain one is used, unless it is empty or only refers to the HTML. */
async function readAlternatives(children: readonly MimeEntity[], found: Found): Promise<void> {
  const read = await Promise.all(
    children.map(async (child) => {
      const inner: Found = { texts: [], attachments: [], note: undefined };
      await readEntity(child, inner);
      return {
        isPlain: child.type.value === 'text/plain',
        isCalendar: child.type.value === 'text/calendar',
        inner,
      };
    }),
  );
  const texts = read
    .filter(({ isCalendar }) => !isCalendar)
    .map(({ isPlain, inner }) => ({ isPlain, text: inner.texts.join('\n\n') }));
  const richest = texts.reduce((a, b) => (wordCount(b.text) > wordCount(a.text) ? b : a), {
    isPlain: false,
    text: '',
  });
  const plain = texts.find(({ isPlain }) => isPlain);
  const isEnough = plain !== undefined && wordCount(plain.text) * 3 >= wordCount(richest.text);
  found.texts.push((isEnough ? plain : richest).text);
  for (const { inner, isCalendar } of read) {
    if (isCalendar) found.texts.push(...inner.texts);
    found.attachments.push(...inner.attachments);
    found.note ??= inner.note;
  }
}

async function readEntity(entity: MimeEntity, found: Found): Promise<void> {
  const { value } = entity.type;
  if (value === 'multipart/encrypted') {
    found.note = 'Encrypted Document';
    return;
  }
  if (/^application\/(x-)?pkcs7-mime$/.test(value)) {
    const content = entity.content();
    const signed = signedContent(content);
    if (signed !== undefined) await readEntity(await parseMime(signed), found);
    else if (isEncryptedCms(content) || /enveloped/i.test(entity.type.parameters.get('smime-type') ?? ''))
      found.note = 'Encrypted Document';
    else found.attachments.push(entity);
    return;
  }
  if (signatures.test(value)) return;
  if (value === 'multipart/alternative') return readAlternatives(entity.children, found);
  if (entity.children.length > 0) {
    for (const child of entity.children) await readEntity(child, found);
    return;
  }
  const text = isAttachment(entity) ? undefined : await textOf(entity, found);
  if (text === undefined) found.attachments.push(entity);
  else found.texts.push(text);
}

async function nameOf(entity: MimeEntity, index: number): Promise<string> {
  if (entity.fileName !== '') return entity.fileName;
  if (entity.type.value === 'message/rfc822') {
    const { header } = await parseMime(entity.content());
    const subject = decodeWords(field(header, 'subject')).slice(0, 100);
    return `${subject === '' ? `message-${index + 1}` : subject}.eml`;
  }
  return `attachment-${index + 1}.${mime.getExtension(entity.type.value) ?? 'bin'}`;
}

function* partsOf(attachments: readonly MimeEntity[], names: readonly string[]): Generator<Part> {
  for (const [index, entity] of attachments.entries())
    yield { name: names[index] ?? '', bytes: entity.content(), contentType: entity.type.value };
}

/** The message in a file of Apple Mail, which begins with the length of the message. */
function messageBytes(bytes: Uint8Array): Uint8Array {
  const [length, digits] =
    /^(\d+)[ \t]*\r?\n/.exec(Buffer.from(bytes.subarray(0, 20)).toString('latin1')) ?? [];
  if (length === undefined) return bytes;
  return bytes.subarray(length.length, length.length + Number(digits));
}

/** Reads the header, the body and the names of the attachments of an email. The attachments are its parts. */
export async function readMail({ bytes }: SourceFile): Promise<Reading> {
  const root = await parseMime(messageBytes(bytes));
  const found: Found = { texts: [], attachments: [], note: undefined };
  await readEntity(root, found);
  const names: string[] = [];
  for (const [index, entity] of found.attachments.entries()) names.push(await nameOf(entity, index));
  const shown = shownFields.flatMap((name) =>
    root.header.filter(([key]) => key === name).map(([, value]) => decodeWords(value)),
  );
  const text = [shown.join('\n'), ...found.texts, names.join('\n')]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
  return {
    text,
    parts: partsOf(found.attachments, names),
    ...(found.note !== undefined && { note: found.note }),
  };
}
