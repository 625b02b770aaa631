import { middleCut } from '../base/middleCut.ts';

/** Maximum length of the name of a part with its folders, and of each folder, in UTF-16 units. */
const maxName = 800;

/** Matches control characters and halves of surrogate pairs, which names can't have. */
const unnameable = /[\p{Cc}\p{Cs}]/gu;

/**
 * Makes the name of a part with its folders: no empty or relative segments, no control characters. Names in a file are
 * untrusted, and can be empty.
 * @param fallback Name of a part that has none.
 */
export function partName(name: string, fallback: string): string {
  const segments = name
    .replaceAll(unnameable, '_')
    .split(/[/\\]/)
    .map((segment) => segment.trim())
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const clean = segments.join('/');
  if (clean === '') return fallback;
  return clean.length <= maxName ? clean : middleCut(clean.slice(-maxName));
}

/** Adds a number to a name that an earlier part of the same file has: `a.txt` becomes `a (2).txt`. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const [, stem = name, extension = ''] = /^(.*[^/.])(\.[^./]{1,15})$/.exec(name) ?? [];
  return `${stem} (${number})${extension}`;
}
