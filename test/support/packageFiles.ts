import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { repository } from './repository.ts';

let listed: Promise<string[]> | undefined;

/**
 * Paths of all files in the .vsix, relative to the repository, with slashes. Needs a built dist/. Lists them once per
 * process, because `vsce` visits every file of the repository, including those of VS Code in .vscode-test.
 */
export function packageFiles(): Promise<string[]> {
  listed ??= listFiles({ cwd: repository, packageManager: PackageManager.None }).then((files) =>
    files.map((file) => file.replaceAll('\\', '/')),
  );
  return listed;
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
