import { crc32 } from 'node:zlib';
import { fromBufferPromise, getFileNameLowLevel } from 'yauzl';
import type { Entry, ZipFile as Source } from 'yauzl';
import { ReadingFailure } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';

/** A file or folder in a ZIP file. */
export interface ZipMember {
  /** Path with slashes. Untrusted. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly isEncrypted: boolean;
  /** Modification date in ms since 1970. ZIP dates have no time zone: the one of this computer is assumed. */
  readonly modified: number | undefined;
  /** Size after expansion, as the archive states it. The library rejects content with another size. */
  readonly size: number;
}

interface Member extends ZipMember {
  readonly entry: Entry;
}

function memberOf(entry: Entry): Member {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize } = entry;
  // The library can decode names on its own, but then rejects the whole archive if a name contains `..`.
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  const modified = entry.getLastModDate().getTime();
  return {
    name,
    isFolder: name.endsWith('/'),
    isEncrypted: entry.isEncrypted(),
    modified: Number.isFinite(modified) ? modified : undefined,
    size: uncompressedSize,
    entry,
  };
}

/** The members of a ZIP file, from its central directory. Contents are expanded when they are read. */
export class ZipFile {
  readonly #source: Source;
  readonly #members: ReadonlyMap<string, Member>;
  /** Whether the central directory could be read only in part. */
  readonly isDamaged: boolean;

  private constructor(source: Source, members: ReadonlyMap<string, Member>, isDamaged: boolean) {
    this.#source = source;
    this.#members = members;
    this.isDamaged = isDamaged;
  }

  /** @throws Error if the central directory is missing, for example because the end of the file is missing */
  static async open(bytes: Uint8Array): Promise<ZipFile> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const source = await fromBufferPromise(buffer, { decodeStrings: false });
    const members = new Map<string, Member>();
    try {
      for await (const entry of source.eachEntry()) {
        const member = memberOf(entry);
        // If two members have the same name, the last one counts, as it does for programs that extract ZIP files.
        members.set(member.name, member);
        if (members.size > extractionLimits.parts) break;
      }
      return new ZipFile(source, members, false);
    } catch (error) {
      if (members.size === 0) throw error;
      return new ZipFile(source, members, true);
    }
  }

  get members(): readonly ZipMember[] {
    return [...this.#members.values()];
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /**
   * Expands a member piece by piece. Yields nothing if the member does not exist.
   * @throws ReadingFailure if the member is encrypted, Error if it is damaged or uses an unknown compression
   */
  async *chunks(name: string): AsyncGenerator<Uint8Array> {
    const member = this.#members.get(name);
    if (member === undefined) return;
    if (member.isEncrypted) throw new ReadingFailure('Encrypted Document');
    let sum = 0;
    for await (const chunk of await this.#source.openReadStreamPromise(member.entry)) {
      const bytes = chunk as Uint8Array;
      sum = crc32(bytes, sum);
      yield bytes;
    }
    if (sum !== member.entry.crc32) throw new ReadingFailure('Has Error', `wrong checksum of ${name}`);
  }

  /**
   * Expands a whole member.
   * @param maxBytes Maximum size of the result
   * @throws ReadingFailure `Large` if the member is larger, and the errors of {@link ZipFile.chunks}
   */
  async bytes(name: string, maxBytes = extractionLimits.fileBytes): Promise<Uint8Array | undefined> {
    const member = this.#members.get(name);
    if (member === undefined) return undefined;
    if (member.size > maxBytes) throw new ReadingFailure('Large');
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks(name)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}
