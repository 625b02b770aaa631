import { schemaViolation } from './refusals.ts';

/**
 * Checks that a body is a JSON object. A missing body counts as an empty object.
 * @throws Refusal 412
 */
export function jsonObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  // valibot's object schemas accept arrays, so check for them here.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw schemaViolation('body', '', 'A JSON object is required', { type: 'object' });
  }
  return body as Readonly<Record<string, unknown>>;
}
