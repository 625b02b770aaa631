import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { startOf } from '../../../../../src/model/search/query/dates.ts';
import { calendarIn } from '../../../../../src/shared/calendar.ts';
import type { Calendar } from '../../../../../src/shared/calendar.ts';

/** A UTC calendar in which today is 31 March 2021. */
const calendar: Calendar = {
  dayStart: (year, month, day) => Date.UTC(year, month, day),
  today: { year: 2021, month: 2, day: 31 },
};

function day(text: string): string | undefined {
  const start = startOf(text, calendar);
  return start === undefined ? undefined : new Date(start).toISOString().slice(0, 10);
}

describe('startOf', () => {
  it('returns the start of the given year, month or day', () => {
    assert.deepEqual(['2020', '2020-02', '2020-2', '2020-02-29'].map(day), [
      '2020-01-01',
      '2020-02-01',
      '2020-02-01',
      '2020-02-29',
    ]);
  });

  it('accepts “today”, “yesterday” and ages such as “7d”', () => {
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

  it('counts months back to the last day of a shorter month, for example from 31 March to 28 February', () => {
    assert.deepEqual(['1m', '13m', '25m'].map(day), ['2021-02-28', '2020-02-29', '2019-02-28']);
  });

  it('returns undefined for a text that is not an existing date', () => {
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

  it('does not throw for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const start = startOf(text, calendar);
        assert.ok(start === undefined || Number.isFinite(start));
      }),
    );
  });

  it('returns midnight in the given time zone, whatever the time zone of the machine', () => {
    // At this moment it is 15:30 in Tokyo, which is nine hours ahead of UTC.
    const now = Date.UTC(2021, 5, 9, 6, 30);
    const tokyo = calendarIn('Asia/Tokyo', now);
    assert.equal(startOf('today', tokyo), Date.UTC(2021, 5, 8, 15));
    assert.equal(startOf('2021-06', tokyo), Date.UTC(2021, 4, 31, 15));
    // At the same moment it is still the previous day in Honolulu.
    assert.equal(startOf('today', calendarIn('Pacific/Honolulu', now)), Date.UTC(2021, 5, 8, 10));
  });

  it('returns the first moment of the day if clocks change at midnight', () => {
    const start = (zone: string, text: string): string | undefined => {
      const at = startOf(text, calendarIn(zone, 0));
      return at === undefined ? undefined : new Date(at).toISOString();
    };
    // Clocks are set forward at 0:00, so the day starts at 1:00.
    assert.equal(start('America/Sao_Paulo', '2018-11-04'), '2018-11-04T03:00:00.000Z');
    // Clocks are set back from 1:00 to 0:00, so the day has two midnights.
    assert.equal(start('America/Havana', '2021-11-07'), '2021-11-07T04:00:00.000Z');
    // Samoa skipped this day, so it starts at the same moment as the next day.
    assert.equal(start('Pacific/Apia', '2011-12-30'), start('Pacific/Apia', '2011-12-31'));
    // Because of clock changes, 31 March has 23 hours and 27 October has 25 hours.
    assert.equal(start('Europe/Madrid', '2024-03-31'), '2024-03-30T23:00:00.000Z');
    assert.equal(start('Europe/Madrid', '2024-04-01'), '2024-03-31T22:00:00.000Z');
    assert.equal(start('Europe/Madrid', '2024-10-28'), '2024-10-27T23:00:00.000Z');
  });

  it('returns the same time as JavaScript’s Date in several time zones', () => {
    const zones = ['Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
    const before = process.env['TZ'];
    try {
      for (const zone of zones) {
        process.env['TZ'] = zone;
        const days = fc.tuple(fc.integer({ min: 0, max: 2200 }), fc.nat(11), fc.integer({ min: 1, max: 28 }));
        fc.assert(
          fc.property(days, fc.integer({ min: 0, max: Date.UTC(2100, 0) }), ([year, month, day], now) => {
            const calendar = calendarIn(zone, now);
            const date = new Date(2000, 0, 1);
            date.setFullYear(year, month, day);
            assert.equal(calendar.dayStart(year, month, day), date.getTime());
            const today = new Date(now);
            assert.deepEqual(calendar.today, {
              year: today.getFullYear(),
              month: today.getMonth(),
              day: today.getDate(),
            });
          }),
          { numRuns: 300 },
        );
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
});
