import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { repository } from './repository.ts';

/** The environment variable with the path of a JSON file that contains the list of {@link packageFiles}. */
export const packageListVariable = 'ONNA_TEST_PACKAGE_LIST';

let listed: Promise<string[]> | undefined;

/**
 * Returns the paths of all files in the .vsix, relative to the repository, with slashes. Requires a built dist/. The
 * list is cached, and `npm test` makes it once for all its processes, because `vsce` visits every file in the repository
 * folder, including VS Code in .vscode-test. That takes several seconds.
 */
export function packageFiles(): Promise<string[]> {
  listed ??= readList();
  return listed;
}

async function readList(): Promise<string[]> {
  const file = process.env[packageListVariable];
  if (file !== undefined) return JSON.parse(await readFile(file, 'utf8')) as string[];
  const { listFiles, PackageManager } = await import('@vscode/vsce');
  const files = await listFiles({ cwd: repository, packageManager: PackageManager.None });
  return files.map((each) => each.replaceAll('\\', '/'));
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
