/** Limits and default of the page size for Resources; package.json declares the same ones. */
export const pageSizes = { least: 10, usual: 200, most: 1_000 } as const;

/**
 * The setting's value within its limits. VS Code returns values from settings files, even a workspace's, unchecked, and
 * one page of a million Resources would block every window.
 */
export function pageSizeOf(setting: unknown): number {
  const { least, usual, most } = pageSizes;
  if (typeof setting !== 'number' || Number.isNaN(setting)) return usual;
  return Math.round(Math.min(most, Math.max(least, setting)));
}
