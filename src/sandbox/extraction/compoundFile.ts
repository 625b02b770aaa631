import { ReadingFailure } from './extraction.ts';
import type { Reading, SourceFile } from './extraction.ts';

/** Number of bytes of an entry of the directory. */
const entrySize = 128;

/** The number of an entry that does not exist. */
const noEntry = 0xffffffff;

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

/** Follows a chain of sectors to its end or out of the table. @returns Its sectors. Undefined if it goes in a circle. */
function chainOf(start: number, table: readonly number[]): readonly number[] | undefined {
  const chain: number[] = [];
  for (let sector = start; sector < table.length; sector = table[sector] ?? firstSpecialSector) {
    if (chain.length >= table.length) return undefined;
    chain.push(sector);
  }
  return chain;
}

/**
 * Whether the directory of an OLE compound file is a tree and all chains of sectors end. A reader that follows a chain
 * in a circle stops only at its limits of memory and time, which takes seconds.
 */
export function isSoundCompound(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shift = file.length < 512 ? 0 : file.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return false;
  const size = 2 ** shift;
  const numbersIn = (sector: number): number[] => {
    const start = (sector + 1) * size;
    const count = Math.max(0, Math.floor((Math.min(start + size, file.length) - start) / 4));
    return Array.from({ length: count }, (_, index) => file.readUInt32LE(start + index * 4));
  };
  const sectors = Math.ceil(file.length / size);
  // The parts of the table of sectors are listed in the header, and in sectors that each name the next one.
  const parts = Array.from({ length: 109 }, (_, index) => file.readUInt32LE(76 + index * 4));
  let more = file.readUInt32LE(68);
  for (let read = 0; more < firstSpecialSector; read++) {
    if (read >= sectors) return false;
    const listed = numbersIn(more);
    more = listed.pop() ?? firstSpecialSector;
    parts.push(...listed);
  }
  const used = parts.filter((part) => part < firstSpecialSector);
  if (new Set(used).size < used.length) return false;
  const table = used.flatMap(numbersIn);
  const small = chainOf(file.readUInt32LE(60), table)?.flatMap(numbersIn);
  const directory = chainOf(file.readUInt32LE(48), table);
  if (!small || !directory) return false;
  const entries = directory.flatMap((sector) =>
    Array.from({ length: size / entrySize }, (_, index) => (sector + 1) * size + index * entrySize),
  );
  const maxSmall = file.readUInt32LE(56);
  const waiting = [0];
  for (const seen = new Set<number>(); waiting.length > 0;) {
    const index = waiting.pop() ?? 0;
    const at = entries[index];
    if (seen.has(index)) return false;
    seen.add(index);
    if (at === undefined || at + entrySize > file.length) continue;
    // The numbers of the entries before and after this one, and of the first entry in it.
    for (const offset of [68, 72, 76]) {
      const other = file.readUInt32LE(at + offset);
      if (other !== noEntry) waiting.push(other);
    }
    const isSmall = index > 0 && file.readUInt32LE(at + 120) < maxSmall;
    if (!chainOf(file.readUInt32LE(at + 116), isSmall ? small : table)) return false;
  }
  return true;
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
