import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { localCalendar, startOf } from '../../../../src/shared/query/dates.ts';
import type { Calendar } from '../../../../src/shared/query/dates.ts';

/** Days of UTC, seen from 31 March 2021. */
const calendar: Calendar = {
  dayStart: (year, month, day) => Date.UTC(year, month, day),
  today: { year: 2021, month: 2, day: 31 },
};

function day(text: string): string | undefined {
  const start = startOf(text, calendar);
  return start === undefined ? undefined : new Date(start).toISOString().slice(0, 10);
}

describe('dates in a query', () => {
  it('read a year, a month or a day as its first moment', () => {
    assert.deepEqual(['2020', '2020-02', '2020-2', '2020-02-29'].map(day), [
      '2020-01-01',
      '2020-02-01',
      '2020-02-01',
      '2020-02-29',
    ]);
  });

  it('count ages back from today', () => {
    assert.deepEqual(['today', 'Yesterday', '0d', '7d', '2w', '3M', '1y'].map(day), [
      '2021-03-31',
      '2021-03-30',
      '2021-03-31',
      '2021-03-24',
      '2021-03-17',
      '2020-12-31',
      '2020-03-31',
    ]);
  });

  it('end a month early when it is shorter than today is late', () => {
    assert.deepEqual(['1m', '13m', '25m'].map(day), ['2021-02-28', '2020-02-29', '2019-02-28']);
  });

  it('refuse what is no day', () => {
    for (const text of [
      '',
      '20',
      '2021-13',
      '2021-00',
      '2021-02-29',
      '2021-4-31',
      '2021-1-0',
      '7',
      'd',
      'soon',
      '7dd',
    ]) {
      assert.equal(day(text), undefined, text);
    }
  });

  it('never fail, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const start = startOf(text, calendar);
        assert.ok(start === undefined || Number.isFinite(start));
      }),
    );
  });

  it('begin at midnight where the reader is', () => {
    const now = new Date(2021, 5, 9, 15, 30).getTime();
    assert.equal(startOf('today', localCalendar(now)), new Date(2021, 5, 9).getTime());
    assert.equal(startOf('2021-06', localCalendar(now)), new Date(2021, 5, 1).getTime());
  });
});
