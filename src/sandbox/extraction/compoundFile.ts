import { ReadingFailure } from './extraction.ts';
import type { Reading, SourceFile } from './extraction.ts';

/** Number of bytes of an entry of the directory. */
const entrySize = 128;

/** Values of a sector number from this one on are no sectors. */
const firstSpecialSector = 0xfffffffa;

/**
 * Returns the names of the streams and storages in an OLE compound file, the container of old Office documents, without
 * reading them. A damaged file has fewer names.
 */
export function compoundNames(bytes: Uint8Array): ReadonlySet<string> {
  const names = new Set<string>();
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 512) return names;
  const sectorSize = file.readUInt16LE(30) === 12 ? 4_096 : 512;
  const start = (sector: number): number => (sector + 1) * sectorSize;
  // The table of sectors says which sector follows which. Its first 109 parts are listed in the header.
  const nextOf = (sector: number): number => {
    const perPart = sectorSize / 4;
    const part = Math.floor(sector / perPart);
    if (part >= 109) return firstSpecialSector;
    const at = start(file.readUInt32LE(76 + part * 4)) + (sector % perPart) * 4;
    return at + 4 <= file.length ? file.readUInt32LE(at) : firstSpecialSector;
  };
  const seen = new Set<number>();
  for (
    let sector = file.readUInt32LE(48);
    sector < firstSpecialSector && !seen.has(sector);
    sector = nextOf(sector)
  ) {
    seen.add(sector);
    const end = Math.min(start(sector) + sectorSize, file.length);
    for (let at = start(sector); at + entrySize <= end; at += entrySize) {
      const length = file.readUInt16LE(at + 64);
      if (length >= 2 && length <= 64) names.add(file.toString('utf16le', at, at + length - 2));
    }
  }
  return names;
}

/**
 * Reads an OLE compound file. An Office document that needs a password is one. No reader opens the old formats `.doc`,
 * `.xls` and `.ppt`.
 * @throws ReadingFailure always
 */
export function readCompound({ bytes }: SourceFile): Reading {
  const names = compoundNames(bytes);
  if (names.has('EncryptedPackage') || names.has('EncryptedSummary'))
    throw new ReadingFailure('Encrypted Document');
  throw new ReadingFailure('Unsupported Format');
}
