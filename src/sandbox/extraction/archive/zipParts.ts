import { ReadingFailure } from '../extraction.ts';
import type { Part } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';
import type { ZipFile, ZipMember } from './zipFile.ts';

/**
 * Yields members of a ZIP file as parts, one at a time, without its folders.
 * @throws ReadingFailure after the last member, if one could not be read
 */
export async function* zipParts(
  zip: ZipFile,
  members: readonly ZipMember[],
  nameOf = (member: ZipMember): string => member.name,
): AsyncGenerator<Part> {
  let isDamaged = false;
  for (const member of members) {
    const { isFolder, isEncrypted, modified, size } = member;
    if (isFolder) continue;
    const empty = { name: nameOf(member), modified, bytes: new Uint8Array() };
    if (isEncrypted) yield { ...empty, exception: 'Encrypted Document' };
    else if (size > extractionLimits.fileBytes) yield { ...empty, exception: 'Large' };
    else {
      let bytes: Uint8Array | undefined;
      try {
        bytes = await zip.bytes(member.name);
      } catch {
        isDamaged = true;
        yield { ...empty, exception: 'Has Error' };
      }
      if (bytes !== undefined) yield { ...empty, bytes };
    }
  }
  if (isDamaged) throw new ReadingFailure('Has Error');
}
