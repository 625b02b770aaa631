/** A JSON object from the service, with unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/** Returns `value` if it is an object and not an array. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Reads a finite number, or a whole number written as text. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
