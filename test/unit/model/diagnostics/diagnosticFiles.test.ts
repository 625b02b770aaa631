import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { diagnosticFiles, shownText } from '../../../../src/model/diagnostics/diagnosticFiles.ts';
import { RecentLog, type LogEntry } from '../../../../src/model/diagnostics/recentLog.ts';
import { Redactor, wordsOf } from '../../../../src/model/diagnostics/redactor.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const at = Date.parse('2026-03-01T12:00:00Z');

describe('The files of the diagnostics', () => {
  const store = new DatasourceStore();
  store.open(connection);
  store.applyListing(
    connection.id,
    listing([
      node('Merger plans', { sync_status: 'error', sync_message: 'Quota of the merger' }),
      node('Fjord wiki', { credential_state: 'expired' }),
      node('odd', { sync_status: 'quarantined by Tom' }),
    ]),
    true,
    at - 5_000,
  );
  store.fail(
    connection.id,
    new OnnaError({ kind: 'serverError', status: 503, message: 'Tom pulled the plug' }),
  );

  const log: readonly LogEntry[] = [
    {
      ...{ at, level: 'debug' },
      line: 'GET /api/rel0/lumenfjord/workspaces/merger/@data 200 35 ms',
      call: {
        method: 'GET',
        path: '/api/rel0/lumenfjord/workspaces/merger/@data',
        status: 200,
        durationMs: 35,
      },
    },
    {
      ...{ at, level: 'warn' },
      line: 'POST /x/@favorite 503 7 ms serverError: Tom pulled the plug',
      call: { method: 'POST', path: '/merger/@favorite', status: 503, durationMs: 7 },
      error: { name: 'serverError', code: '503', frames: [] },
    },
    {
      ...{ at, level: 'error' },
      line: 'The list could not be saved: Error: merger',
      what: 'The list could not be saved',
      error: { name: 'Error', code: 'ENOSPC', frames: ['    at save (/home/tom/dist/a.cjs:1:2)'] },
    },
  ];

  function files(isNamesAllowed: boolean): ReadonlyMap<string, string> {
    const known = {
      ...{
        secrets: [],
        servers: [connection.baseUrl],
        users: [connection.user],
        accounts: ['rel0', 'lumenfjord'],
      },
      titles: ['Merger plans'],
    };
    return diagnosticFiles(
      {
        at,
        versions: [
          ['VS Code', '1.139.0'],
          ['Remote', undefined],
        ],
        settings: [['onna.pageSize', 200]],
        snapshots: store.connections(),
        tests: new Map([[connection.id, { isReached: false, failure: 'unreachable ECONNREFUSED' }]]),
        log,
      },
      new Redactor(known, isNamesAllowed, wordsOf(['The list could not be saved'])),
    );
  }

  it('contain versions, settings, the state of each account and the log, but no names', () => {
    const text = shownText(files(false));
    assert.doesNotMatch(text, /merger|fjord|tom|ines|onna\.example|plug|quota/i);
    assert.match(text, /VS Code: 1\.139\.0\nRemote: not set\n/);
    assert.match(text, /onna\.pageSize: 200\n/);
    assert.match(text, /Account: https:\/\/<server 1>\/api\/<account \d+>\/<account \d+>, user <user 1>\n/);
    assert.match(
      text,
      /Datasources: 3\nBy status: synced 1, error 1, unknown 1\nWith expired credentials: 1\n/,
    );
    assert.match(text, /Age of the list: 5 s\n/);
    assert.match(
      text,
      /Failure of the last poll: serverError\nTest Connection: failed: unreachable ECONNREFUSED\n/,
    );
  });

  it('have one line per request, with the method, placeholders for names, the status and the duration', () => {
    const lines = (files(false).get('log.txt') ?? '').split('\n');
    assert.match(
      lines[0] ?? '',
      /^2026-03-01T12:00:00\.000Z debug GET \/api\/<name \d+>\/<name \d+>\/workspaces\/<name \d+>\/@data 200 35 ms$/,
    );
    assert.match(lines[1] ?? '', /^\S+ warn POST \/<name \d+>\/@favorite 503 7 ms \[serverError 503\]$/);
    assert.match(lines[2] ?? '', /^\S+ error The list could not be saved \[Error ENOSPC\]$/);
    assert.equal(lines[3], '    at save (a.cjs:1:2)');
  });

  it('contain the log unchanged, except for server addresses, if names are allowed', () => {
    const text = shownText(files(true));
    assert.match(text, /serverError: Tom pulled the plug/);
    assert.match(text, /user ines@lumenfjord\.test/);
    assert.doesNotMatch(text, /onna\.example/);
  });
});

describe('The recent log', () => {
  it('keeps the latest 5,000 lines, oldest first', () => {
    const recent = new RecentLog();
    for (let line = 0; line < 23_456; line++) recent.add({ at: line, level: 'info', line: String(line) });
    const entries = recent.entries();
    assert.deepEqual([entries.length, entries[0]?.at, entries.at(-1)?.at], [5_000, 18_456, 23_455]);
  });
});
