import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { repository } from './repository.ts';

/** Paths of all files in the .vsix, relative to the repository, with slashes. Needs a built dist/. */
export async function packageFiles(): Promise<string[]> {
  const files = await listFiles({ cwd: repository, packageManager: PackageManager.None });
  return files.map((file) => file.replaceAll('\\', '/'));
}

/** Reads a file of the .vsix. */
export async function readPackageFile(file: string): Promise<Buffer> {
  return readFile(path.join(repository, file));
}

/** Size of a file in the .vsix, in bytes. A .vsix is a zip file; `vsce` deflates at zlib's default level. */
export function packedBytes(content: Uint8Array): number {
  return deflateRawSync(content).length;
}

/** Whether a file of the .vsix belongs to the sandbox, a separate program. The extension loads none of its files. */
export function isOfSandbox(file: string): boolean {
  return file.startsWith('dist/sandbox/');
}
