import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sandboxConnectionVariable } from '../../src/ids.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** The address of a sandbox, and a user who can sign in to it. */
type SandboxAccess = Pick<Sandbox, 'baseUrl' | 'container' | 'account' | 'user' | 'password'>;

/**
 * Writes the file with which the extension signs in to a sandbox.
 * @param folder the folder of the file
 * @returns environment variables for VS Code's server
 */
export async function connectionEnv(
  folder: string,
  { baseUrl, container, account, user, password }: SandboxAccess,
): Promise<NodeJS.ProcessEnv> {
  const file = path.join(folder, 'connection.json');
  await writeFile(file, JSON.stringify({ baseUrl, container, account, user, password }), { mode: 0o600 });
  return { [sandboxConnectionVariable]: file };
}
