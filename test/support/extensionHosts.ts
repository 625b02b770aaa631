import { readFile, readdir } from 'node:fs/promises';

/**
 * Finds the extension hosts of a VS Code server.
 * @param group The process group of the server
 * @returns The ids of the processes. Empty on a system without `/proc`.
 */
export async function extensionHostsOf(group: number | undefined): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const [command, stat] = await Promise.all(
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    // The process group is the third value after the name of the command, which is in parentheses.
    const [, , processGroup] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    if (command?.includes('--type=extensionHost') === true && Number(processGroup) === group)
      found.push(Number(name));
  }
  return found;
}
