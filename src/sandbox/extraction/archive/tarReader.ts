import { ReadableStream } from 'node:stream/web';
import type { WritableStream } from 'node:stream/web';
import { createTarDecoder } from 'modern-tar';
import type { TarHeader } from 'modern-tar';
import { ReadingFailure } from '../extraction.ts';
import type { Part, Reading, SourceFile } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';
import { nameList } from './nameList.ts';

/** Number of bytes that the decoder gets at once. */
const step = 64 * 1024;

/** The bytes of an archive, piece by piece. */
type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

interface Decoder {
  readonly readable: ReadableStream<{ header: TarHeader; body: ReadableStream<Uint8Array> }>;
  readonly writable: WritableStream<Uint8Array>;
}

interface Member {
  readonly header: TarHeader;
  readonly content: AsyncIterable<Uint8Array>;
  readonly skip: () => Promise<void>;
}

async function* membersOf(tar: Bytes, strict: boolean): AsyncGenerator<Member> {
  // The types of the library are those of browsers. Its streams are Node's.
  const decoder = createTarDecoder({ strict }) as unknown as Decoder;
  for await (const { header, body } of ReadableStream.from(tar).pipeThrough(decoder)) {
    yield { header, content: body, skip: () => body.cancel() };
  }
}

function isFile({ type, name }: TarHeader): boolean {
  return (type === undefined || type === 'file') && !name.endsWith('/');
}

/** Paths often begin with `./`, which says nothing. */
function nameOf({ name }: TarHeader): string {
  return name.replace(/^(?:\.\/)+/, '');
}

async function contentOf({ header, content }: Member): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== header.size) throw new ReadingFailure('Has Error', 'the end of the member is missing');
  return bytes;
}

async function partOf(member: Member): Promise<Part> {
  const { header } = member;
  const part = { name: nameOf(header), modified: header.mtime?.getTime(), bytes: new Uint8Array() };
  if (header.size <= extractionLimits.fileBytes) return { ...part, bytes: await contentOf(member) };
  await member.skip();
  return { ...part, exception: 'Large' };
}

async function* partsOf(source: () => Bytes, damage: ReadingFailure | undefined): AsyncGenerator<Part> {
  for await (const member of membersOf(source(), damage === undefined)) {
    if (isFile(member.header)) yield await partOf(member);
    else await member.skip();
  }
  if (damage !== undefined) throw damage;
}

async function addNames(names: string[], tar: Bytes, strict: boolean): Promise<void> {
  for await (const { header, skip } of membersOf(tar, strict)) {
    const name = nameOf(header);
    if (name !== '' && names.length <= extractionLimits.parts) names.push(name);
    await skip();
  }
}

/**
 * Reads a TAR archive. Links and special files are only listed.
 * @param source Yields the bytes of the archive from their beginning, each time it is called. The archive is read once
 * for its names and once for its contents, so that it need not be in memory.
 */
export async function readTarFrom(source: () => Bytes): Promise<Reading> {
  const names: string[] = [];
  try {
    await addNames(names, source(), true);
    return { text: nameList(names), parts: partsOf(source, undefined) };
  } catch {
    // Without its checks, the library reads as much as it can.
    const readable: string[] = [];
    await addNames(readable, source(), false).catch(() => undefined);
    const damage = new ReadingFailure('Has Error', 'damaged TAR archive');
    return { text: nameList(readable), parts: partsOf(source, damage), note: 'Has Error' };
  }
}

/** Reads a TAR archive that is not compressed. */
export function readTar({ bytes }: SourceFile): Promise<Reading> {
  return readTarFrom(() => slices(bytes));
}
