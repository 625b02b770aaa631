import assert from 'node:assert/strict';
import { isNote } from '../../../../src/model/history/exceptionKinds.ts';

describe('isNote', () => {
  for (const text of [
    'Encrypted Document',
    'Excluded',
    'excluded by filter',
    'Large (>10 GB)',
    'Large Text Truncated',
    'Maximum retries reached',
    'Retries were reached',
    ' No Text Content ',
  ])
    it(`classifies “${text}” as a note`, () => assert.equal(isNote(text), true));

  for (const text of [
    'Has Error',
    'Download Error',
    'Largely unreadable',
    'Not Encrypted',
    '',
    'constructor',
  ])
    it(`classifies “${text}” as an exception`, () => assert.equal(isNote(text), false));
});
