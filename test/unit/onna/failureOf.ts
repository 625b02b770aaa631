import assert from 'node:assert/strict';
import { OnnaError } from '../../../src/onna/errors.ts';
import type { OnnaFailure } from '../../../src/onna/errors.ts';

/** The failure of a call. Asserts that the call fails with an OnnaError. */
export async function failureOf(promise: Promise<unknown>): Promise<OnnaFailure> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof OnnaError, String(error));
    return error.failure;
  }
  return assert.fail('it did not fail');
}
