/** Limits and default of the page size for Resources. package.json declares the same values. */
export const pageSizes = { min: 10, default: 200, max: 1_000 } as const;

/**
 * The setting's value within its limits. The limits are needed because VS Code does not check values in
 * settings files. A page of a million Resources would block every window.
 */
export function pageSizeOf(setting: unknown): number {
  const { min, default: fallback, max } = pageSizes;
  if (typeof setting !== 'number' || Number.isNaN(setting)) return fallback;
  return Math.round(Math.min(max, Math.max(min, setting)));
}
