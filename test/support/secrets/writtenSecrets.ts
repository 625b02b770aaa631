import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { searchForSecrets } from './secretSearch.ts';
import type { Finding } from './secretSearch.ts';
import type { UsedSecret } from './usedSecrets.ts';

/** What a VS Code that is watched is started with: it writes all that it can, and all of it below `home`. */
export const traceLevel = 'trace';

/** The environment in which VS Code writes its temporary files below a folder, which has to exist. */
export function temporaryFilesIn(folder: string): NodeJS.ProcessEnv {
  return { TMPDIR: folder, TEMP: folder, TMP: folder };
}

/** How many lines of that level VS Code's logs have. */
async function traceLines(home: string): Promise<number> {
  let lines = 0;
  for (const file of globSync('**/*.log', { cwd: home })) {
    const content = await readFile(path.join(home, file), 'utf8');
    lines += content.match(/^\S+ \S+ \[trace\]/gm)?.length ?? 0;
  }
  return lines;
}

/**
 * Looks for secrets in all that a watched VS Code has written, once it has ended.
 * @param isExpected whether a secret stands where it has to, or where others than the extension put it
 * @returns what was looked at, in words
 * @throws an error that names every place where a secret stands that should not, and no secret
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
    ...leaks.map(({ secret, form, file, at }) => `${secret} stands in ${file} at ${at} (${form})`),
    ...used.tooShort.map((name) => `${name} is too short to be looked for: use makeCanary`),
    ...(lines === 0 ? ['nothing was logged at level trace'] : []),
  ];
  if (problems.length > 0) throw new Error(`Secrets were written:\n  ${problems.join('\n  ')}`);
  return (
    `${used.all.length} secrets in ${forms} forms looked for in ${files} files, ` +
    `${(bytes / 1e6).toFixed(1)} MB, with ${lines} lines of trace: none where it should not stand`
  );
}
