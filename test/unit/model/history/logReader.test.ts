import assert from 'node:assert/strict';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import type { LogCursor, LogPart, LogSelection } from '../../../../src/model/history/logReader.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { eventually } from '../../sandbox/support/fixture.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const owner = { connectionId: 'c1', path: '/workspaces/harbour/wiki' };
const all: LogSelection = { log: 'collection', errorsOnly: false };
const errors: LogSelection = { log: 'collection', errorsOnly: true };
const { signal } = new AbortController();

/** Makes a log entry. Index 0 is the newest entry. Every 50th entry is an error. */
function entry(index: number): object {
  const isError = index % 50 === 49;
  return { '@timestamp': noon - index * 1_000, id: `u${index}`, type: isError ? 'Error' : 'Success' };
}

describe('LogReader', () => {
  let server: ScriptedServer;
  let client: OnnaClient;
  let reader: LogReader;
  let total: number;
  beforeEach(async () => {
    total = 1_000;
    server = await ScriptedServer.start((request, response) => {
      const offset = Number(request.query.get('cursor') ?? 0);
      const end = offset + Number(request.query.get('limit'));
      json(response, { items: pageAt(offset, end), cursor: end < total ? String(end) : null });
    });
    client = server.client({ clock: new FakeClock(noon, { instantMs: 11_000 }) });
    reader = new LogReader(() => Promise.resolve(client));
  });
  afterEach(() => server.close());

  const pageAt = (offset: number, end = offset + 200): object[] =>
    Array.from({ length: Math.max(0, Math.min(total, end) - offset) }, (_, index) => entry(offset + index));
  const read = (selection = all, cursor?: LogCursor): Promise<LogPart> =>
    reader.read(owner, selection, cursor, signal);

  async function readAll(selection: LogSelection, maxParts = 1_000): Promise<string[]> {
    const uids: string[] = [];
    let cursor: LogCursor | undefined;
    for (let parts = 0; parts === 0 || cursor; parts++) {
      assert.ok(parts < maxParts, 'the log must end');
      const part: LogPart = await read(selection, cursor);
      uids.push(...part.items.map(({ uid }) => uid ?? ''));
      cursor = part.cursor;
    }
    return uids;
  }

  it('requests each log from its own endpoint, with the time span in seconds', async () => {
    const from = noon - 10_500;
    const to = noon + 500;
    for (const log of ['collection', 'processing', 'audit'] as const)
      await read({ log, errorsOnly: false, from, to });
    assert.deepEqual(
      server.seen.map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/'))}`),
      ['GET /@getAuditLogSpyder', 'GET /@getAuditLogBeats', 'GET /@getAuditLogDS'],
    );
    const { query } = server.seen[0] ?? assert.fail();
    assert.deepEqual(
      [query.get('epoch_from'), query.get('epoch_to'), query.get('limit'), query.has('cursor')],
      [String((noon - 11_000) / 1000), String((noon + 1_000) / 1000), '200', false],
    );
  });

  it('reads a log in parts, with one request for each part', async () => {
    const first = await read();
    assert.deepEqual([first.items.length, server.seen.length], [200, 1]);
    const second = await read(all, first.cursor);
    assert.deepEqual([second.items[0]?.uid, server.seen.length], ['u200', 2]);
  });

  it('reads all 50,000 entries of a log, each entry once', async () => {
    total = 50_000;
    const uids = await readAll(all);
    assert.equal(uids.length, 50_000);
    assert.equal(new Set(uids).size, 50_000);
    assert.equal(server.seen.length, 250);
  });

  it('searches up to five pages for errors in one call', async () => {
    const part = await read(errors);
    assert.deepEqual([part.items.length, server.seen.length], [20, 5]);
    assert.equal(part.cursor, undefined);
    total = 100_000;
    server.seen.length = 0;
    const first = await read(errors);
    assert.deepEqual([first.items.length, server.seen.length], [20, 5]);
    assert.equal((await read(errors, first.cursor)).items[0]?.uid, 'u1049');
    assert.equal(server.seen.length, 10);
  });

  it('ends the log if the service sends the same page again', async () => {
    server.answer = (_, response) => json(response, { items: [entry(0), entry(1)], cursor: 'same' });
    assert.deepEqual(await readAll(all, 10), ['u0', 'u1']);
    server.seen.length = 0;
    assert.deepEqual(await readAll(errors, 10), []);
    assert.equal(server.seen.length, 2);
  });

  it('ends the log if the service sends the same large page in response to every request', async () => {
    const items = Array.from({ length: 3_000 }, (_, index) => entry(index));
    server.answer = (_, response) => json(response, { items, cursor: 'same' });
    assert.equal((await readAll(all, 10)).length, 3_000);
    assert.equal(server.seen.length, 2);
  });

  it('ends the log after a few requests if the service sends the same page with a new cursor each time', async () => {
    server.answer = (_, response, index) => json(response, { items: [entry(0)], cursor: String(index) });
    assert.deepEqual(await readAll(all, 10), ['u0']);
    assert.equal(server.seen.length, 10);
  });

  it('continues if the service sends each page twice, and returns each entry once', async () => {
    total = 500;
    server.answer = ({ query }, response) => {
      const step = Number(query.get('cursor') ?? 0);
      json(response, {
        items: pageAt(Math.floor(step / 2) * 200),
        cursor: step < 5 ? String(step + 1) : null,
      });
    };
    const uids = await readAll(all, 10);
    assert.deepEqual(
      uids,
      Array.from({ length: 500 }, (_, index) => `u${index}`),
    );
  });

  it('returns each entry once if the service writes new entries between the requests', async () => {
    total = 500;
    let written = 0;
    server.answer = (request, response) => {
      const offset = Number(request.query.get('cursor') ?? 0);
      // Each new entry moves the others on by one position.
      const items = pageAt(offset - written);
      json(response, { items, cursor: items.length < 200 ? null : String(offset + 200) });
      written += 7;
    };
    const uids = await readAll(all, 10);
    assert.deepEqual(
      uids,
      Array.from({ length: 500 }, (_, index) => `u${index}`),
    );
  });

  it('keeps an entry without a time even if it equals an entry of the previous page', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: ['started', 'ended'].slice(index), cursor: index === 0 ? 'next' : null });
    assert.deepEqual(
      (await read()).items.map(({ message }) => message),
      ['started', 'ended', 'ended'],
    );
  });

  it('continues if the cursor stays the same but the pages differ', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: index < 3 ? [entry(index)] : [], cursor: 'scroll' });
    assert.deepEqual(await readAll(all, 10), ['u0', 'u1', 'u2']);
  });

  it('ends the log at empty pages, even if the pages have a cursor', async () => {
    server.answer = (_, response) => json(response, { items: [], cursor: 'more' });
    assert.deepEqual(await read(), { items: [], cursor: undefined });
    assert.equal(server.seen.length, 2);
    server.seen.length = 0;
    server.answer = (_, response, index) => json(response, { items: [], cursor: String(index) });
    assert.deepEqual(await read(), { items: [], cursor: undefined });
    assert.equal(server.seen.length, 5);
  });

  it('continues after an empty page with a cursor that leads to more entries', async () => {
    const pages = [[entry(0)], [], [entry(1)], []];
    server.answer = ({ query }, response) => {
      const step = Number(query.get('cursor') ?? 0);
      json(response, { items: pages[step], cursor: step < 3 ? String(step + 1) : null });
    };
    assert.deepEqual(await readAll(all, 10), ['u0', 'u1']);
  });

  it('combines several short pages into one part, so that short pages cost the user no extra clicks', async () => {
    server.answer = ({ query }, response) => {
      const offset = Number(query.get('cursor') ?? 0);
      json(response, { items: pageAt(offset, offset + 30), cursor: String(offset + 30) });
    };
    const part = await read();
    assert.deepEqual([part.items.length, server.seen.length], [120, 4]);
    assert.equal((await read(all, part.cursor)).items[0]?.uid, 'u120');
  });

  it('skips unreadable pages, but stops after five requests', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: [index === 3 ? entry(0) : index], cursor: String(index) });
    assert.deepEqual((await read()).items.length, 1);
    assert.equal(server.seen.length, 5);
    server.answer = (_, response, index) => json(response, { items: [index], cursor: String(index) });
    server.seen.length = 0;
    assert.equal((await failureOf(read())).kind, 'decode');
    assert.equal(server.seen.length, 5);
    server.answer = (_, response) => json(response, [1, 2, 3]);
    assert.equal((await failureOf(read())).kind, 'decode');
  });

  it('returns only entries in the time span, even if the service ignores the span', async () => {
    const span = { ...all, from: noon - 450_000, to: noon - 249_999 };
    assert.deepEqual(
      await readAll(span),
      Array.from({ length: 201 }, (_, index) => `u${index + 250}`),
    );
    // The fourth page contains only entries that are older than the span, so the log ends.
    assert.equal(server.seen.length, 4);
  });

  it('returns entries without a time for every time span', async () => {
    server.answer = (_, response) => json(response, { items: [{ id: 'x' }], cursor: null });
    assert.equal((await read({ ...all, from: noon, to: noon + 1 })).items.length, 1);
  });

  it('accepts a page of 150,000 entries', async () => {
    // A function call cannot have 150,000 arguments, so the code must not spread this array.
    const items = new Array<string>(150_000).fill('a line');
    server.answer = (_, response) => json(response, { items, cursor: null });
    assert.equal((await read()).items.length, 150_000);
  });

  for (const [status, body, kind, requests] of [
    [401, { reason: 'You are not authorized to access content', auth: 'ines' }, 'noPermission', 1],
    [404, { reason: 'object and/or route not found' }, 'notFound', 1],
    [412, { reason: 'preconditionFailed' }, 'invalid', 1],
    [424, { reason: 'userApiTimeout' }, 'authServerDown', 3],
    [429, {}, 'rateLimited', 3],
    [500, { message: 'Error on execution of view' }, 'serverError', 1],
    [503, {}, 'serverError', 3],
  ] as const)
    it(`fails with the error “${kind}” after status ${status}`, async () => {
      server.answer = (_, response) => json(response, body, status);
      const { kind: failed } = await failureOf(read());
      assert.deepEqual([failed, server.seen.length], [kind, requests]);
    });

  it('fails with a decode error if the response is not a log', async () => {
    server.answer = (_, response) => json(response, { reason: 'odd' });
    assert.equal((await failureOf(read())).kind, 'decode');
  });

  it('does not send a queued request after its cancellation', async () => {
    const waiting: (() => void)[] = [];
    server.answer = (_, response) => {
      waiting.push(() => json(response, { items: [], cursor: null }));
    };
    const others = [read(), read()];
    await eventually(() => waiting.length === 2);
    const abort = new AbortController();
    const queued = failureOf(reader.read(owner, all, undefined, abort.signal));
    abort.abort();
    for (const answer of waiting) answer();
    await Promise.all(others);
    assert.equal((await queued).kind, 'cancelled');
    assert.equal(server.seen.length, 2);
  });

  it('reads a log for the page before the logs for failed rows, even if those requests have waited longer', async () => {
    const waiting: (() => void)[] = [];
    server.answer = (_, response) => {
      waiting.push(() => json(response, { items: [], cursor: null }));
    };
    const rows = Array.from({ length: 6 }, (_, index) =>
      reader.newestError({ ...owner, path: `/row-${index}` }, signal),
    );
    await eventually(() => waiting.length === 2);
    const page = read();
    waiting.shift()?.();
    await eventually(() => server.seen.length === 3);
    assert.match(server.seen[2]?.path ?? '', /harbour\/wiki/);
    server.answer = (_, response) => json(response, { items: [], cursor: null });
    for (const answer of waiting) answer();
    await Promise.all([...rows, page]);
  });

  it('returns the newest error on the first page, or undefined if that page has no error', async () => {
    assert.equal((await reader.newestError(owner, signal))?.uid, 'u49');
    total = 40;
    assert.equal(await reader.newestError(owner, signal), undefined);
    assert.equal(server.seen.length, 2);
  });
});
