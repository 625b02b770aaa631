import assert from 'node:assert/strict';
import {
  Timestamps,
  fileDate,
  isoFromMicros,
  microsFromIso,
} from '../../../../src/sandbox/store/timestamps.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

describe('Date handling in the sandbox', () => {
  it('formats dates with microseconds, even before 1970', () => {
    assert.equal(isoFromMicros(1_500_001), '1970-01-01T00:00:01.500001+00:00');
    assert.equal(isoFromMicros(-500_000), '1969-12-31T23:59:59.500000+00:00');
    assert.equal(isoFromMicros(-1), '1969-12-31T23:59:59.999999+00:00');
  });

  it('keeps file dates exact from year 1 to year 9999, and clamps dates outside this range', () => {
    const shown = (text: string): string => isoFromMicros(fileDate(Date.parse(text)));
    assert.equal(shown('2300-01-01T00:00:00Z'), '2300-01-01T00:00:00.000000+00:00');
    assert.equal(shown('1600-02-29T12:30:00Z'), '1600-02-29T12:30:00.000000+00:00');
    assert.equal(shown('0001-01-01T00:00:00Z'), '0001-01-01T00:00:00.000000+00:00');
    assert.equal(shown('-000044-03-15T00:00:00Z'), '0001-01-01T00:00:00.000000+00:00');
    assert.equal(shown('+012000-01-01T00:00:00Z'), '9999-12-31T23:59:59.000000+00:00');
  });

  it('formats any number as a valid date', () => {
    for (const number of [Number.NaN, Infinity, -Infinity, 1e300, -1e300, Number.MAX_SAFE_INTEGER, 2 ** 63]) {
      for (const text of [isoFromMicros(number), isoFromMicros(fileDate(number))]) {
        assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
        assert.ok(microsFromIso(text) !== undefined);
      }
      assert.ok(Math.abs(fileDate(number)) < 2 ** 63);
    }
  });

  it('issues unique change timestamps even if the clock shows a distant year', () => {
    const timestamps = new Timestamps(new FakeClock(Date.parse('9000-01-01T00:00:00Z')), 0);
    const given = Array.from({ length: 1000 }, () => timestamps.next());
    assert.equal(new Set(given).size, 1000);
    assert.ok(given.every((moment) => Number.isSafeInteger(moment)));
  });
});
