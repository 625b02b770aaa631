import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { repository } from './repository.ts';

let listed: Promise<string[]> | undefined;

/**
 * Returns the paths of all files in the .vsix, relative to the repository, with slashes. Requires a built dist/. The
 * list is cached, because `vsce` visits every file in the repository folder, including VS Code in .vscode-test.
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

/** Returns the compressed size of a file in the .vsix, in bytes. `vsce` compresses with zlib's default level. */
export function packedBytes(content: Uint8Array): number {
  return deflateRawSync(content).length;
}

/** Returns whether a file in the .vsix belongs to a separate program: the sandbox, or the MCP server. */
export function isOfOtherProgram(file: string): boolean {
  return /^dist\/(?:sandbox|mcp)\//.test(file);
}
