import assert from 'node:assert/strict';
import { PersonalZone } from '../../../../src/model/settings/personalZone.ts';
import { ownTimeZone } from '../../../../src/shared/timeZone.ts';

interface Situation {
  readonly isLocal?: boolean;
  readonly chosen?: string;
  readonly remembered?: unknown;
}

/** A zone in this situation, with what it had remembered and how often it fired. */
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

describe('the user’s time zone', () => {
  it('is this machine’s where the user sits at it, whatever a page tells', () => {
    const { zone, kept } = zoneIn({ isLocal: true, remembered: 'Asia/Tokyo' });
    zone.told('Asia/Tokyo');
    assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: true });
    assert.deepEqual(kept, []);
  });

  it('is what a page told in a remote window, from then on and in the next window', () => {
    const { zone, kept, fired } = zoneIn({});
    assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: false });
    zone.told('Asia/Tokyo');
    zone.told('Asia/Tokyo');
    assert.deepEqual(zone.current, { timeZone: 'Asia/Tokyo', isReaders: true });
    assert.deepEqual([kept, fired()], [['Asia/Tokyo'], 1]);
    const next = zoneIn({ remembered: 'Asia/Tokyo' }).zone;
    assert.deepEqual(next.current, { timeZone: 'Asia/Tokyo', isReaders: true });
  });

  it('is what the user chose, before all else', () => {
    for (const isLocal of [true, false]) {
      const { zone } = zoneIn({ isLocal, chosen: 'Europe/Madrid', remembered: 'Asia/Tokyo' });
      assert.deepEqual(zone.current, { timeZone: 'Europe/Madrid', isReaders: true });
    }
  });

  it('is not what is no time zone', () => {
    for (const bad of ['', 'Mars/Olympus', 'x'.repeat(1_000), 'Asia/Tokyo\n']) {
      const { zone, kept } = zoneIn({ remembered: bad });
      zone.told(bad);
      assert.deepEqual(zone.current, { timeZone: ownTimeZone(), isReaders: false }, bad);
      assert.deepEqual(kept, []);
    }
    assert.equal(zoneIn({ remembered: 7 }).zone.current.isReaders, false);
  });
});
