import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { secretForms } from './secretForms.ts';
import type { UsedSecret } from './usedSecrets.ts';

/** Where a secret was found. It is not told itself. */
export interface Finding {
  /** Below the folder that was searched, with slashes. */
  readonly file: string;
  /** {@link UsedSecret.name} */
  readonly secret: string;
  readonly form: string;
  /** In the file, in bytes. */
  readonly at: number;
}

/** What a search looked at, and what it found. */
export interface SearchResult {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly bytes: number;
  /** Of all secrets together. */
  readonly forms: number;
}

/** Looks into every file below a folder for every secret in every form. */
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
    for (const { secret, form, bytes: looked } of wanted) {
      // A file's name is written, too.
      const at = file.includes(looked.toString('latin1')) ? 0 : content.indexOf(looked);
      if (at >= 0) findings.push({ file, secret, form, at });
    }
  }
  return { findings, files, bytes, forms: wanted.length };
}
