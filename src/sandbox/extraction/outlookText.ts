import msgReader from '@kenjiuno/msgreader';
import type { FieldsData } from '@kenjiuno/msgreader';
import iconv from 'iconv-lite';
import { decode } from './charset.ts';
import type { Part, Reading, SourceFile } from './extraction.ts';
import { htmlText } from './htmlText.ts';
import { htmlCharset } from './statedCharset.ts';

// The package is a CommonJS module, so its class is a property of the default import.
const { default: MsgReader } = msgReader;
type Reader = InstanceType<typeof MsgReader>;

function open(bytes: Uint8Array): { readonly reader: Reader; readonly fields: FieldsData } {
  const parse = (ansiEncoding?: string): { reader: Reader; fields: FieldsData } => {
    const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (ansiEncoding !== undefined) reader.parserConfig = { ansiEncoding };
    const fields = reader.getFileData();
    if (fields.error !== undefined) throw new Error(fields.error);
    return { reader, fields };
  };
  const first = parse();
  // Older messages have texts in a code page that the message itself names.
  const encoding = `cp${first.fields.messageCodepage ?? first.fields.internetCodepage ?? 1252}`;
  return iconv.encodingExists(encoding) ? parse(encoding) : first;
}

async function bodyOf(fields: FieldsData): Promise<string> {
  if (fields.body !== undefined && fields.body.trim() !== '') return fields.body;
  if (fields.bodyHtml !== undefined) return htmlText(fields.bodyHtml);
  if (fields.html === undefined) return '';
  const decoding = await decode(fields.html, htmlCharset(fields.html));
  return decoding.kind === 'text' ? htmlText(decoding.text) : '';
}

function nameOf(attachment: FieldsData, index: number): string {
  const name = attachment.fileName ?? attachment.fileNameShort ?? attachment.name ?? '';
  const extension = attachment.innerMsgContent === true && !/\.msg$/i.test(name) ? '.msg' : '';
  return name === '' ? `attachment-${index + 1}${extension}` : `${name}${extension}`;
}

function* partsOf(reader: Reader, attachments: readonly FieldsData[]): Generator<Part> {
  for (const [index, attachment] of attachments.entries())
    yield { name: nameOf(attachment, index), bytes: reader.getAttachment(attachment).content };
}

/** Reads a message of Outlook (`.msg`): its subject, people, body and the names of its attachments, which are its parts. */
export async function readOutlookMessage({ bytes }: SourceFile): Promise<Reading> {
  const { reader, fields } = open(bytes);
  const { attachments = [], recipients = [] } = fields;
  const people = [fields.senderName, fields.senderSmtpAddress ?? fields.senderEmail];
  for (const one of recipients) people.push(one.name, one.smtpAddress ?? one.email);
  const lines = [
    fields.subject ?? '',
    people.filter((part) => part !== undefined && part !== '').join(' '),
    fields.apptLocation ?? '',
    await bodyOf(fields),
    attachments.map(nameOf).join('\n'),
  ];
  return {
    text: lines.filter((line) => line.trim() !== '').join('\n\n'),
    parts: partsOf(reader, attachments),
  };
}
