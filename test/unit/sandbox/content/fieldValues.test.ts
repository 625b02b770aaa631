import assert from 'node:assert/strict';
import { readField } from '../../../../src/sandbox/content/fieldValues.ts';
import type { FieldKind } from '../../../../src/sandbox/content/fieldValues.ts';
import type { FieldError } from '../../../../src/sandbox/http/refusals.ts';

describe('A value of a field', () => {
  function errorOf(kind: FieldKind, value: unknown): FieldError | undefined {
    const errors: FieldError[] = [];
    readField(kind, 'tags', value, ['a'], errors);
    return errors[0];
  }

  it('of the wrong type is shown in the details of the error', () => {
    for (const [kind, value, details] of [
      ['line', ['x'], 'An array'],
      ['line', 'two\nlines', '"two\\nlines"'],
      ['text', {}, 'An object'],
      ['lines', [null], 'null'],
      ['changeableLines', 5, '5'],
      ['changeableLines', { op: 'append' }, 'null'],
      ['changeableLines', { op: 'extend', value: [[]] }, 'An array'],
    ] as const)
      assert.equal(errorOf(kind, value)?.details, details);
  });

  it('that can’t be converted or is no valid operation has an error without details', () => {
    for (const [kind, value] of [
      ['lines', 'x'],
      ['changeableLines', {}],
      ['changeableLines', { op: 'nope' }],
      ['changeableLines', { op: 'del', value: 9 }],
      ['date', 'x'],
    ] as const) {
      const error = errorOf(kind, value);
      assert.ok(error && !('details' in error));
    }
  });

  it('is refused if the list is too long', () => {
    assert.ok(errorOf('shortLines', Array.from({ length: 1_001 }, String)));
    assert.equal(errorOf('lines', Array.from({ length: 1_001 }, String)), undefined);
  });

  it('is cleared by several operations at once that contain none', () => {
    assert.deepEqual(readField('changeableLines', 'tags', { op: 'multi', value: [] }, ['a'], []), {
      value: null,
    });
  });
});
