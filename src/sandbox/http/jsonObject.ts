import { Refusal, json } from './answer.ts';
import { badJson, schemaViolation } from './refusals.ts';

function isObject(body: unknown): body is Readonly<Record<string, unknown>> {
  // valibot's object schemas accept arrays, so check for them here.
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/**
 * Checks that a body is a JSON object. A missing body counts as an empty object.
 * @throws Refusal 412
 */
export function jsonObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (!isObject(body)) throw schemaViolation('body', '', 'A JSON object is required', { type: 'object' });
  return body;
}

/**
 * Checks the body of a request that creates or changes an object. Unlike {@link jsonObject}, it refuses a missing body
 * (docs/onna-api.md §18).
 * @throws Refusal 412
 */
export function contentObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) throw badJson();
  if (!isObject(body)) throw new Refusal(json({ reason: 'Invalid json payload' }, 412));
  return body;
}

/** Reads the body of `@move` and `@duplicate`, which treat a body that is not JSON as an empty object. */
export async function optionalObject(
  read: () => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const body = await read().catch((error: unknown) => {
    if (error instanceof Refusal && error.answer.status === 412) return {};
    throw error;
  });
  return isObject(body) ? body : {};
}
