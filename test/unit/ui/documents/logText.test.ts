import assert from 'node:assert/strict';
import '../../../doubles/useFakeVscode.ts';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const { logText } = await import('../../../../src/ui/documents/logText.ts');

const noon = Date.parse('2026-03-01T12:00:00Z');

describe('A log as a document', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.close());

  function text(): Promise<string> {
    const client = server.client();
    const reader = new LogReader(() => Promise.resolve(client));
    const owner = { connectionId: 'c1', path: '/ws/wiki' };
    return logText(reader, owner, 'collection', new AbortController().signal);
  }

  it('has a line for each entry, with its time in UTC', async () => {
    server.answer = (_, response) =>
      json(response, {
        items: [
          { time: noon, action: 'failed', file_name: 'b.txt', error: 'No access', user: 'ines' },
          { action: 'added', origin_path: 'north/a.txt', type: 'Success' },
        ],
      });
    assert.equal(
      await text(),
      '2026-03-01T12:00:00.000Z error   failed b.txt · No access · ines\n' +
        `${'-'.padEnd(24)} success added north/a.txt\n`,
    );
  });

  it('contains a note if there are no entries or if older entries are not shown', async () => {
    server.answer = (_, response) => json(response, { items: [] });
    assert.equal(await text(), 'The log has no entries.');
    server.answer = (_, response, index) =>
      json(response, {
        items: Array.from({ length: 200 }, (_entry, row) => `line ${index} ${row}`),
        cursor: String(index),
      });
    const lines = (await text()).trimEnd().split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [5_001, 'Older entries are not shown.']);
  });

  it('is read with a limited number of requests if the service sends short pages', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: [`line ${index}`], cursor: String(index) });
    const lines = (await text()).trimEnd().split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [126, 'Older entries are not shown.']);
    assert.equal(server.seen.length, 125);
  });

  it('ends after a few requests if the service sends empty pages without end', async () => {
    server.answer = (_, response, index) =>
      json(response, { items: index === 0 ? ['the only line'] : [], cursor: String(index) });
    const lines = (await text()).trimEnd().split('\n');
    assert.match(lines[0] ?? '', /the only line/);
    assert.equal(lines.length, 1);
    assert.equal(server.seen.length, 10);
  });

  it('keeps the newest entries if older entries cannot be loaded', async () => {
    server.answer = (_, response, index) => {
      if (index > 0) json(response, {}, 500);
      else
        json(response, {
          items: Array.from({ length: 200 }, (_entry, row) => `line ${row}`),
          cursor: 'more',
        });
    };
    const lines = (await text()).trimEnd().split('\n');
    assert.equal(lines.length, 201);
    assert.equal(
      lines.at(-1),
      'Older entries could not be loaded. The service failed (500). Open the log again to retry.',
    );
    server.answer = (_, response) => json(response, {}, 500);
    assert.equal((await failureOf(text())).kind, 'serverError');
  });

  for (const { name, text: hostile } of hostileStrings)
    it(`has one line for each entry, given ${name}`, async () => {
      const fields = {
        ...{ action: hostile, origin_path: hostile, file_name: hostile, error: hostile },
        ...{ message: hostile, user: hostile, to: hostile },
      };
      server.answer = (_, response) =>
        json(response, { items: [{ time: noon, ...fields }, { payload: fields }, hostile] });
      const lines = (await text()).split('\n');
      assert.equal(lines.length, 4);
      for (const line of lines) {
        assert.ok(line.length <= 2_034 && line.isWellFormed());
        assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      }
      assert.match(lines[0] ?? '', /^2026-03-01T12:00:00\.000Z error(?: {3}|$)/);
    });
});
