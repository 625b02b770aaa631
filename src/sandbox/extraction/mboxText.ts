import type { Part, Reading, SourceFile } from './extraction.ts';
import { decodeWords, field, parseHeader } from './mimeHeaders.ts';

/** Number of bytes of a message that are read for its subject. */
const headerSize = 65_536;

/** Maximum number of subjects in the text. */
const maxSubjects = 20_000;

const separator = Buffer.from('From ');

/** The position of each message after its line `From …`. */
function* messages(buffer: Buffer): Generator<{ readonly start: number; readonly end: number }> {
  let start: number | undefined;
  for (let at = buffer.indexOf(separator); at >= 0; at = buffer.indexOf(separator, at + 1)) {
    // The line follows an empty line, and a header follows the line. Some programs leave out the empty line.
    if (at > 0 && buffer[at - 1] !== 0x0a) continue;
    const lineEnd = buffer.indexOf(0x0a, at);
    if (lineEnd < 0) break;
    if (!/^>?[!-9;-~]+[ \t]*:/.test(buffer.toString('latin1', lineEnd + 1, lineEnd + 200))) continue;
    if (start !== undefined) yield { start, end: at };
    start = lineEnd + 1;
  }
  if (start !== undefined) yield { start, end: buffer.length };
}

async function subjectOf(message: Buffer): Promise<string> {
  const end = /\r?\n\r?\n/.exec(message.toString('latin1', 0, headerSize))?.index ?? headerSize;
  return decodeWords(field(await parseHeader(message.subarray(0, end)), 'subject'));
}

/** Removes the mark from lines that would look like the beginning of a message. */
function unmarked(message: Buffer): Buffer {
  return message.includes('\n>From ')
    ? Buffer.from(message.toString('latin1').replaceAll(/^>(>*From )/gm, '$1'), 'latin1')
    : message;
}

async function* partsOf(buffer: Buffer): AsyncGenerator<Part> {
  let index = 0;
  for (const { start, end } of messages(buffer)) {
    index += 1;
    const bytes = unmarked(buffer.subarray(start, end));
    const subject = (await subjectOf(bytes)).slice(0, 100);
    yield {
      name: `${index}${subject === '' ? '' : ` ${subject}`}.eml`,
      bytes,
      contentType: 'message/rfc822',
    };
  }
}

/** Reads a mailbox. Each message is a part, and the text is the subjects. */
export async function readMbox({ bytes }: SourceFile): Promise<Reading> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const subjects: string[] = [];
  for (const { start, end } of messages(buffer)) {
    if (subjects.length >= maxSubjects) break;
    subjects.push(await subjectOf(buffer.subarray(start, end)));
  }
  return { text: subjects.filter((subject) => subject !== '').join('\n'), parts: partsOf(buffer) };
}
