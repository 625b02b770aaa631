import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { secretForms } from './secretForms.ts';
import type { UsedSecret } from './usedSecrets.ts';

/** The place of a secret in a file. It does not contain the secret. */
export interface Finding {
  /** The path of the file, relative to the searched folder, with slashes. */
  readonly file: string;
  /** The name of the secret, from {@link UsedSecret.name}. */
  readonly secret: string;
  readonly form: string;
  /** The offset in the file, in bytes; 0 if the path of the file contains the secret. */
  readonly at: number;
}

/** The findings of a search, and the amount of searched data. */
export interface SearchResult {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly bytes: number;
  /** Number of encoded forms of all secrets. */
  readonly forms: number;
}

/** Searches all files in a folder and its subfolders for all forms of all secrets. */
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
      // The path of the file may also contain the secret.
      const at = file.includes(pattern.toString('latin1')) ? 0 : content.indexOf(pattern);
      if (at >= 0) findings.push({ file, secret, form, at });
    }
  }
  return { findings, files, bytes, forms: wanted.length };
}
