import msgReader from '@kenjiuno/msgreader';
import type { FieldsData } from '@kenjiuno/msgreader';
import iconv from 'iconv-lite';
import mime from 'mime';
import { decode } from './charset.ts';
import { isSoundCompound } from './compoundFile.ts';
import { expandRtf } from './compressedRtf.ts';
import { ReadingFailure } from './extraction.ts';
import type { Part, Reading, SourceFile } from './extraction.ts';
import { htmlText } from './htmlText.ts';
import { readMail } from './mailText.ts';
import { textCodePage } from './outlookCodePage.ts';
import { readRtf } from './rtfText.ts';
import { htmlCharset } from './statedCharset.ts';

// The package is a CommonJS module, so its class is a property of the default import.
const { default: MsgReader } = msgReader;
type Reader = InstanceType<typeof MsgReader>;

/** Fields that only contacts have. */
const contactFields = [
  ...['companyName', 'departmentName', 'title', 'fileUnder'],
  ...['email1EmailAddress', 'instMsg', 'businessHomePage'],
  ...['businessTelephoneNumber', 'homeTelephoneNumber', 'mobileTelephoneNumber', 'businessFaxNumber'],
  ...['workAddress', 'postalAddress'],
] as const;

function open(bytes: Uint8Array): { readonly reader: Reader; readonly fields: FieldsData } {
  const parse = (ansiEncoding?: string): { reader: Reader; fields: FieldsData } => {
    const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (ansiEncoding !== undefined) reader.parserConfig = { ansiEncoding };
    const fields = reader.getFileData();
    if (fields.error !== undefined) throw new Error(fields.error);
    return { reader, fields };
  };
  const first = parse();
  // Older messages are not in Unicode.
  const encoding = `cp${textCodePage(first.fields)}`;
  return iconv.encodingExists(encoding) ? parse(encoding) : first;
}

async function bodyOf({ body, bodyHtml, html, compressedRtf }: FieldsData): Promise<string> {
  if (body !== undefined && body.trim() !== '') return body;
  if (bodyHtml !== undefined) return htmlText(bodyHtml);
  if (html !== undefined) {
    const decoding = await decode(html, htmlCharset(html));
    return decoding.kind === 'text' ? htmlText(decoding.text) : '';
  }
  if (compressedRtf === undefined) return '';
  return readRtf({ bytes: expandRtf(compressedRtf), name: '', contentType: '' }).text;
}

/** Joins a name and an address, if they differ. Internal addresses of Exchange are left out: nobody searches for them. */
function person(name = '', address = ''): string {
  const shown = /^\/o=/i.test(address) || address.toLowerCase() === name.toLowerCase() ? '' : address;
  return `${name} ${shown}`.trim();
}

function peopleOf({ senderName, senderSmtpAddress, senderEmail, recipients = [] }: FieldsData): string {
  return [
    person(senderName, senderSmtpAddress ?? senderEmail),
    ...recipients.map(({ name, smtpAddress, email }) => person(name, smtpAddress ?? email)),
  ]
    .filter((one) => one !== '')
    .join('\n');
}

function contactText(fields: FieldsData): string {
  if (fields.messageClass?.startsWith('IPM.Contact') !== true) return '';
  const values = contactFields.map((name) => fields[name]?.trim() ?? '');
  return [...new Set(values)].filter((value) => value !== '').join('\n');
}

function nameOf(attachment: FieldsData, index: number): string {
  const name = attachment.fileName ?? attachment.fileNameShort ?? attachment.name ?? '';
  const extension = attachment.innerMsgContent === true && !/\.msg$/i.test(name) ? '.msg' : '';
  if (name !== '') return `${name}${extension}`;
  const stated = mime.getExtension(attachment.attachMimeTag ?? '');
  return `attachment-${index + 1}${extension !== '' || stated === null ? extension : `.${stated}`}`;
}

function* partsOf(reader: Reader, attachments: readonly FieldsData[]): Generator<Part> {
  for (const [index, attachment] of attachments.entries())
    yield {
      name: nameOf(attachment, index),
      bytes: reader.getAttachment(attachment).content,
      contentType: attachment.attachMimeTag,
    };
}

/** Reads the only attachment of a message that is signed or encrypted. Undefined for other messages. */
async function readProtected(reader: Reader, fields: FieldsData): Promise<Reading | undefined> {
  const [attachment, ...others] = fields.attachments ?? [];
  if (!/^IPM\.Note\.SMIME/i.test(fields.messageClass ?? '') || !attachment || others.length > 0)
    return undefined;
  const { content } = reader.getAttachment(attachment);
  // The attachment is a whole email, or only the encrypted or signed content of one.
  const isEmail = /^\s*[\w-]+:/.test(Buffer.from(content.subarray(0, 200)).toString('latin1'));
  const head = isEmail
    ? ''
    : 'Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n';
  return readMail({ bytes: Buffer.concat([Buffer.from(head), content]), name: '', contentType: '' });
}

/**
 * Reads a message, appointment, contact or note of Outlook (`.msg`): its subject, people, body and the names of its
 * attachments, which are its parts.
 */
export async function readOutlookMessage({ bytes }: SourceFile): Promise<Reading> {
  if (!isSoundCompound(bytes)) throw new ReadingFailure('Has Error');
  const { reader, fields } = open(bytes);
  const { attachments = [] } = fields;
  const inner = await readProtected(reader, fields);
  const body = await bodyOf(fields);
  const lines = [
    fields.subject ?? '',
    peopleOf(fields),
    fields.apptLocation ?? '',
    contactText(fields),
    // The content of a signed message has the body once more, and the names of the real attachments.
    inner === undefined || inner.text === '' ? body : inner.text,
    inner === undefined ? attachments.map(nameOf).join('\n') : '',
  ];
  const parts = inner === undefined ? partsOf(reader, attachments) : inner.parts;
  return {
    text: lines.filter((line) => line.trim() !== '').join('\n\n'),
    ...(parts !== undefined && { parts }),
    ...(inner?.note !== undefined && { note: inner.note }),
  };
}
