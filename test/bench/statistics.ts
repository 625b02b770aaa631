/** The middle value; of an even number, the mean of the two in the middle. @throws RangeError for none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.');
  return (low + high) / 2;
}

/**
 * The value below which a quarter lies. For what a person waits for: whatever else the machine does only ever
 * makes that longer, so the lower values say more of what is measured than the median. @throws RangeError for none
 */
export function lowerQuartile(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.floor((sorted.length - 1) / 4)];
  if (value === undefined) throw new RangeError('There is no quartile of nothing.');
  return value;
}

/** @throws RangeError for none */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no mean of nothing.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
