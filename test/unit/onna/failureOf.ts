import assert from 'node:assert/strict';
import { OnnaError } from '../../../src/onna/errors.ts';
import type { OnnaFailure } from '../../../src/onna/errors.ts';

/** What a call failed with; it must fail, and with an error of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<OnnaFailure> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof OnnaError, String(error));
    return error.failure;
  }
  return assert.fail('it did not fail');
}
