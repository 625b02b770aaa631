import assert from 'node:assert/strict';
import { PersonalZone } from '../../../../src/model/settings/personalZone.ts';
import { ownTimeZone } from '../../../../src/shared/timeZone.ts';

interface Situation {
  readonly isLocal?: boolean;
  readonly chosen?: string;
  readonly remembered?: unknown;
}

/** Makes a `PersonalZone`, and records the zones that it remembers and the number of events that it fires. */
function zoneIn({ isLocal = false, chosen, remembered }: Situation): {
  zone: PersonalZone;
  kept: unknown[];
  fired: () => number;
} {
  const kept: unknown[] = [];
  const zone = new PersonalZone({
    chosen: () => chosen,
    isLocal,
    remembered: () => kept.at(-1) ?? remembered,
    remember: (timeZone) => void kept.push(timeZone),
  });
  let fired = 0;
  zone.onDidChange(() => fired++);
  return { zone, kept, fired: () => fired };
}

describe('PersonalZone', () => {
  it('uses this machine’s time zone in a local window, even if a search page reports another zone', () => {
    const { zone, kept } = zoneIn({ isLocal: true, remembered: 'Asia/Tokyo' });
    zone.report('Asia/Tokyo');
    assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: true });
    assert.deepEqual(kept, []);
  });

  it('uses and remembers, in a remote window, the time zone that a search page reported', () => {
    const { zone, kept, fired } = zoneIn({});
    assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: false });
    zone.report('Asia/Tokyo');
    zone.report('Asia/Tokyo');
    assert.deepEqual(zone.current, { timeZone: 'Asia/Tokyo', isReaders: true });
    assert.deepEqual([kept, fired()], [['Asia/Tokyo'], 1]);
    const next = zoneIn({ remembered: 'Asia/Tokyo' }).zone;
    assert.deepEqual(next.current, { timeZone: 'Asia/Tokyo', isReaders: true });
  });

  it('uses the time zone that the user chose, both in local and in remote windows', () => {
    for (const isLocal of [true, false]) {
      const { zone } = zoneIn({ isLocal, chosen: 'Europe/Madrid', remembered: 'Asia/Tokyo' });
      assert.deepEqual(zone.current, { timeZone: 'Europe/Madrid', isReaders: true });
    }
  });

  it('ignores invalid time zones', () => {
    for (const bad of ['', 'Mars/Olympus', 'x'.repeat(1_000), 'Asia/Tokyo\n']) {
      const { zone, kept } = zoneIn({ remembered: bad });
      zone.report(bad);
      assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: false }, bad);
      assert.deepEqual(kept, []);
    }
    assert.equal(zoneIn({ remembered: 7 }).zone.current.isReaders, false);
  });
});
