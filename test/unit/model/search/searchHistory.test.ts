import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SearchHistory, maxHistory } from '../../../../src/model/search/searchHistory.ts';
import type { HistoryStorage } from '../../../../src/model/search/searchHistory.ts';

function storage(initial?: unknown): HistoryStorage {
  let stored = initial;
  return {
    get: () => stored,
    update: (_key, value) => {
      stored = value;
      return Promise.resolve();
    },
  };
}

describe('The search history', () => {
  it('lists the newest query first, without duplicates', async () => {
    const history = new SearchHistory(storage());
    for (const query of ['ebb', 'tide', ' ebb ', '  ']) await history.add(query, 'one');
    assert.deepEqual(history.queries, ['ebb', 'tide']);
  });

  it('drops the oldest query if the history is full, and can remove one query or all queries', async () => {
    const history = new SearchHistory(storage());
    for (let number = 0; number <= maxHistory; number++) await history.add(`query ${number}`, 'one');
    assert.equal(history.queries.length, maxHistory);
    assert.equal(history.queries.at(-1), 'query 1');
    await history.remove('query 30');
    assert.equal(history.queries.length, maxHistory - 1);
    await history.clear();
    assert.deepEqual(history.queries, []);
  });

  it('fires an event only if the history changes', async () => {
    const history = new SearchHistory(storage([{ query: 'ebb', connections: ['one'] }]));
    let changes = 0;
    history.onDidChange(() => changes++);
    await history.add('ebb', 'one');
    assert.equal(changes, 0);
    await history.add('tide', 'one');
    assert.equal(changes, 1);
  });

  it('removes the queries of a connection at sign-out, except queries that another connection also used', async () => {
    const history = new SearchHistory(storage(['query without a connection']));
    await history.add('ebb', 'one');
    await history.add('tide', 'other');
    await history.add('flood', 'one');
    await history.add('flood', 'other');
    let changes = 0;
    history.onDidChange(() => changes++);
    await history.forget('one');
    assert.deepEqual(history.queries, ['flood', 'tide']);
    await history.forget('one');
    assert.equal(changes, 1);
    await history.forget('other');
    assert.deepEqual(history.queries, []);
  });

  it('ignores invalid stored data', () => {
    for (const stored of [undefined, 'ebb', { length: 1 }, null]) {
      assert.deepEqual(new SearchHistory(storage(stored)).queries, []);
    }
    const odd = [{ query: '' }, { query: 7 }, { query: 'flood', connections: 7 }];
    assert.deepEqual(new SearchHistory(storage(['ebb', 7, null, '', 'ebb', 'tide', ...odd])).queries, [
      'ebb',
      'tide',
      'flood',
    ]);
  });
});
