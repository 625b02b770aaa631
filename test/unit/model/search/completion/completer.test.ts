import assert from 'node:assert/strict';
import { Completer, type CompletionSource } from '../../../../../src/model/search/completion/completer.ts';
import type { HostMessage } from '../../../../../src/shared/searchProtocol.ts';
import { FakeClock } from '../../../../doubles/fakeClock.ts';
import { SandboxAccount } from '../../history/sandboxAccount.ts';
import { Fixture } from '../../../sandbox/support/fixture.ts';
import { until } from '../../../../support/until.ts';

type Completions = Extract<HostMessage, { type: 'completions' }>;

interface Asked {
  readonly term: string;
  readonly signal: AbortSignal;
  answer(words: readonly string[]): void;
  fail(): void;
}

/** Runs all pending microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('Completer', () => {
  let clock: FakeClock;
  let posted: Completions[];
  let asked: Asked[];
  let fieldReads: number;
  let source: CompletionSource | undefined;
  let completer: Completer;
  let requestId: number;

  beforeEach(() => {
    clock = new FakeClock();
    [posted, asked, fieldReads, requestId] = [[], [], 0, 0];
    source = {
      id: 'c1',
      connectionId: 'c1',
      suggestions: (term, signal) =>
        new Promise((answer, reject) => {
          asked.push({ term, signal, answer, fail: () => reject(new Error('no')) });
        }),
      searchableFields: () => {
        fieldReads++;
        return Promise.resolve(['harbour_code']);
      },
    };
    completer = new Completer({
      clock,
      source: () => source,
      known: () => ({
        datasources: [{ uid: 'u', title: 'Harbour wiki' }],
        types: [],
        exceptions: [],
        year: 2021,
      }),
      post: (message) => {
        assert.ok(message.type === 'completions');
        posted.push(message);
      },
    });
  });
  afterEach(() => completer.dispose());

  function type(query: string, isExplicit = false): void {
    requestId++;
    completer.complete({ type: 'complete', requestId, query, cursor: query.length, isExplicit });
  }
  const last = (): string[] => posted.at(-1)?.items.map(({ text }) => text) ?? [];
  const pending = (): number => asked.filter(({ signal }) => !signal.aborted).length;

  it('sends names, values and titles at once, without a request to the service', async () => {
    for (const [query, expected] of [
      ['ti', 'title:'],
      ['type:pd', 'pdf'],
      ['in:harb', '"Harbour wiki"'],
      ['exception:has', '"Has Error"'],
    ] as const) {
      type(query);
      assert.ok(last().includes(expected), query);
    }
    // The values need no request, however long the user waits.
    await clock.advance(10_000);
    assert.equal(asked.length, 0);
  });

  it('requests suggestions once after a pause in typing, and caches them', async () => {
    for (const query of ['h', 'ha', 'har']) {
      type(query);
      await clock.advance(150);
    }
    assert.equal(asked.length, 0);
    await clock.advance(50);
    assert.deepEqual(
      asked.map(({ term }) => term),
      ['har'],
    );
    asked[0]?.answer(['harbour', 'harvest']);
    await settle();
    assert.deepEqual(posted.at(-1)?.requestId, 3);
    assert.deepEqual(last(), ['harbour_code:', 'harbour', 'harvest']);
    type('tide HAR');
    assert.deepEqual(last(), ['harbour_code:', 'harbour', 'harvest']);
    await clock.advance(10_000);
    assert.equal(asked.length, 1);
    assert.equal(fieldReads, 1);
  });

  it('cancels an outdated request, and ignores its late answer', async () => {
    type('har');
    await clock.advance(200);
    type('harb');
    assert.equal(pending(), 0);
    await clock.advance(200);
    assert.equal(pending(), 1);
    const count = posted.length;
    asked[0]?.answer(['late']);
    await settle();
    assert.equal(posted.length, count);
    asked[1]?.answer(['harbour']);
    await settle();
    assert.ok(last().includes('harbour'));
  });

  it('sends no request after it is stopped, and cancels the current one', async () => {
    type('har');
    completer.stop();
    await clock.advance(1000);
    assert.equal(asked.length, 0);
    type('har');
    await clock.advance(200);
    completer.stop();
    assert.equal(pending(), 0);
  });

  it('sends no request for an empty box, a single letter, a phrase or an operator', async () => {
    for (const query of ['', ' ', 'h', '"harb', '&&', 'ebb OR']) {
      type(query, true);
      await clock.advance(1000);
    }
    assert.equal(asked.length, 0);
  });

  it('waits a minute after a failure before it sends another request, but still completes known names', async () => {
    type('ti');
    await clock.advance(200);
    asked[0]?.fail();
    await settle();
    assert.deepEqual(last(), ['title:']);
    type('tit');
    await clock.advance(30_000);
    assert.equal(asked.length, 1);
    assert.deepEqual(last(), ['title:']);
    await clock.advance(30_000);
    type('tit');
    await clock.advance(200);
    assert.equal(asked.length, 2);
  });

  it('sends no request while the account is signed out, and cancels its request when the page is closed', async () => {
    type('har');
    await clock.advance(200);
    completer.dispose();
    assert.equal(pending(), 0);
    source = undefined;
    type('tide');
    await clock.advance(1000);
    assert.equal(asked.length, 1);
  });

  it('understands the answers of the sandbox', async () => {
    const fixture = new Fixture();
    await fixture.start();
    await fixture.datasource({ 'a.md': 'The harbour at night', 'b.md': 'A harvest' });
    const account = await SandboxAccount.signedIn(fixture.sandbox);
    try {
      source = {
        id: 'real',
        connectionId: 'real',
        suggestions: (term, signal) => account.client.suggestions('', term, signal),
        searchableFields: (signal) => account.client.searchableFields(signal),
      };
      type('har');
      await clock.advance(200);
      await until('the suggestions arrived', () => Promise.resolve(posted.length > 1));
      assert.deepEqual(last().toSorted(), ['harbour', 'harvest']);
      type('processing');
      await clock.advance(200);
      await until('the fields arrived', () => Promise.resolve(posted.length > 3));
      assert.ok(last().includes('processing_exception:'));
    } finally {
      await account.close();
      await fixture.stop();
    }
  });
});
