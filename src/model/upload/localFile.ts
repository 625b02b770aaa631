import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Size of the parts that are read to compute a checksum, in bytes. */
const hashedBytes = 1024 * 1024;

/** The file changed while it was read, so its parts do not match. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

/** A file that is read for an upload. */
export interface OpenFile {
  readonly size: number;
  /** When the file was last modified, in ms since 1970. */
  readonly modified: number;
  /** Reads the bytes from `start` (inclusive) to `end` (exclusive). @throws FileChanged if the file is now shorter */
  read(start: number, end: number): Promise<Uint8Array>;
  /** @throws FileChanged if the file was modified after it was opened */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A file to upload. */
export interface LocalFile {
  readonly name: string;
  /** The names of the folders below the target, from the outermost to the innermost. */
  readonly folder: readonly string[];
  readonly size: number;
  /** When the file was last modified, in ms since 1970. */
  readonly modified: number;
  /** The path on this machine. Undefined for bytes from the browser, which are gone when the window closes. */
  readonly path: string | undefined;
  /** @throws File system errors */
  open(): Promise<OpenFile>;
}

/**
 * The last name of a path, as other systems write it. macOS may store `é` as two characters, and the service compares
 * names exactly.
 */
export function shownName(target: string, files: path.PlatformPath = path): string {
  return files.basename(target).normalize('NFC');
}

/** A file on this machine. */
export function fileAt(
  target: string,
  folder: readonly string[],
  { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
): LocalFile {
  return {
    name: shownName(target),
    folder,
    size,
    modified: Math.trunc(mtimeMs),
    path: target,
    open: () => openDiskFile(target),
  };
}

/** A file whose bytes VS Code keeps, such as one that was dropped on a browser window. Opening it calls `load`. */
export function fileInMemory(
  name: string,
  load: () => Promise<Uint8Array>,
  folder: readonly string[] = [],
): LocalFile {
  return {
    name,
    folder,
    size: 0,
    modified: 0,
    path: undefined,
    open: async () => {
      const bytes = await load();
      return {
        size: bytes.length,
        modified: 0,
        read: (start, end) => Promise.resolve(bytes.slice(start, end)),
        check: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    },
  };
}

async function openDiskFile(target: string): Promise<OpenFile> {
  const handle = await open(target, 'r');
  try {
    const { size, mtimeMs } = await handle.stat();
    return new DiskFile(handle, target, size, Math.trunc(mtimeMs));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class DiskFile implements OpenFile {
  readonly size: number;
  readonly modified: number;
  readonly #handle: FileHandle;
  readonly #target: string;

  constructor(handle: FileHandle, target: string, size: number, modified: number) {
    this.#handle = handle;
    this.#target = target;
    this.size = size;
    this.modified = modified;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafe(end - start);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) throw new FileChanged(`${this.#target} became shorter`);
      filled += bytesRead;
    }
    return buffer;
  }

  async check(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.size || Math.trunc(mtimeMs) !== this.modified)
      throw new FileChanged(`${this.#target} was modified`);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** MD5 of the first `size` bytes, as hexadecimal digits. Growth of the file does not change the result. */
export async function md5Of(file: OpenFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for (let start = 0; start < file.size; start += hashedBytes) {
    signal.throwIfAborted();
    hash.update(await file.read(start, Math.min(start + hashedBytes, file.size)));
  }
  return hash.digest('hex');
}
