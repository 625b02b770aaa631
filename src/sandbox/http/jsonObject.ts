import { schemaViolation } from './refusals.ts';

/**
 * Checks that a body is a JSON object. A missing body counts as an empty object.
 * @throws Refusal 412
 */
export function jsonObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  // Checked here because schemas accept an array as an object.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw schemaViolation('body', '', 'A JSON object is required', { type: 'object' });
  }
  return body as Readonly<Record<string, unknown>>;
}
