import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { searchForSecrets } from './secretSearch.ts';
import type { Finding } from './secretSearch.ts';
import type { UsedSecret } from './usedSecrets.ts';

/** The log level of VS Code in tests that search for secrets. It is the most detailed level. */
export const traceLevel = 'trace';

/** Returns environment variables that make VS Code write temporary files to `folder`. The folder must exist. */
export function temporaryFilesIn(folder: string): NodeJS.ProcessEnv {
  return { TMPDIR: folder, TEMP: folder, TMP: folder };
}

/** Returns the number of lines of level trace in VS Code's logs. */
async function traceLines(home: string): Promise<number> {
  let lines = 0;
  for (const file of globSync('**/*.log', { cwd: home })) {
    const content = await readFile(path.join(home, file), 'utf8');
    lines += content.match(/^\S+ \S+ \[trace\]/gm)?.length ?? 0;
  }
  return lines;
}

/**
 * Looks for secrets in all files that VS Code has written. Call this function after VS Code has exited.
 * @param isExpected returns whether a finding is allowed, for example because VS Code itself has written the secret
 * @returns a summary of the searched data
 * @throws an error that lists every leak, without the secrets themselves
 */
export async function assertNoSecretWritten(
  home: string,
  used: { readonly all: readonly UsedSecret[]; readonly tooShort: readonly string[] },
  isExpected: (finding: Finding) => boolean = () => false,
): Promise<string> {
  const { findings, files, bytes, forms } = await searchForSecrets(home, used.all);
  const leaks = findings.filter((finding) => !isExpected(finding));
  const lines = await traceLines(home);
  const problems = [
    ...leaks.map(({ secret, form, file, at }) => `${secret} is in ${file} at ${at} (${form})`),
    ...used.tooShort.map((name) => `${name} is too short to search for: use makeCanary`),
    ...(lines === 0 ? ['nothing was logged at level trace'] : []),
  ];
  if (problems.length > 0) throw new Error(`Secrets were written:\n  ${problems.join('\n  ')}`);
  return (
    `Searched ${files} files (${(bytes / 1e6).toFixed(1)} MB, ${lines} lines at level trace) ` +
    `for ${used.all.length} secrets in ${forms} forms: no leaks`
  );
}
