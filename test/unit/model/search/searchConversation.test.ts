import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Emitter } from '../../../../src/base/event.ts';
import { PersonalZone } from '../../../../src/model/settings/personalZone.ts';
import { SearchConversation } from '../../../../src/model/search/searchConversation.ts';
import { SearchHistory } from '../../../../src/model/search/searchHistory.ts';
import type { SearchScope } from '../../../../src/model/search/searchHost.ts';
import { decodeHostMessage } from '../../../../src/shared/searchProtocol.ts';
import type { HitView, HostMessage, KeptSearch, SearchView } from '../../../../src/shared/searchProtocol.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { ScriptedSearch, hit, page } from './scriptedSearch.ts';

const account: SearchScope = {
  id: 'c1',
  connectionId: 'c1',
  kind: 'account',
  label: 'lumenfjord',
  description: 'onna.example.test',
};
const wiki: SearchScope = { ...account, id: 'c1/wiki', kind: 'datasource', label: 'Harbour wiki' };

/** A search page that applies messages in the same way as the real page. */
class FakePage {
  view: SearchView | undefined;
  hits: HitView[] = [];
  history: string[] = [];
  readonly messages: HostMessage[] = [];

  take(message: HostMessage): void {
    assert.deepEqual(decodeHostMessage(structuredClone(message)), message);
    this.messages.push(message);
    if (message.type === 'hits') this.hits = [...this.hits.slice(0, message.from), ...message.hits];
    if ('view' in message && message.view !== undefined) {
      this.view = message.view;
      // The real page requests more hits when it reaches its last hit, so `loaded` must equal the number of its hits.
      assert.equal(this.view.loaded, this.hits.length);
    }
    if (message.type === 'history') this.history = message.queries;
  }
}

class World {
  readonly service = new ScriptedSearch();
  readonly shown = new FakePage();
  readonly acts: string[] = [];
  readonly clock = new FakeClock(Date.UTC(2021, 5, 9));
  readonly scopesChanged = new Emitter<void>();
  scopes: SearchScope[] = [account, wiki];
  picked: SearchScope | undefined;
  openFailure: Error | undefined;
  /** Behaves as in a remote window. The remote machine has the same time zone as the test process. */
  readonly zone = new PersonalZone({
    chosen: () => this.chosenZone,
    isLocal: false,
    remembered: () => undefined,
    remember: (timeZone) => this.acts.push(`remember ${timeZone}`),
  });
  chosenZone: string | undefined;
  readonly conversation: SearchConversation;

  constructor(start: { scope: SearchScope } | { kept: KeptSearch; scopes: SearchScope[] }) {
    if ('kept' in start) this.scopes = start.scopes;
    let stored: unknown;
    this.conversation = new SearchConversation(
      {
        host: {
          scopes: () => this.scopes,
          onDidChangeScopes: this.scopesChanged.event,
          search: (scope, request, signal) => {
            this.acts.push(`search ${scope.id}`);
            return this.service.search(request, signal);
          },
          open: (scope, { id }) => {
            this.acts.push(`open ${scope.id} ${id}`);
            return this.openFailure ? Promise.reject(this.openFailure) : Promise.resolve();
          },
          reveal: (scope, { id }) => {
            this.acts.push(`reveal ${scope.id} ${id}`);
            return Promise.resolve();
          },
          describeError: (error) => ({
            sentence: error instanceof Error ? error.message : '?',
            isOffline: true,
          }),
          datasources: () => [{ uid: 'uid-wiki', title: 'Harbour wiki' }],
          suggestions: (scope, term) => {
            this.acts.push(`suggest ${scope.id} ${term}`);
            return Promise.resolve(['harbour']);
          },
          searchableFields: () => Promise.resolve(['harbour_code']),
          exportHits: (scope, { sort, terms }) => {
            this.acts.push(`export ${scope.id} ${sort} ${JSON.stringify(terms.at(-1))}`);
            return Promise.resolve();
          },
          saveSearch: (scope, start) => {
            this.acts.push(`save ${scope.id} ${JSON.stringify(start)}`);
            return Promise.resolve();
          },
          showLog: () => this.acts.push('log'),
        },
        history: new SearchHistory({
          get: () => stored,
          update: (_key, value) => {
            stored = value;
            return Promise.resolve();
          },
        }),
        clock: this.clock,
        zone: this.zone,
        post: (message) => this.shown.take(message),
        pickScope: () => Promise.resolve(this.picked),
        tell: (sentence) => this.acts.push(`tell ${sentence}`),
      },
      start,
    );
  }

