import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeLogPage } from '../../../../src/onna/wire/logs.ts';
import type { LogItem, LogPage } from '../../../../src/onna/wire/logs.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');

function page(body: unknown): LogPage {
  const decoded = decodeLogPage(body);
  assert.ok(decoded, 'the body contains a list of entries');
  return decoded;
}

function only(entry: unknown): LogItem {
  const [item, ...others] = page({ items: [entry], cursor: null }).items;
  assert.ok(item && others.length === 0);
  return item;
}

function times(body: unknown): (number | undefined)[] {
  return page(body).items.map(({ at }) => at);
}

describe('decodeLogPage', () => {
  it('reads a collection log in the format of the sandbox', () => {
    const item = only({
      '@timestamp': noon,
      timestamp: '2026-03-01T12:00:00.000123+00:00',
      ...{ id: 'u1', file_name: 'tides.html', origin_path: 'north/tides.html', action: 'removed' },
      ...{ type: 'Success', error: null, deleted_by: 'origin', user: null },
    });
    assert.deepEqual(
      [item.at, item.outcome, item.action, item.uid, item.file, item.place, item.error, item.message],
      [noon, 'success', 'removed', 'u1', 'tides.html', 'north/tides.html', undefined, 'deleted_by: origin'],
    );
  });

  it('reads an audit log in the format of the sandbox, with details in a payload', () => {
    const item = only({
      '@timestamp': noon,
      ...{ action: 'change_status', type: 'Error', code: null, user: 'ines@lumenfjord.test' },
      payload: { path: '/workspaces/h/wiki', uid: 'u2', from: 'syncing', to: 'failed', message: 'No room' },
    });
    assert.deepEqual(
      [item.status, item.message, item.user, item.outcome, item.counts],
      ['failed', 'No room', 'ines@lumenfjord.test', 'error', undefined],
    );
  });

  it('finds the entries at the top level, under several names or one level deeper, and treats null as an empty list', () => {
    const entry = { date: '2026-03-01T12:00:00Z', event: 'added' };
    for (const body of [
      [entry],
      { items: [entry] },
      { member: [entry], items_count: 1 },
      { logs: [entry] },
      { hits: { hits: [{ _source: entry }], total: 1 } },
      { items: { a: entry } },
    ]) {
      const { items, received } = page(body);
      assert.deepEqual([items.length, items[0]?.action, items[0]?.at, received], [1, 'added', noon, 1]);
    }
    for (const body of [{}, [], { items: [] }, { items: null, cursor: null }])
      assert.deepEqual(page(body), { items: [], cursor: undefined, received: 0 });
  });

  it('accepts an object with times as keys, and uses the keys as the times of the entries', () => {
    const body = { '1772366400': { action: 'added' }, '1772366460': { action: 'removed' }, cursor: 'next' };
    assert.deepEqual(
      page(body).items.map(({ action, at }) => [action, at]),
      [
        ['removed', noon + 60_000],
        ['added', noon],
      ],
    );
    assert.equal(page(body).cursor, 'next');
  });

  it('accepts an object with ids as keys', () => {
    assert.deepEqual(times({ e3b0c442: { action: 'added', time: noon }, x: { action: 'removed' } }), [
      noon,
      undefined,
    ]);
  });

  it('returns undefined for JSON without a list of entries', () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 50; depth++) deep = { items: deep };
    for (const body of [undefined, null, 'text', 7, { reason: 'no' }, { uid: 'x', parent: {} }, deep])
      assert.equal(decodeLogPage(body), undefined);
  });

  it('reads times in seconds, in milliseconds, in microseconds, in nanoseconds and as text', () => {
    for (const time of [
      noon / 1000,
      noon,
      noon * 1000,
      noon * 1e6,
      String(noon / 1000),
      String(noon),
      String(noon * 1000),
      `${noon}000000`,
      `${noon / 1000}.0`,
      '2026-03-01T12:00:00+00:00',
      '2026-03-01T13:00:00.000000+01:00',
      '2026-03-01T13:00:00+0100',
    ])
      assert.equal(only({ timestamp: time }).at, noon, String(time));
  });

  it('interprets times without an offset as UTC, whatever the time zone of the machine', () => {
    const { TZ: zone } = process.env;
    try {
      process.env['TZ'] = 'Asia/Tokyo';
      for (const time of ['2026-03-01T12:00:00', '2026-03-01 12:00:00.000000', '2026-03-01T12:00'])
        assert.equal(only({ timestamp: time }).at, noon, time);
      assert.equal(only({ timestamp: '2026-03-01' }).at, noon - 12 * 3_600_000);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('does not mistake durations or positions for times', () => {
    assert.equal(only({ time: 12.5, created: noon }).at, noon);
    for (const time of [0, -1, 7, 1e300, 'soon', '', {}, [], true])
      assert.equal(only({ time }).at, undefined);
  });

  it('uses the start time of an entry that has no end time', () => {
    const { at, start } = only({ start: '2026-03-01T12:00:00Z', end: null, status: 'processing' });
    assert.deepEqual([at, start], [noon, noon]);
  });

  it('sorts entries from newest to oldest unless an entry has no time', () => {
    assert.deepEqual(times([{ time: noon }, { time: noon + 2 }, { time: noon + 1 }]), [
      noon + 2,
      noon + 1,
      noon,
    ]);
    assert.deepEqual(times([{ time: noon }, {}, { time: noon + 1 }]), [noon, undefined, noon + 1]);
  });

  it('accepts plain lines of text as entries', () => {
    const { items } = page({ items: ['Collected 3 files', 'ERROR: a.pdf could not be read'] });
    assert.deepEqual(
      items.map(({ outcome, message }) => [outcome, message]),
      [
        ['info', 'Collected 3 files'],
        ['error', 'ERROR: a.pdf could not be read'],
      ],
    );
  });

  it('includes unreadable entries in the number of received entries', () => {
    assert.deepEqual(page([null, 5, true, {}]).received, 4);
    assert.equal(page([null, 5, true, {}]).items.length, 1);
  });

  it('recognizes errors by the type, the level, the action, the status or the error text', () => {
    const outcomes = [
      { type: 'Error' },
      { level: 'FATAL' },
      { action: 'failed' },
      { status: 'unreadable' },
      { error: 'No access' },
      { exception: { message: 'Broken' } },
      { error: 13 },
      { action: 'added', error: 0 },
      { action: 'added', error: null },
      { action: 'added', error: '' },
      { type: 'Success', status: 'processed' },
    ].map((entry) => only(entry).outcome);
    assert.deepEqual(outcomes, [
      ...['error', 'error', 'error', 'error', 'error', 'error', 'error'],
      ...['info', 'info', 'info', 'success'],
    ]);
    assert.equal(only({ exception: { message: 'Broken' } }).error, 'Broken');
  });

  it('returns only counts that the service has sent', () => {
    assert.deepEqual(only({ payload: { added: 3, changed: '1' } }).counts, {
      added: 3,
      changed: 1,
      removed: undefined,
    });
    for (const added of [-1, 'many', null, true, '2026-03-01'])
      assert.equal(only({ added }).counts, undefined);
  });

  it('ignores a cursor that is neither text nor a number', () => {
    const cursors = ['c2', 17, '', null, false, {}, undefined].map(
      (cursor) => page({ items: [], cursor }).cursor,
    );
    assert.deepEqual(cursors, ['c2', '17', undefined, undefined, undefined, undefined, undefined]);
  });

  it('never throws, and never returns more entries than it has received', () => {
    const anything = fc.anything();
    const entry = fc.oneof(
      anything,
      fc.record({ timestamp: anything, end: anything, payload: anything, error: anything, id: anything }),
    );
    const body = fc.record(
      { items: fc.oneof(fc.array(entry), fc.dictionary(fc.string(), entry), anything), cursor: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(body, anything), (json) => {
        const decodedPage = decodeLogPage(json);
        if (decodedPage) assert.ok(decodedPage.items.length <= decodedPage.received);
      }),
      { numRuns: 2_000 },
    );
  });
});
