import { ReadingFailure } from '../extraction.ts';
import type { Part, Reading, SourceFile } from '../extraction.ts';
import { documentKindOf, documentReaders } from '../office/documentKind.ts';
import { nameList } from './nameList.ts';
import { ZipFile } from './zipFile.ts';
import { zipParts } from './zipParts.ts';
import { salvagedParts } from './zipSalvage.ts';

/** @throws ReadingFailure after the last member, if the archive is damaged */
async function* membersOf(zip: ZipFile): AsyncGenerator<Part> {
  yield* zipParts(zip, zip.members);
  if (zip.isDamaged) throw new ReadingFailure('Has Error');
}

function readDamaged(bytes: Uint8Array): Reading {
  const names = Array.from(salvagedParts(bytes), ({ name }) => name);
  return { text: nameList(names), parts: salvagedParts(bytes), note: 'Has Error' };
}

/** Reads a document that is a ZIP file, such as a Word file. Reads any other ZIP file as an archive. */
export async function readZip(file: SourceFile): Promise<Reading> {
  let zip: ZipFile;
  try {
    zip = await ZipFile.open(file.bytes);
  } catch {
    return readDamaged(file.bytes);
  }
  const kind = await documentKindOf(zip);
  if (kind !== undefined) return (await documentReaders[kind]())(zip);
  const { members } = zip;
  const isEncrypted = members.some((member) => member.isEncrypted);
  return {
    text: nameList(members.map(({ name }) => name)),
    parts: membersOf(zip),
    ...(isEncrypted ? { note: 'Encrypted Document' as const } : {}),
  };
}
