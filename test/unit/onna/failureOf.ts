import assert from 'node:assert/strict';
import { OnnaError } from '../../../src/onna/errors.ts';
import type { OnnaFailure } from '../../../src/onna/errors.ts';

/** Asserts that a call fails with an `OnnaError`, and returns the failure. */
export async function failureOf(promise: Promise<unknown>): Promise<OnnaFailure> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof OnnaError, String(error));
    return error.failure;
  }
  return assert.fail('the call did not fail');
}
