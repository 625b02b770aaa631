import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatsFor } from '../../../src/webview/details/formats.ts';
import { inputDayOf, startOfInputDay } from '../../../src/webview/details/localDays.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('The duration format of the details page', () => {
  it('shows at most the two largest units', () => {
    const { duration } = formatsFor('en', 'UTC');
    assert.equal(duration(0), '0 sec');
    assert.equal(duration(1_540), '1.5 sec');
    assert.equal(duration(59.6 * second), '60 sec');
    assert.equal(duration(2 * minute), '2 min');
    assert.equal(duration(2 * hour + 5 * minute + 59 * second), '2 hr 5 min');
    assert.equal(duration(3 * hour + 30 * second), '3 hr');
    assert.equal(duration(26 * hour), '1 day 2 hr');
  });

  it('uses the language of the page', () => {
    assert.equal(formatsFor('de', 'UTC').duration(2 * hour + 5 * minute), '2 Std. 5 Min.');
  });
});

describe('The date conversion of the details page', () => {
  it('converts between a day and a timestamp in the given time zone', () => {
    assert.equal(startOfInputDay('2021-06-09', 'Asia/Tokyo'), Date.UTC(2021, 5, 8, 15));
    assert.equal(startOfInputDay('2021-06-30', 'Asia/Tokyo', 1), Date.UTC(2021, 5, 30, 15));
    assert.equal(inputDayOf(Date.UTC(2021, 5, 8, 15), 'Asia/Tokyo'), '2021-06-09');
    assert.equal(inputDayOf(Date.UTC(2021, 5, 8, 15) - 1, 'Asia/Tokyo'), '2021-06-08');
  });

  it('supports days that are 23 or 25 hours long', () => {
    const zone = 'Europe/Berlin';
    for (const [day, hours] of [
      ['2021-03-28', 23],
      ['2021-10-31', 25],
    ] as const) {
      const start = startOfInputDay(day, zone) ?? Number.NaN;
      const end = startOfInputDay(day, zone, 1) ?? Number.NaN;
      assert.equal(end - start, hours * hour);
      assert.equal(inputDayOf(end - 1, zone), day);
    }
  });

  it('returns an empty value for an invalid day or timestamp', () => {
    assert.equal(startOfInputDay('', 'UTC'), undefined);
    assert.equal(startOfInputDay('yesterday', 'UTC'), undefined);
    assert.equal(inputDayOf(undefined, 'UTC'), '');
    assert.equal(inputDayOf(9e99, 'UTC'), '');
  });
});
