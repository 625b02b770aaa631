import { chmod } from 'node:fs/promises';

const nobody = 65_534;

/**
 * Runs `work` as an unprivileged user, because root ignores file permissions.
 * @param folders Folders that `work` accesses. The current user must own them.
 */
export async function asNobody<Result>(
  folders: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  for (const folder of folders) await chmod(folder, 0o755);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
