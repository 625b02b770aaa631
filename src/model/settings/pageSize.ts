/** How many Resources may be loaded at a time; the manifest says the same. */
export const pageSizes = { least: 10, usual: 200, most: 1_000 } as const;

/**
 * The setting's value, made to fit: VS Code hands out what a settings file holds, even a workspace's, unchecked, and
 * one page of a million Resources would hold up every window.
 */
export function pageSizeOf(setting: unknown): number {
  const { least, usual, most } = pageSizes;
  if (typeof setting !== 'number' || Number.isNaN(setting)) return usual;
  return Math.round(Math.min(most, Math.max(least, setting)));
}
