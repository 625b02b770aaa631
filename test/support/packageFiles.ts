import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { repository } from './repository.ts';

/** The paths of all that the .vsix holds, below the repository, with slashes. What is in dist/ has to be built. */
export async function packageFiles(): Promise<string[]> {
  const files = await listFiles({ cwd: repository, packageManager: PackageManager.None });
  return files.map((file) => file.replaceAll('\\', '/'));
}

/** A file of the .vsix. */
export async function readPackageFile(file: string): Promise<Buffer> {
  return readFile(path.join(repository, file));
}

/** Bytes that a file takes in the .vsix, which is a zip file: `vsce` deflates at zlib's usual level. */
export function packedBytes(content: Uint8Array): number {
  return deflateRawSync(content).length;
}

/** Whether a file of the .vsix is the sandbox's, which runs by itself: the extension loads none of it. */
export function isOfSandbox(file: string): boolean {
  return file.startsWith('dist/sandbox/');
}
