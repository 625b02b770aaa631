/** Returns the median. @throws RangeError for an empty list */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('An empty list has no median.');
  return (low + high) / 2;
}

/**
 * Returns the lower quartile. It is more accurate than the median for durations, because other load on the machine can
 * only increase them. @throws RangeError for an empty list
 */
export function lowerQuartile(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.floor((sorted.length - 1) / 4)];
  if (value === undefined) throw new RangeError('An empty list has no quartile.');
  return value;
}

/** @throws RangeError for an empty list */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('An empty list has no mean.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
