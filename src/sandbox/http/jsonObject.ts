import { schemaViolation } from './refusals.ts';

/**
 * A body that has to be a JSON object; without a body: an empty one.
 * @throws Refusal 412
 */
export function jsonObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  // Schemas take an array for an object, since it is one in JavaScript.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw schemaViolation('body', '', 'A JSON object is required', { type: 'object' });
  }
  return body as Readonly<Record<string, unknown>>;
}