  /** Runs all pending microtasks. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  async send(...messages: unknown[]): Promise<void> {
    for (const message of messages) this.conversation.receive(message);
    await this.settle();
  }

  async answer(...results: Parameters<typeof page>): Promise<void> {
    this.service.last.answer(page(...results));
    await this.settle();
  }
}

describe('SearchConversation', () => {
  it('sends the scope and the history to a new page', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'ready' });
    assert.deepEqual(world.shown.view?.scope, { id: 'c1/wiki', label: 'Harbour wiki', kind: 'datasource' });
    assert.equal(world.shown.view.phase, 'idle');
    assert.deepEqual(world.shown.history, []);
  });

  it('searches, shows the hits and stores the query', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'ready' }, { type: 'search', query: 'ebb' });
    assert.equal(world.shown.view?.phase, 'searching');
    await world.answer(1, 3, { total: 3 });
    assert.equal(world.shown.view.phase, 'ready');
    assert.deepEqual(world.shown.view.total, { count: 3, isExact: true });
    assert.deepEqual(
      world.shown.hits.map(({ title }) => title),
      ['Page 1', 'Page 2', 'Page 3'],
    );
    assert.deepEqual(world.shown.history, ['ebb']);
    assert.deepEqual(world.acts, ['search c1/wiki']);
  });

  it('sends the view, then the hits together with a new view, and then the history', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'ready' });
    world.shown.messages.length = 0;
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 3, { total: 3 });
    assert.deepEqual(
      world.shown.messages.map(({ type }) => type),
      ['view', 'hits', 'history'],
    );
  });

  it('stores a query even if its search fails or another search replaces it', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'search', query: 'ebb' }, { type: 'search', query: 'flood' });
    assert.ok(world.service.calls[0]?.signal.aborted);
    world.service.calls[0].fail(new Error('Cancelled.'));
    world.service.last.fail(new Error('The server can not be reached.'));
    await world.settle();
    assert.deepEqual(world.shown.history, ['flood', 'ebb']);
  });

  it('does not store a query if the user signed out before the response arrived', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'ready' }, { type: 'search', query: 'ebb' });
    world.scopes = [];
    world.scopesChanged.fire();
    await world.answer(1, 3, { total: 3 });
    await world.send({ type: 'ready' });
    assert.deepEqual(world.shown.history, []);
  });

  it('sends only the new hits of the next page, and ignores a duplicate request for that page', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'ready' }, { type: 'search', query: 'ebb' });
    await world.answer(0, 50, { total: 1000 });
    const revision = world.shown.view?.revision;
    await world.send({ type: 'more', revision, loaded: 50 }, { type: 'more', revision, loaded: 50 });
    await world.answer(50, 200, { total: 1000 });
    await world.send({ type: 'more', revision, loaded: 50 }, { type: 'more', revision: 99, loaded: 250 });
    assert.equal(world.service.calls.length, 2);
    assert.equal(world.shown.hits.length, 250);
    const parts = world.shown.messages.filter((message) => message.type === 'hits').map(({ from }) => from);
    assert.deepEqual(parts.slice(-2), [0, 50]);
    assert.deepEqual(world.shown.view?.total, { count: 1000, isExact: false });
  });

  it('sends all hits to a recreated page, in messages of limited size', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(0, 1200, { total: 1200 });
    world.shown.hits = [];
    world.shown.messages.length = 0;
    await world.send({ type: 'ready' });
    assert.equal(world.shown.hits.length, 1200);
    const sizes = world.shown.messages
      .filter((message) => message.type === 'hits')
      .map(({ hits }) => hits.length);
    assert.deepEqual(sizes, [500, 500, 200]);
  });

  it('opens and reveals only known hits, and reports a failure', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 1);
    const { id } = hit(1);
    world.openFailure = new Error('It is gone.');
    await world.send(
      { type: 'open', id },
      { type: 'reveal', id },
      { type: 'open', id: 'https://elsewhere.test/' },
    );
    assert.deepEqual(world.acts, ['search c1', `open c1 ${id}`, `reveal c1 ${id}`, 'tell It is gone.']);
  });

  it('exports the hits of the current search, and does nothing before a search or after a sign-out', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'export' });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 1);
    await world.send({ type: 'filter', filters: { type: ['pdf'] } });
    await world.answer(1, 1);
    await world.send({ type: 'export' });
    world.scopes = [];
    world.scopesChanged.fire();
    await world.send({ type: 'export' });
    assert.deepEqual(
      world.acts.filter((act) => act.startsWith('export')),
      ['export c1 relevance {"in":[{"var":"extension"},["pdf"]]}'],
    );
  });

  it('checks a query while the user types it', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'check', requestId: 7, query: 'in:"harbor wiki" "ebb' });
    const [checked] = world.shown.messages;
    assert.equal(checked?.type, 'checked');
    assert.equal(checked.requestId, 7);
    assert.deepEqual(
      checked.diagnostics.map(({ problem, subject }) => [problem, subject]),
      [
        ['unknownDatasource', 'harbor wiki'],
        ['unclosedQuote', '"ebb'],
      ],
    );
  });

  it('shows the description of a failure, and searches again on retry', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'search', query: 'ebb' });
    world.service.last.fail(new Error('The server can not be reached.'));
    await world.settle();
    assert.equal(world.shown.view?.phase, 'failed');
    assert.deepEqual(world.shown.view.problem, {
      sentence: 'The server can not be reached.',
      isOffline: true,
    });
    await world.send({ type: 'retry' });
    await world.answer(1, 1);
    assert.equal(world.shown.view.phase, 'ready');
    assert.equal(world.shown.view.problem, undefined);
  });

  it('repeats the search in the scope that the user picks', async () => {
    const world = new World({ scope: account });
    let renamed = 0;
    world.conversation.onDidChangeScope(() => renamed++);
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 2);
    world.picked = wiki;
    await world.send({ type: 'pickScope' });
    await world.answer(5, 1, { total: 1 });
    assert.deepEqual(world.acts, ['search c1', 'search c1/wiki']);
    assert.equal(renamed, 1);
    assert.equal(world.conversation.scope.id, 'c1/wiki');
    assert.equal(world.shown.hits.length, 1);
  });

  it('reports a missing scope, keeps the hits, and continues when the scope exists again', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 2);
    world.scopes = [];
    world.scopesChanged.fire();
    assert.equal(world.shown.view?.phase, 'absent');
    await world.send({ type: 'search', query: 'tide' });
    assert.equal(world.service.calls.length, 1);
    assert.equal(world.shown.hits.length, 2);
    world.scopes = [{ ...wiki, label: 'Port wiki' }];
    world.scopesChanged.fire();
    assert.equal(world.shown.view.phase, 'ready');
    assert.equal(world.shown.view.scope.label, 'Port wiki');
  });

  it('ignores changes of other scopes', async () => {
    const world = new World({ scope: wiki });
    await world.send({ type: 'ready' });
    const before = world.shown.messages.length;
    world.scopes = [wiki];
    world.scopesChanged.fire();
    assert.equal(world.shown.messages.length, before);
  });

  it('interprets dates in a query in the time zone of the page', async () => {
    const world = new World({ scope: account });
    await world.send(
      { type: 'ready', timeZone: 'Asia/Tokyo' },
      { type: 'search', query: 'before:2024-05-06' },
    );
    const conditions = JSON.stringify(world.service.last.request.advanced);
    assert.match(conditions, new RegExp(String(Date.UTC(2024, 4, 5, 15) / 1000)));
    assert.deepEqual(world.acts.slice(0, 1), ['remember Asia/Tokyo']);
    assert.ok(!world.shown.messages.some(({ type }) => type === 'timeZone'));
  });

  it('sends the user’s time zone to the page at the start and after each change', async () => {
    const world = new World({ scope: account });
    world.chosenZone = 'Europe/Madrid';
    await world.send({ type: 'ready', timeZone: 'Asia/Tokyo' });
    assert.deepEqual(world.shown.messages[0], { type: 'timeZone', timeZone: 'Europe/Madrid' });
    world.chosenZone = 'America/Lima';
    world.zone.update();
    assert.deepEqual(world.shown.messages.at(-1), { type: 'timeZone', timeZone: 'America/Lima' });
    world.chosenZone = undefined;
    world.zone.update();
    assert.deepEqual(world.shown.messages.at(-1), { type: 'timeZone', timeZone: 'Asia/Tokyo' });
  });

  it('saves a search with its order and filters, and runs a saved one with one request', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'ready' }, { type: 'save' });
    assert.equal(world.acts.length, 0);
    const filters = { type: ['pdf'], datasource: [], date: [], exception: [] };
    world.conversation.run({ query: 'ebb type:md', sort: 'newest', filters });
    assert.deepEqual(world.shown.messages.at(-2), { type: 'query', query: 'ebb type:md' });
    await world.answer(1, 1);
    assert.equal(world.service.calls.length, 1);
    assert.deepEqual(world.service.last.request.sort, { field: 'date_modified', direction: 'desc' });
    assert.deepEqual(world.service.last.request.advanced.and.at(-1), { in: [{ var: 'extension' }, ['pdf']] });
    await world.send({ type: 'save' });
    const saved = { query: 'ebb type:md', sort: 'newest', filters };
    assert.equal(world.acts.at(-1), `save c1 ${JSON.stringify(saved)}`);
  });

  it('sends the query of a saved search again to a restored page, until the page confirms it', async () => {
    const world = new World({ scope: account });
    const filters = { type: [], datasource: [], date: [], exception: [] };
    world.conversation.run({ query: 'ebb', sort: 'newest', filters });
    const shown = (): number => world.shown.messages.filter(({ type }) => type === 'query').length;
    await world.send({ type: 'ready' });
    assert.equal(shown(), 2);
    await world.send({ type: 'check', requestId: 1, query: 'ebb' }, { type: 'ready', query: 'ebb' });
    assert.equal(shown(), 2);
  });

  it('sends the query to a page that was hidden before it saved the search, and not to a page that saved it', async () => {
    const world = new World({ scope: account });
    const shown = (): readonly HostMessage[] => world.shown.messages.filter(({ type }) => type === 'query');
    await world.send({ type: 'ready' }, { type: 'search', query: 'ebb' });
    await world.answer(1, 1);
    await world.send({ type: 'ready', query: 'ebb' });
    assert.deepEqual(shown(), []);
    await world.send({ type: 'ready' });
    assert.deepEqual(shown(), [{ type: 'query', query: 'ebb' }]);
    await world.send({ type: 'ready', query: 'flood' });
    assert.equal(shown().length, 2);
  });

  it('removes the hits of the previous search if the query of a saved search is no longer valid', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 1);
    const filters = { type: [], datasource: [], date: [], exception: [] };
    world.conversation.run({ query: 'in:Gone', sort: 'newest', filters });
    await world.settle();
    assert.equal(world.shown.hits.length, 0);
    assert.equal(world.service.calls.length, 1);
  });

  it('ignores invalid messages from the page', async () => {
    const world = new World({ scope: account });
    await world.send({ type: 'search', query: 'ebb' });
    await world.answer(1, 1);
    const posted = world.shown.messages.length;
    const acted = world.acts.length;
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (data) =>
        world.conversation.receive(data),
      ),
    );
    await world.send(
      { type: 'search' },
      { type: 'open', id: 7 },
      { type: 'open', id: '__proto__' },
      { type: 'sort', sort: 'title; drop' },
      { type: 'filter', filters: { type: 'pdf' } },
      { type: 'filter', filters: { type: ['x'.repeat(201)] } },
      { type: 'more', revision: -1, loaded: Number.NaN },
      { type: 'constructor' },
      { type: '__proto__' },
    );
    assert.equal(world.shown.messages.length, posted);
    assert.equal(world.acts.length, acted);
  });
});

describe('SearchConversation, after a reload of the window,', () => {
  async function kept(): Promise<KeptSearch> {
    const before = new World({ scope: wiki });
    await before.send({ type: 'search', query: 'ebb' });
    await before.answer(0, 50, { total: 900 });
    const { view, hits } = before.shown;
    assert.ok(view);
    return { version: 2, view, hits, draft: 'ebb', scrollTop: 400 };
  }

  it('shows the saved hits, waits for the scope, and then refreshes the hits in place', async () => {
    const world = new World({ kept: await kept(), scopes: [] });
    await world.send({ type: 'ready' });
    assert.equal(world.shown.hits.length, 50);
    assert.equal(world.shown.view?.phase, 'absent');
    assert.equal(world.shown.view.scope.label, 'Harbour wiki');
    world.scopes = [wiki];
    world.scopesChanged.fire();
    await world.settle();
    assert.equal(world.shown.view.phase, 'refreshing');
    await world.answer(1, 50, { total: 901 });
    assert.equal(world.shown.view.phase, 'ready');
    const last = world.shown.messages.filter((message) => message.type === 'hits').at(-1);
    assert.equal(last?.keepsPlace, true);
    assert.equal(last.hits[0]?.title, 'Page 1');
    world.scopesChanged.fire();
    await world.settle();
    assert.equal(world.service.calls.length, 1);
  });
});
