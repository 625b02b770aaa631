import { ReadingFailure } from '../extraction.ts';
import type { Part, Reading, SourceFile } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';
import { documentKindOf, documentReaders } from '../office/documentKind.ts';
import { nameList } from './nameList.ts';
import { ZipFile } from './zipFile.ts';
import { salvagedParts } from './zipSalvage.ts';

/**
 * Yields the members that are files, one at a time.
 * @throws ReadingFailure after the last member, if one could not be read
 */
async function* membersOf(zip: ZipFile): AsyncGenerator<Part> {
  let isDamaged = zip.isDamaged;
  for (const { name, isFolder, isEncrypted, modified, size } of zip.members) {
    if (isFolder) continue;
    const empty = { name, modified, bytes: new Uint8Array() };
    if (isEncrypted) yield { ...empty, exception: 'Encrypted Document' };
    else if (size > extractionLimits.fileBytes) yield { ...empty, exception: 'Large' };
    else {
      let bytes: Uint8Array | undefined;
      try {
        bytes = await zip.bytes(name);
      } catch {
        isDamaged = true;
        yield { ...empty, exception: 'Has Error' };
      }
      if (bytes !== undefined) yield { name, modified, bytes };
    }
  }
  if (isDamaged) throw new ReadingFailure('Has Error');
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
