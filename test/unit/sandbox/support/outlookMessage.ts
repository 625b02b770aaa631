import burner from '@kenjiuno/msgreader/lib/Burner.js';
import type { Entry } from '@kenjiuno/msgreader/lib/Burner.js';
import reader from '@kenjiuno/msgreader/lib/Reader.js';

// The package is a CommonJS module.
const { TypeEnum } = reader;

/** Tags of properties (MS-OXPROPS), with their type: 001E text in a code page, 001F Unicode, 0102 binary, 0003 number. */
export const tags = {
  messageClass: '001A001F',
  subject: '0037001F',
  subjectInCodePage: '0037001E',
  senderName: '0C1A001F',
  senderEmail: '0C1F001F',
  body: '1000001F',
  compressedRtf: '10090102',
  html: '10130102',
  displayName: '3001001F',
  emailAddress: '3003001F',
  attachment: '37010102',
  fileName: '3707001F',
  mimeTag: '370E001F',
  company: '3A16001F',
  internetCodePage: '3FDE0003',
  locale: '3FF10003',
} as const;

type Properties = Partial<Readonly<Record<keyof typeof tags, string | number | Uint8Array>>>;

/** A message for tests. */
interface OutlookMessage extends Properties {
  readonly recipients?: readonly Properties[];
  readonly attachments?: readonly Properties[];
}

function streamEntry(name: string, bytes: Uint8Array): Entry {
  // The library ignores the offset of an array in its buffer.
  const content = new Uint8Array(bytes);
  return { name, type: TypeEnum.DOCUMENT, length: content.length, binaryProvider: () => content };
}

/** The entries of a storage: a stream for each value, and one with all numbers. */
function propertyEntries(properties: Properties, headerSize: number): Entry[] {
  const numbers: Buffer[] = [Buffer.alloc(headerSize)];
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(properties) as [
    keyof typeof tags,
    string | number | Uint8Array,
  ][]) {
    const tag = tags[name];
    if (typeof value === 'number') {
      const property = Buffer.alloc(16);
      property.writeUInt32LE(Number.parseInt(tag, 16), 0);
      property.writeUInt32LE(value, 8);
      numbers.push(property);
    } else {
      const content = typeof value === 'string' ? Buffer.from(value, 'utf16le') : value;
      entries.push(streamEntry(`__substg1.0_${tag}`, content));
    }
  }
  return [...entries, streamEntry('__properties_version1.0', Buffer.concat(numbers))];
}

/** Makes a message of Outlook (MS-OXMSG). */
export function outlookMessage({
  recipients = [],
  attachments = [],
  ...properties
}: OutlookMessage): Uint8Array {
  const entries: Entry[] = [{ name: 'Root Entry', type: TypeEnum.ROOT, length: 0, children: [] }];
  const add = (parent: number, entry: Entry): number => {
    entries[parent]?.children?.push(entries.length);
    return entries.push(entry) - 1;
  };
  for (const entry of propertyEntries(properties, 32)) add(0, entry);
  const folders = [
    ...recipients.map(
      (one, index) => [`__recip_version1.0_#${index.toString(16).padStart(8, '0')}`, one] as const,
    ),
    ...attachments.map(
      (one, index) => [`__attach_version1.0_#${index.toString(16).padStart(8, '0')}`, one] as const,
    ),
  ];
  for (const [name, values] of folders) {
    const folder = add(0, { name, type: TypeEnum.DIRECTORY, length: 0, children: [] });
    for (const entry of propertyEntries(values, 8)) add(folder, entry);
  }
  return burner.burn(entries);
}
