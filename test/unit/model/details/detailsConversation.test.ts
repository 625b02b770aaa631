import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { DetailsConversation } from '../../../../src/model/details/detailsConversation.ts';
import { maxRestoredRows } from '../../../../src/model/details/pagedSection.ts';
import { ExceptionList } from '../../../../src/model/history/exceptionList.ts';
import { HistoryReader } from '../../../../src/model/history/historyReader.ts';
import { LogReader } from '../../../../src/model/history/logReader.ts';
import type { StatusMoment } from '../../../../src/model/history/runs.ts';
import { datasourceFrom } from '../../../../src/model/datasources/datasource.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { PersonalZone } from '../../../../src/model/settings/personalZone.ts';
import { firstExceptionChoice, firstLogChoice } from '../../../../src/shared/detailsProtocol.ts';
import type { DetailsTab } from '../../../../src/shared/detailsProtocol.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import type { Seen } from '../../onna/scriptedServer.ts';
import { eventually } from '../../sandbox/support/fixture.ts';
import { connection, node } from '../datasources/wireNodes.ts';
import { FakeDetailsPage, StandInHost } from './standInHost.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const target = { connectionId: connection.id, datasourceId: 'uid-wiki' };

type Body = Record<string, unknown>;

function wiki(fields: Body = {}, previous?: Datasource): Datasource {
  return datasourceFrom(node('wiki', fields), previous, noon);
}

/** Returns the default responses: a run in the audit log, 450 exceptions and 450 errors in the collection log. */
function answerTo({ path, query, body }: Seen): unknown {
  switch (path.slice(path.lastIndexOf('/') + 1)) {
    case '@size':
      return { bytes_processed: 4_096, doc_count: 12 };
    case '@getAuditLogDS':
      return { items: [{ time: noon, to: 'synced', added: 3 }], cursor: null };
    case '@frontsearch':
      return exceptions(JSON.parse(body) as Body);
    default: {
      const offset = Number(query.get('cursor') ?? 0);
      const items = Array.from({ length: Math.min(200, 450 - offset) }, (_, index) => ({
        time: noon - 1_000 * (offset + index),
        ...{ id: `uid-${offset + index}`, action: 'failed', error: 'No access', file_name: 'a.md' },
      }));
      return { items, cursor: offset + 200 < 450 ? String(offset + 200) : null };
    }
  }
}

function exceptions({ size, from }: Body): Body {
  const length = Math.min(Number(size), 450 - Number(from));
  const buckets = [
    { key: 'Has Error', doc_count: 440 },
    { key: 'Encrypted Document', doc_count: 10 },
  ];
  return {
    member: Array.from({ length }, (_, index) => exception(Number(from) + index)),
    items_count: 450,
    aggregations: { processing_exception: { buckets } },
  };
}

function exception(index: number): Body {
  const id = `/workspaces/harbour/wiki/north/${index}.pdf`;
  return { '@id': id, path: id, title: `${index}.pdf`, processing_exception: 'Has Error' };
}

