/** The median. @throws RangeError for an empty list */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.');
  return (low + high) / 2;
}

/**
 * The lower quartile. Used for waiting times: other load on the machine can only make them longer, so low values are
 * more accurate than the median. @throws RangeError for an empty list
 */
export function lowerQuartile(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.floor((sorted.length - 1) / 4)];
  if (value === undefined) throw new RangeError('There is no quartile of nothing.');
  return value;
}

/** @throws RangeError for an empty list */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no mean of nothing.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
