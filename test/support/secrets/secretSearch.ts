import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { secretForms } from './secretForms.ts';
import type { UsedSecret } from './usedSecrets.ts';

/** Where a secret was found. Does not contain the secret. */
export interface Finding {
  /** Relative to the searched folder, with slashes. */
  readonly file: string;
  /** {@link UsedSecret.name} */
  readonly secret: string;
  readonly form: string;
  /** Offset in the file, in bytes. */
  readonly at: number;
}

/** The findings of a search, and how much was searched. */
export interface SearchResult {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly bytes: number;
  /** Total number of encoded forms searched for, over all secrets. */
  readonly forms: number;
}

/** Searches every file below a folder for every form of every secret. */
export async function searchForSecrets(
  folder: string,
  secrets: readonly UsedSecret[],
): Promise<SearchResult> {
  const wanted = secrets.flatMap(({ name, text }) =>
    secretForms(text).map(({ form, bytes }) => ({ secret: name, form, bytes })),
  );
  const findings: Finding[] = [];
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const whole = path.join(entry.parentPath, entry.name);
    const content = await readFile(whole);
    const file = path.relative(folder, whole).replaceAll('\\', '/');
    files++;
    bytes += content.length;
    for (const { secret, form, bytes: pattern } of wanted) {
      // The path of the file is searched, too.
      const at = file.includes(pattern.toString('latin1')) ? 0 : content.indexOf(pattern);
      if (at >= 0) findings.push({ file, secret, form, at });
    }
  }
  return { findings, files, bytes, forms: wanted.length };
}
