/** Returns the text of an archive: the names of its members, without control characters, one per line. */
export function nameList(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/\p{Cc}+/gu, ' ').trim()).join('\n');
}