describe('DetailsConversation', () => {
  let server: ScriptedServer;
  let client: OnnaClient;
  let host: StandInHost;
  let page: FakeDetailsPage;
  let conversation: DetailsConversation;
  let moments: readonly StatusMoment[];
  let errors: unknown[];
  /** The number of calls of `clientOf`. It increases before a request reaches the server. */
  let calls: number;
  let headerClock: FakeClock;
  /** Whether the page is visible. */
  let isShown: boolean;
  /** Functions that send the responses held back by `isHeld`. The tests call these functions. */
  let held: (() => void)[];
  let isHeld: (seen: Seen) => boolean;
  let answer: (seen: Seen, response: ServerResponse) => void;

  beforeEach(async () => {
    [moments, errors, calls, held, isShown] = [[], [], 0, [], true];
    isHeld = () => false;
    answer = (seen, response) => json(response, answerTo(seen));
    server = await ScriptedServer.start((seen, response) => {
      const send = (): void => answer(seen, response);
      if (isHeld(seen)) held.push(send);
      else send();
    });
    client = server.client({ clock: new FakeClock(noon, { instantMs: 11_000 }) });
    host = new StandInHost({ ...connection, baseUrl: server.baseUrl }, wiki());
    page = new FakeDetailsPage();
    headerClock = new FakeClock(noon);
    const clientOf = (): Promise<OnnaClient> => {
      calls++;
      return Promise.resolve(client);
    };
    const logs = new LogReader(clientOf);
    conversation = new DetailsConversation(
      {
        ...{ host, logs, exceptions: new ExceptionList(clientOf), client: clientOf },
        history: new HistoryReader({ read: () => Promise.resolve(moments) }, logs),
        zone: new PersonalZone({
          ...{ chosen: () => undefined, isLocal: false },
          ...{ remembered: () => undefined, remember: () => undefined },
        }),
        clock: headerClock,
        isShown: () => isShown,
        post: page.take,
        onError: (error) => errors.push(error),
      },
      target,
    );
  });
  afterEach(async () => {
    conversation.dispose();
    for (const send of held) send();
    await server.close();
    assert.deepEqual(errors, []);
  });

  function ready(tab: DetailsTab = 'history'): void {
    const choices = { log: firstLogChoice, exceptions: firstExceptionChoice };
    conversation.receive({ type: 'ready', timeZone: 'Asia/Tokyo', tab, ...choices });
  }
  const isDone = (type: 'history' | 'exceptions' | 'log'): boolean =>
    ['ready', 'failed'].includes(page.last(type)?.load.phase ?? '');
  const requests = (): string[] =>
    server.seen.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).toSorted();

  async function opened(tab: DetailsTab = 'history'): Promise<void> {
    ready(tab);
    const type = tab === 'logs' ? 'log' : tab;
    await eventually(() => isDone(type) && host.numbers?.resources !== undefined);
  }
  async function send(...messages: unknown[]): Promise<void> {
    for (const message of messages) conversation.receive(message);
    await settle();
  }

  it('sends 4 requests when the page opens, and shows the results', async () => {
    await opened();
    assert.deepEqual(requests(), ['@frontsearch', '@getAuditLogDS', '@getAuditLogSpyder', '@size']);
    assert.deepEqual(host.numbers, { bytesProcessed: 4_096, resources: 12, exceptions: 440, notes: 10 });
    const history = page.last('history');
    assert.deepEqual([history?.runs[0]?.source, history?.runs[0]?.added], ['audit', 3]);
    assert.ok(!('changed' in (history?.runs[0] ?? {})));
    assert.equal(page.messages[0]?.type, 'header');
  });

  it('does not send the header that the document of the page contains, but sends a newer one', async () => {
    const { header, document } = conversation.open();
    assert.deepEqual([header.title, document.length], ['wiki', 36]);
    ready();
    assert.equal(page.last('header'), undefined);
    await eventually(() => isDone('history') && host.numbers?.resources !== undefined);
    assert.equal(page.last('header')?.header.title, 'wiki');

    const messages = page.messages.length;
    ready();
    assert.equal(page.messages[messages]?.type, 'header', 'a page that is created again receives the header');
  });

  it('sends the header when the page is ready if it has changed since the document was created', async () => {
    const { header } = conversation.open();
    host.known = wiki({ title: 'Renamed' });
    await opened();
    assert.notEqual(page.messages[0]?.type === 'header' && page.messages[0].header.title, header.title);
  });

  for (const [tab, service] of [
    ['exceptions', '@frontsearch'],
    ['logs', '@getAuditLogSpyder'],
  ] as const)
    it(`requests the ${tab} but not the history if the page opens with the tab “${tab}”`, async () => {
      await opened(tab);
      assert.deepEqual(requests(), ['@frontsearch', service, '@size'].toSorted());
      assert.equal(page.last('history'), undefined);
    });

  it('requests the data of a tab when the user opens the tab for the first time', async () => {
    await opened();
    conversation.receive({ type: 'tab', tab: 'logs' });
    await eventually(() => isDone('log'));
    assert.equal(server.seen.length, 5);
    await send({ type: 'tab', tab: 'history' }, { type: 'tab', tab: 'logs' });
    assert.equal(calls, 5);
    conversation.receive({ type: 'refresh', tab: 'logs' });
    // A refresh also requests the numbers in the header again.
    await eventually(() => server.seen.length === 8);
  });

  it('shows the runs in the local journal before the service has responded', async () => {
    moments = [{ at: noon, status: 'error', reason: 'Full', counts: undefined }];
    isHeld = () => true;
    ready();
    await eventually(() => page.last('history') !== undefined);
    const { load, runs } = page.last('history') ?? assert.fail();
    assert.deepEqual([load.phase, runs[0]?.outcome, runs[0]?.reason], ['loading', 'error', 'Full']);
  });

  it('sends no requests after a change without a new result', async () => {
    await opened();
    for (const change of [{ sync_status: 'pending' }, { sync_status: 'syncing' }, { title: 'New title' }]) {
      host.known = wiki(change, host.known);
      host.changes.fire(connection.id);
      assert.equal(page.last('header')?.header.title, host.known.title);
    }
    host.changes.fire('another account');
    await settle();
    assert.equal(calls, 4);
  });

  it('reloads the open tab and the numbers after a new result, and another tab when the user opens it', async () => {
    await opened();
    conversation.receive({ type: 'tab', tab: 'exceptions' });
    await eventually(() => isDone('exceptions'));
    server.seen.length = 0;
    page.messages.length = 0;
    host.known = wiki({ sync_status: 'failed' }, host.known);
    host.changes.fire(connection.id);
    await eventually(() => isDone('exceptions') && server.seen.length === 3);
    assert.deepEqual(requests(), ['@frontsearch', '@frontsearch', '@size']);
    conversation.receive({ type: 'tab', tab: 'history' });
    await eventually(() => isDone('history'));
    assert.equal(server.seen.length, 5);
  });

  it('does not treat the first known result as a new result', async () => {
    host.known = wiki({ sync_status: 'failed' }, host.known);
    await opened();
    host.changes.fire(connection.id);
    await settle();
    assert.equal(calls, 4);
  });

  it('loads the history as soon as the host has loaded the Datasource', async () => {
    const known = host.known;
    host.known = undefined;
    ready();
    await settle();
    assert.deepEqual([calls, page.last('header')?.header.isGone], [0, true]);
    host.known = known;
    host.changes.fire(connection.id);
    await eventually(() => isDone('history'));
    assert.equal(server.seen.length, 4);
  });

  it('sends all rows to a recreated page without a new request', async () => {
    await opened('exceptions');
    const { rows } = page;
    await send({ type: 'moreExceptions', loaded: 200, isRestoring: false });
    await eventually(() => page.rows.length === 400);
    page.messages.length = 0;
    page.rows = [];
    const before = calls;
    ready('exceptions');
    await settle();
    assert.deepEqual(page.rows.slice(0, 200), rows);
    assert.equal(page.rows.length, 400);
    assert.deepEqual([page.phases('exceptions'), page.phases('log'), calls], [['ready'], [], before]);
  });

  it('sends each row once, in messages of at most 500 rows, and keeps at most 50,000 log entries', async () => {
    const items = Array.from({ length: 60_000 }, (_, index) => ({
      ...{ time: noon - index, id: `uid-${index}`, action: 'failed', error: 'No access' },
    }));
    answer = (seen, response) =>
      json(response, seen.path.endsWith('@getAuditLogSpyder') ? { items, cursor: null } : answerTo(seen));
    await opened('logs');
    while (page.last('log')?.hasOlder === true)
      conversation.receive({ type: 'olderLog', loaded: page.items.length, isRestoring: false });
    const logs = page.messages.filter((message) => message.type === 'log');
    assert.equal(Math.max(...logs.map((message) => message.items.length)), 500);
    assert.equal(
      logs.reduce((sum, message) => sum + message.items.length, 0),
      50_000,
    );
    assert.equal(new Set(page.items.map(({ id }) => id)).size, 50_000);
    assert.deepEqual(page.last('log')?.load, { phase: 'ready', notice: 'only 50000' });
  });

  it('keeps at most 100,000 exceptions, and shows a notice that there are more', async () => {
    answer = (seen, response) => {
      const member = Array.from({ length: 100_200 }, (_, index) => exception(index));
      const isRows = seen.path.endsWith('@frontsearch') && !seen.body.includes('"size":1,');
      json(response, isRows ? { member, items_count: 100_200 } : answerTo(seen));
    };
    await opened('exceptions');
    while (page.last('exceptions')?.hasMore === true)
      conversation.receive({ type: 'moreExceptions', loaded: page.rows.length, isRestoring: false });
    assert.equal(page.rows.length, 100_000);
    assert.equal(page.last('exceptions')?.load.notice, 'only 100000');
    conversation.receive({ type: 'open', id: '/workspaces/harbour/wiki/north/99999.pdf' });
    await eventually(() => host.acts.length > 0);
    assert.match(host.acts[0] ?? '', /^open .*99999\.pdf/);
  });

  it('sends the first 500 rows to a recreated page, then the others on demand, without asking the service again', async () => {
    answer = (seen, response) => {
      const member = Array.from({ length: 1_200 }, (_, index) => exception(index));
      const isRows = seen.path.endsWith('@frontsearch') && !seen.body.includes('"size":1,');
      json(response, isRows ? { member, items_count: 1_200 } : answerTo(seen));
    };
    await opened('exceptions');
    await send(
      { type: 'moreExceptions', loaded: 500, isRestoring: false },
      { type: 'moreExceptions', loaded: 500, isRestoring: false },
    );
    assert.equal(page.rows.length, 1_000);
    page.rows = [];
    const before = calls;
    ready('exceptions');
    await settle();
    assert.equal(page.rows.length, 500);
    await send(
      { type: 'moreExceptions', loaded: 500, isRestoring: false },
      { type: 'moreExceptions', loaded: 1_000, isRestoring: false },
    );
    assert.deepEqual([page.rows.length, calls], [1_200, before]);
  });

  it('loads more rows only once, and only if the page has received all previous rows', async () => {
    await opened('exceptions');
    const more = { type: 'moreExceptions', loaded: 200, isRestoring: false };
    await send(more, more, { type: 'moreExceptions', loaded: 100, isRestoring: false });
    await eventually(() => page.rows.length === 400);
    await send(more, { type: 'moreExceptions', loaded: 400, isRestoring: false });
    await eventually(() => page.rows.length === 450);
    assert.equal(page.last('exceptions')?.hasMore, false);
    assert.equal(new Set(page.rows.map(({ id }) => id)).size, 450);
    assert.equal(server.seen.length, 5);
  });

  it('shows each exception once even if new exceptions move older ones to the next page', async () => {
    await opened('exceptions');
    answer = ({ body }, response) => {
      const { from } = JSON.parse(body) as { from: number };
      json(response, exceptions({ size: 200, from: from - 5 }));
    };
    await send({ type: 'moreExceptions', loaded: 200, isRestoring: false });
    await eventually(() => page.rows.length === 395);
    assert.equal(new Set(page.rows.map(({ id }) => id)).size, 395);
    await send({ type: 'moreExceptions', loaded: 395, isRestoring: false });
    await eventually(() => page.rows.length === 450);
  });

  it('stops after a few requests that return Resources without exceptions', async () => {
    answer = ({ path, body }, response) => {
      const { from = 0 } = JSON.parse(body || '{}') as { from?: number };
      const member = Array.from({ length: 200 }, (_, index) => ({ '@id': `/x/${from + index}` }));
      json(response, path.endsWith('@frontsearch') ? { member } : {});
    };
    ready('exceptions');
    await eventually(() => isDone('exceptions'));
    const { load, hasMore } = page.last('exceptions') ?? assert.fail();
    assert.deepEqual([load.phase, hasMore, page.rows], ['ready', false, []]);
    const lists = server.seen.filter(({ body }) => body.includes('"size":200'));
    assert.equal(lists.length, 5);
  });

  it('loads older entries of a log', async () => {
    await opened('logs');
    await send({ type: 'olderLog', loaded: 200, isRestoring: false });
    await eventually(() => page.items.length === 400);
    await send({ type: 'olderLog', loaded: 400, isRestoring: false });
    await eventually(() => page.items.length === 450);
    assert.equal(page.last('log')?.hasOlder, false);
  });

  it('shows only the rows for the second filter if the user chooses two filters in quick succession', async () => {
    await opened('exceptions');
    page.messages.length = 0;
    answer = ({ body }, response) => {
      const kind = /text_contains":\[\{"var":"title"\},"(\w+)"/.exec(body)?.[1] ?? '';
      json(response, { member: [{ ...exception(0), title: kind }], items_count: 1 });
    };
    isHeld = ({ body }) => body.includes('first');
    for (const text of ['first', 'second'])
      conversation.receive({ type: 'chooseExceptions', choice: { ...firstExceptionChoice, text } });
    await eventually(() => isDone('exceptions'));
    for (const release of held.splice(0)) release();
    await settle();
    assert.deepEqual(
      page.rows.map(({ file }) => file),
      ['second'],
    );
    assert.deepEqual(page.phases('exceptions'), ['ready']);
    assert.equal(page.last('exceptions')?.choice.text, 'second');
  });

  it('reports at once that the first rows are loading, but waits 100 ms if there are already rows', async () => {
    isHeld = ({ path }) => path.includes('AuditLog');
    ready('logs');
    await eventually(() => held.length === 1);
    assert.deepEqual(page.phases('log'), ['loading']);
    for (const release of held.splice(0)) release();
    await eventually(() => isDone('log'));
    page.messages.length = 0;
    conversation.receive({ type: 'chooseLog', choice: { log: 'audit', errorsOnly: false } });
    await eventually(() => held.length === 1);
    await headerClock.advance(99);
    assert.deepEqual(page.phases('log'), []);
    await headerClock.advance(1);
    assert.deepEqual(page.phases('log'), ['loading']);
    assert.equal(page.items.length, 200);
    for (const release of held.splice(0)) release();
    await eventually(() => page.items.length === 1);
  });

  it('shows only the entries of the second log if the user chooses two logs in quick succession', async () => {
    await opened('logs');
    page.messages.length = 0;
    isHeld = ({ path }) => path.endsWith('@getAuditLogBeats');
    for (const log of ['processing', 'audit'] as const)
      conversation.receive({ type: 'chooseLog', choice: { log, errorsOnly: false } });
    await eventually(() => isDone('log'));
    for (const release of held.splice(0)) release();
    await settle();
    assert.deepEqual([page.last('log')?.choice.log, page.items.length], ['audit', 1]);
    assert.deepEqual(page.phases('log'), ['ready']);
  });

  it('shows a notice if the user may not read a log, and removes the entries of the previous log', async () => {
    await opened('logs');
    const body = { reason: 'You are not authorized to access content', auth: 'ines' };
    answer = (_, response) => json(response, body, 401);
    conversation.receive({ type: 'chooseLog', choice: { log: 'audit', errorsOnly: false } });
    await eventually(() => page.last('log')?.load.phase === 'failed');
    const { load, hasOlder } = page.last('log') ?? assert.fail();
    assert.deepEqual([load.notice, hasOlder, page.items], ['no access to audit', false, []]);
  });

  it('shows the history from the journal if the logs cannot be read', async () => {
    moments = [{ at: noon, status: 'synced', reason: undefined, counts: undefined }];
    answer = (seen, response) =>
      seen.path.includes('AuditLog') ? json(response, {}, 404) : json(response, answerTo(seen));
    await opened();
    const { load, runs } = page.last('history') ?? assert.fail();
    assert.deepEqual([load, runs.length], [{ phase: 'ready', notice: 'missing, missing' }, 1]);
  });

  it('reports a failure if no source of the history can be read', async () => {
    answer = (seen, response) =>
      seen.path.includes('AuditLog') ? json(response, {}, 500) : json(response, answerTo(seen));
    await opened();
    assert.equal(page.last('history')?.load.phase, 'failed');
    assert.match(page.last('history')?.load.notice ?? '', /serverError/);
  });

  it('keeps the runs of a log after a temporary failure, and removes them if the user may no longer read the log', async () => {
    moments = [{ at: noon + 3_600_000, status: 'error', reason: 'Full', counts: undefined }];
    await opened();
    const sources = (): string[] => (page.last('history')?.runs ?? []).map(({ source }) => source);
    const before = sources();
    assert.deepEqual(before.slice(0, 2), ['journal', 'audit']);
    for (const [status, kept] of [
      [500, before],
      [401, ['journal']],
    ] as const) {
      answer = (seen, response) =>
        seen.path.includes('AuditLog')
          ? json(response, { reason: 'unauthorized' }, status)
          : json(response, answerTo(seen));
      page.messages.length = 0;
      conversation.receive({ type: 'refresh', tab: 'history' });
      await eventually(() => isDone('history'));
      assert.deepEqual([page.last('history')?.load.phase, sources()], ['ready', kept]);
    }
  });

  it('leaves numbers undefined if the service does not send them', async () => {
    answer = (_, response) => json(response, {}, 404);
    ready();
    await eventually(() => isDone('history') && server.seen.length === 4);
    await settle();
    assert.deepEqual(host.numbers, {
      ...{ bytesProcessed: undefined, resources: undefined, exceptions: undefined, notes: undefined },
    });
  });

  it('keeps the rows after a failed refresh, and removes the rows if a new filter fails to load', async () => {
    await opened('exceptions');
    answer = (_, response) => json(response, {}, 500);
    conversation.receive({ type: 'refresh', tab: 'exceptions' });
    await eventually(() => page.last('exceptions')?.load.phase === 'failed');
    assert.equal(page.rows.length, 200);
    page.messages.length = 0;
    const choice = { ...firstExceptionChoice, kind: 'Has Error' };
    conversation.receive({ type: 'chooseExceptions', choice });
    await eventually(() => page.last('exceptions')?.load.phase === 'failed');
    assert.deepEqual([page.rows.length, page.last('exceptions')?.hasMore], [0, false]);
  });

  it('cancels a load, and then restores the previous rows, or reports a failure if there were no rows', async () => {
    isHeld = ({ path }) => path.includes('AuditLog');
    ready('logs');
    await eventually(() => held.length === 1);
    await send({ type: 'cancel' });
    assert.equal(page.last('log')?.load.phase, 'failed');
    isHeld = () => false;
    conversation.receive({ type: 'tab', tab: 'logs' });
    await eventually(() => isDone('log'));
    isHeld = ({ path }) => path.includes('AuditLog');
    conversation.receive({ type: 'chooseLog', choice: { log: 'audit', errorsOnly: false } });
    await eventually(() => held.length === 2);
    await send({ type: 'cancel' });
    const { load, choice } = page.last('log') ?? assert.fail();
    assert.deepEqual([load.phase, choice.log, page.items.length], ['ready', 'collection', 200]);
  });

  it('posts no messages after it is disposed', async () => {
    for (const tab of ['history', 'exceptions', 'logs'] as const) {
      isHeld = () => true;
      ready(tab);
      await settle();
    }
    await eventually(() => held.length >= 4);
    conversation.dispose();
    page.messages.length = 0;
    for (const release of held.splice(0)) release();
    isHeld = () => false;
    host.changes.fire(connection.id);
    ready();
    await settle();
    assert.deepEqual(page.messages, []);
  });

  it('truncates hostile texts, and removes control characters', async () => {
    const texts = hostileStrings.map(({ text }) => text.slice(0, 5_000));
    const long = (text: string): string => `${text} ${'x'.repeat(5_000)}`;
    moments = texts.map((text, index) => {
      return { at: noon + index * 3_600_000, status: 'error', reason: long(text), counts: undefined };
    });
    answer = (seen, response) => {
      const members = texts.map((text, index) => ({
        ...{
          '@id': `/workspaces/harbour/wiki/${index}`,
          title: long(text),
          path: `/workspaces/harbour/${long(text)}/x`,
        },
        processing_exception: long(text),
      }));
      members.push({ ...members[0], '@id': `/${'x'.repeat(1e5)}` } as (typeof members)[0]);
      const buckets = texts.map((key) => ({ key: long(key), doc_count: 1 }));
      if (seen.path.endsWith('@frontsearch'))
        json(response, { member: members, aggregations: { processing_exception: { buckets } } });
      else if (seen.path.includes('AuditLog'))
        json(response, {
          items: texts.map((text) => ({
            ...{
              action: long(text),
              error: long(text),
              file_name: long(text),
              user: long(text),
              id: long(text),
            },
          })),
        });
      else json(response, answerTo(seen));
    };
    await opened('exceptions');
    for (const tab of ['history', 'logs']) conversation.receive({ type: 'tab', tab });
    await eventually(() => isDone('history') && isDone('log'));
    assert.deepEqual([page.rows.length, page.items.length], [texts.length, texts.length]);
    const shown = [page.last('history'), page.last('exceptions'), page.last('log')];
    const strings: string[] = [];
    JSON.stringify(shown, (_, value: unknown) => {
      if (typeof value === 'string') strings.push(value);
      return value;
    });
    for (const text of strings) {
      assert.ok(text.length <= 501, `${text.length} characters`);
      assert.doesNotMatch(text, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      assert.ok(text.isWellFormed());
    }
  });

  it('filters by the full kind of an exception even if the page shows a truncated kind', async () => {
    const kind = `Broken\u0007 ${'x'.repeat(400)}`;
    answer = (_, response) =>
      json(response, {
        member: [{ ...exception(1), processing_exception: kind }],
        aggregations: { processing_exception: { buckets: [{ key: kind, doc_count: 1 }] } },
      });
    ready('exceptions');
    await eventually(() => isDone('exceptions'));
    const shown = page.last('exceptions')?.kinds[0]?.kind ?? '';
    assert.equal(shown.length, 301);
    conversation.receive({ type: 'chooseExceptions', choice: { ...firstExceptionChoice, kind: shown } });
    await eventually(() => server.seen.some(({ body }) => body.includes(JSON.stringify([kind]))));
    await eventually(() => page.last('exceptions')?.choice.kind === shown);
    await send({ type: 'saveExceptions' });
    assert.deepEqual(host.acts, [`save ${JSON.stringify({ kind, ...firstExceptionChoice })}`]);
  });

  it('runs an action on an exception, and shows the outcome in its row', async () => {
    await opened('exceptions');
    const id = '/workspaces/harbour/wiki/north/3.pdf';
    await send(
      { type: 'open', id },
      { type: 'revealResource', id },
      { type: 'process', ids: [id, 'gone'], isLast: true },
    );
    assert.deepEqual(host.acts, [`open ${id} 3.pdf`, `reveal ${id}`, `process ${id}`]);
    assert.deepEqual(page.last('outcomes')?.outcomes, [{ id, outcome: 'sent', isSelected: false }]);
  });

  describe('with 1,200 selected exceptions', () => {
    const id = (index: number): string => `/workspaces/harbour/wiki/north/${index}.pdf`;
    const ids = Array.from({ length: 1_200 }, (_, index) => id(index));
    beforeEach(async () => {
      answer = (seen, response) => {
        const member = ids.map((_, index) => exception(index));
        const isRows = seen.path.endsWith('@frontsearch') && !seen.body.includes('"size":1,');
        json(response, isRows ? { member, items_count: 1_200 } : answerTo(seen));
      };
      await opened('exceptions');
    });
    const select = (isComplete = true): void => {
      for (let from = 0; from < 1_200; from += 500)
        if (isComplete || from < 1_000)
          conversation.receive({
            ...{ type: 'process', ids: ids.slice(from, from + 500), isLast: from === 1_000 },
          });
    };
    const outcomes = (): { id: string; outcome: string; isSelected: boolean }[] =>
      page.messages.flatMap((message) => (message.type === 'outcomes' ? message.outcomes : []));

    it('starts one action after the whole selection has arrived, and sends the outcomes in few messages', async () => {
      select();
      await settle();
      assert.deepEqual(host.acts, [`process ${ids.join(' ')}`]);
      assert.deepEqual(
        outcomes(),
        ids.map((one) => ({ id: one, outcome: 'sent', isSelected: false })),
      );
      const sizes = page.messages.flatMap((one) => (one.type === 'outcomes' ? [one.outcomes.length] : []));
      assert.deepEqual(sizes, [500, 500, 200]);
    });

    it('shows outcomes while the action runs, and leaves a row selected if the action did not reach it', async () => {
      const finished = Promise.withResolvers<boolean>();
      host.processing = (paths, ended) => {
        ended(paths[0] ?? '', undefined);
        ended(paths[1] ?? '', new Error('refused'));
        return finished.promise;
      };
      select();
      await settle();
      assert.deepEqual(outcomes(), []);
      await headerClock.advance(250);
      assert.deepEqual(outcomes(), [
        { id: id(0), outcome: 'sent', isSelected: false },
        { id: id(1), outcome: 'refused', isSelected: false },
      ]);
      finished.resolve(true);
      await settle();
      assert.equal(outcomes().length, 1_200);
      assert.ok(
        outcomes().every(({ outcome, isSelected }, index) => index < 2 || (isSelected && outcome !== 'sent')),
      );
    });

    it('does not start the action twice for the same rows, and shows no outcomes if the user does not confirm', async () => {
      const finished = Promise.withResolvers<boolean>();
      host.processing = () => finished.promise;
      select();
      select();
      await send({ type: 'process', ids: [id(3)], isLast: true });
      assert.equal(host.acts.length, 1);
      finished.resolve(false);
      await settle();
      assert.deepEqual(outcomes(), []);
      await send({ type: 'process', ids: [id(3)], isLast: true });
      assert.equal(host.acts.at(-1), `process ${id(3)}`);
    });

    it('shows the error in each row if the action cannot start, and keeps the rows selected', async () => {
      host.processing = () => Promise.reject(new Error('signed out'));
      select();
      await settle();
      assert.equal(outcomes().length, 1_200);
      assert.ok(outcomes().every(({ outcome, isSelected }) => outcome === 'signed out' && isSelected));
    });

    it('discards an incomplete selection when the page is created again', async () => {
      select(false);
      ready('exceptions');
      await send({ type: 'process', ids: [id(3)], isLast: true });
      assert.deepEqual(host.acts, [`process ${id(3)}`]);
    });
  });

  it('reads only a limited number of rows to restore a scroll position, but sends all rows that are already loaded', async () => {
    answer = (seen, response) => {
      const offset = Number(seen.query.get('cursor') ?? 0);
      const items = Array.from({ length: 200 }, (_, index) => ({
        ...{ time: noon - 1_000 * (offset + index), id: `uid-${offset + index}`, action: 'failed' },
        error: 'No access',
      }));
      json(
        response,
        seen.path.endsWith('@getAuditLogSpyder') ? { items, cursor: String(offset + 200) } : answerTo(seen),
      );
    };
    const restore = async (): Promise<void> => {
      for (let before = -1; before !== page.items.length;) {
        before = page.items.length;
        await send({ type: 'olderLog', loaded: before, isRestoring: true });
        await eventually(() => isDone('log'));
      }
    };
    await opened('logs');
    await restore();
    assert.equal(page.items.length, maxRestoredRows);
    assert.deepEqual([page.last('log')?.items, page.last('log')?.hasOlder], [[], true]);
    await send({ type: 'olderLog', loaded: maxRestoredRows, isRestoring: false });
    await eventually(() => page.items.length === maxRestoredRows + 200);
    const before = calls;
    page.items = [];
    ready('logs');
    await settle();
    await restore();
    assert.deepEqual([page.items.length, calls], [maxRestoredRows + 200, before]);
  });

  it('finds the Resource of a log entry with one request, and reports a missing Resource', async () => {
    await opened('logs');
    answer = ({ body }, response) => {
      const member = body.includes('uid-7') ? [{ ...exception(7), '@uid': 'uid-7' }] : [];
      json(response, { member, items_count: member.length });
    };
    const before = calls;
    conversation.receive({ type: 'open', id: 'uid-7' });
    conversation.receive({ type: 'open', id: 'uid-8' });
    await eventually(() => host.acts.length === 2);
    assert.deepEqual(host.acts.toSorted(), ['missing', 'open /workspaces/harbour/wiki/north/7.pdf 7.pdf']);
    assert.equal(calls, before + 2);
    answer = (_, response) => json(response, {}, 500);
    conversation.receive({ type: 'open', id: 'uid-9' });
    await eventually(() => host.acts.some((act) => act.startsWith('tell serverError')));
  });

  it('ignores invalid messages from the page', async () => {
    for (const data of [
      undefined,
      null,
      'ready',
      { type: 'ready' },
      { type: 'open' },
      { type: 'act', id: 1 },
    ])
      await send(data);
    assert.deepEqual([page.messages, calls, host.acts], [[], 0, []]);
  });

  it('shows the requested tab as soon as the page is ready, and loads only this tab', async () => {
    conversation.show('logs', true);
    ready('history');
    await eventually(() => isDone('log'));
    assert.equal(page.last('show')?.tab, 'logs');
    assert.equal(page.last('history'), undefined);
    conversation.show('exceptions', true);
    assert.equal(page.last('show')?.tab, 'exceptions');
  });

  it('shows the requested tab of a hidden page once VS Code has recreated the page', async () => {
    await opened();
    conversation.show('logs', false);
    assert.equal(page.last('show'), undefined);
    ready('history');
    await eventually(() => isDone('log'));
    assert.equal(page.last('show')?.tab, 'logs');
  });

  it('sends no requests for a hidden page when a run ends, but reloads the page when it is shown again', async () => {
    await opened();
    isShown = false;
    const before = calls;
    host.known = wiki({ sync_status: 'synced', last_sync: '2026-03-01T13:00:00Z' });
    host.changes.fire(connection.id);
    await settle();
    assert.equal(calls, before);
    isShown = true;
    ready();
    await eventually(() => calls > before && isDone('history'));
  });

  it('reports a failure for a removed Datasource, and sends no requests', async () => {
    host.known = undefined;
    host.isRemoved = true;
    ready('exceptions');
    await eventually(() => page.last('exceptions')?.load.phase === 'failed');
    assert.equal(calls, 0);
  });

  for (const [tab, type] of [
    ['history', 'history'],
    ['exceptions', 'exceptions'],
    ['logs', 'log'],
  ] as const)
    it(`reports that the Datasource was removed during a load of the ${tab} tab, and ignores the responses`, async () => {
      isHeld = () => true;
      ready(tab);
      await eventually(() => held.length >= 3);
      host.known = undefined;
      host.isRemoved = true;
      host.changes.fire(connection.id);
      assert.deepEqual([page.last('header')?.header.isGone, page.last(type)?.load.phase], [true, 'failed']);
      page.messages.length = 0;
      for (const release of held.splice(0)) release();
      isHeld = () => false;
      await settle();
      assert.deepEqual([page.messages, errors], [[], []]);
    });

  it('keeps the rows of a removed Datasource, and sends no more requests', async () => {
    await opened('exceptions');
    conversation.receive({ type: 'tab', tab: 'logs' });
    await eventually(() => isDone('log'));
    const before = calls;
    host.known = undefined;
    host.isRemoved = true;
    host.changes.fire(connection.id);
    const { load, hasMore } = page.last('exceptions') ?? assert.fail();
    assert.deepEqual([load, hasMore, page.rows.length], [{ phase: 'ready' }, false, 200]);
    assert.deepEqual([page.last('log')?.load, page.last('log')?.hasOlder], [{ phase: 'ready' }, false]);
    const headers = page.messages.filter(({ type }) => type === 'header').length;
    const id = '/workspaces/harbour/wiki/north/3.pdf';
    await send(
      { type: 'tab', tab: 'history' },
      { type: 'olderLog', loaded: 200, isRestoring: false },
      { type: 'moreExceptions', loaded: 200, isRestoring: false },
      { type: 'refresh', tab: 'exceptions' },
      { type: 'process', ids: [id], isLast: true },
    );
    await headerClock.advance(10 * 60_000);
    assert.equal(calls, before);
    assert.equal(page.messages.filter(({ type }) => type === 'header').length, headers);
    assert.equal(headerClock.pending, 0);
    assert.deepEqual([page.last('history')?.load.phase, host.acts], ['failed', ['missing']]);
  });

  it('opens no Resource if the page was closed while the Resource was being requested', async () => {
    await opened('logs');
    isHeld = () => true;
    conversation.receive({ type: 'open', id: 'uid-7' });
    conversation.receive({ type: 'open', id: 'uid-8' });
    await eventually(() => held.length === 2);
    conversation.dispose();
    answer = ({ body }, response) => {
      if (body.includes('uid-7')) json(response, { member: [exception(7)] });
      else json(response, {}, 500);
    };
    for (const release of held.splice(0)) release();
    await eventually(() => server.log.length === 5);
    await settle();
    assert.deepEqual(host.acts, []);
  });

  it('loads a removed Datasource again when it reappears', async () => {
    await opened();
    const { known } = host;
    for (const isGone of [true, false]) {
      host.known = isGone ? undefined : known;
      host.isRemoved = isGone;
      host.changes.fire(connection.id);
    }
    await eventually(() => server.seen.length === 8 && isDone('history'));
    assert.equal(page.last('header')?.header.isGone, false);
  });

  it('forwards actions of the page to the host', async () => {
    await opened();
    await send({ type: 'action', action: 'pause' }, { type: 'showLog' }, { type: 'openLogDocument' });
    assert.deepEqual(host.acts, ['act pause', 'log', 'document collection']);
  });
});
