import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presentHit } from '../../../../src/model/search/presentHit.ts';
import { SearchSession } from '../../../../src/model/search/searchSession.ts';
import { restoredState } from '../../../../src/model/search/searchState.ts';
import type { SearchState } from '../../../../src/model/search/searchState.ts';
import type { FrontsearchRequest } from '../../../../src/onna/wire/search.ts';
import type { SearchView } from '../../../../src/shared/searchProtocol.ts';
import type { Facet } from '../../../../src/model/search/facets.ts';
import { noFilters } from '../../../../src/shared/searchFilters.ts';
import { ScriptedSearch, hit, page } from './scriptedSearch.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

function given(initial?: SearchState): { session: SearchSession; service: ScriptedSearch } {
  const service = new ScriptedSearch();
  let time = 0;
  const session = new SearchSession(
    {
      search: service.search,
      context: () => ({
        datasources: [],
        calendar: { dayStart: () => 0, today: { year: 2021, month: 5, day: 9 } },
      }),
      now: () => (time += 120),
    },
    initial,
  );
  return { session, service };
}

function typeFacet({ state }: SearchSession): Pick<Facet, 'buckets' | 'isPartial'> {
  const { buckets, isPartial } = state.facets.type;
  return { buckets, isPartial };
}

function titles(session: SearchSession): string[] {
  return session.state.hits.map(({ title }) => title);
}

describe('SearchSession', () => {
  it('requests a first page of 50 hits with highlights and counts, and stores the results', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    assert.equal(session.state.phase, 'searching');
    const { advanced, includes, ...rest } = service.last.request;
    assert.deepEqual(rest, {
      from: 0,
      size: 50,
      facets: [
        { facetType: 'extension' },
        { facetType: 'parent_datasource.uuid' },
        { facetType: 'processing_exception' },
        { facetType: 'origin_exception' },
      ],
      highlight: true,
      hide_children: false,
    });
    assert.equal(advanced.and.length, 2);
    assert.ok(includes.includes('@id') && !includes.includes('extracted_text'));
    service.last.answer(
      page(1, 2, { total: 2, facets: new Map([['extension', [{ key: 'html', count: 2 }]]]) }),
    );
    await running;
    const { phase, more, total, tookMs } = session.state;
    assert.deepEqual(
      { phase, more, total, tookMs, facet: typeFacet(session) },
      {
        phase: 'ready',
        more: 'end',
        total: 2,
        tookMs: 120,
        facet: { buckets: [{ key: 'html', count: 2 }], isPartial: false },
      },
    );
    assert.deepEqual(titles(session), ['Page 1', 'Page 2']);
  });

  it('does not run an invalid query, and keeps its state', async () => {
    const { session, service } = given();
    assert.equal(await session.run('after:never'), false);
    assert.equal(service.calls.length, 0);
    assert.equal(session.state.phase, 'idle');
  });

  it('returns to the initial state for an empty query, without a request', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    service.last.answer(page(1, 2));
    await running;
    await session.run('  ');
    assert.equal(service.calls.length, 1);
    assert.equal(session.state.phase, 'idle');
    assert.deepEqual(session.state.hits, []);
  });

  it('aborts the running search when a new one starts, and drops the late response of the aborted search', async () => {
    const { session, service } = given();
    const first = session.run('ebb');
    const [slow] = service.calls;
    const second = session.run('tide');
    assert.ok(slow?.signal.aborted);
    service.last.answer(page(7, 1, { total: 1 }));
    await second;
    slow.answer(page(1, 2));
    await first;
    assert.deepEqual(titles(session), ['Page 7']);
    assert.equal(session.state.query, 'tide');
  });

  it('drops a late failure of the previous search', async () => {
    const { session, service } = given();
    const first = session.run('ebb');
    const [slow] = service.calls;
    const second = session.run('tide');
    service.last.answer(page(7, 1));
    await second;
    slow?.fail(new Error('reset'));
    await first;
    assert.equal(session.state.phase, 'ready');
  });

  it('restores the previous state when a search is cancelled', async () => {
    const { session, service } = given();
    const first = session.run('ebb');
    service.last.answer(page(1, 1));
    await first;
    const before = session.state;
    session.run('tide').catch(throwUncaught);
    session.cancel();
    assert.ok(service.last.signal.aborted);
    assert.equal(session.state, before);
  });

  it('stores the failure of a search, and repeats the request on retry', async () => {
    const { session, service } = given();
    const failure = new Error('no network');
    const running = session.run('ebb');
    service.last.fail(failure);
    await running;
    assert.equal(session.state.phase, 'failed');
    assert.equal(session.state.failure, failure);
    const again = session.retry();
    service.last.answer(page(1, 1));
    await again;
    assert.equal(session.state.phase, 'ready');
    assert.deepEqual(service.calls[0]?.request, service.calls[1]?.request);
  });

  it('fires no events after it is disposed', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    let events = 0;
    session.onDidChange(() => events++);
    session.dispose();
    assert.ok(service.last.signal.aborted);
    service.last.answer(page(1, 1));
    await running;
    assert.equal(events, 0);
  });

  it('sends a new request when the sort order changes', async () => {
    const { session, service } = given();
    const orders: FrontsearchRequest['sort'][] = [];
    const running = session.run('ebb');
    service.last.answer(page(1, 1));
    await running;
    for (const sort of ['newest', 'title', 'relevance'] as const) {
      const sorting = session.sortBy(sort);
      orders.push(service.last.request.sort);
      service.last.answer(page(1, 1));
      await sorting;
    }
    assert.deepEqual(orders, [
      { field: 'date_modified', direction: 'desc' },
      { field: 'title.keyword', direction: 'asc' },
      undefined,
    ]);
  });

  it('keeps the counts of all file types while only some types are selected', async () => {
    const { session, service } = given();
    const buckets = [
      { key: 'html', count: 5 },
      { key: 'pdf', count: 3 },
    ];
    const running = session.run('ebb');
    service.last.answer(page(1, 8, { facets: new Map([['extension', buckets]]) }));
    await running;
    const restricting = session.restrictTo({ ...noFilters, type: ['pdf', 'pdf'] });
    assert.deepEqual(service.last.request.advanced.and.at(-1), { in: [{ var: 'extension' }, ['pdf']] });
    assert.deepEqual(
      service.last.request.facets?.map(({ facetType }) => facetType),
      ['parent_datasource.uuid', 'processing_exception', 'origin_exception'],
    );
    service.last.answer(page(1, 3));
    await restricting;
    assert.deepEqual(typeFacet(session).buckets, buckets);
    const other = session.run('tide');
    assert.deepEqual(session.state.filters, noFilters);
    service.last.answer(page(1, 1));
    await other;
  });

  it('counts file types in the loaded hits if the service sends no counts', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    service.last.answer({ ...page(0, 0), hits: [hit(1), hit(2), hit(3, { extension: 'pdf' })], received: 3 });
    await running;
    assert.deepEqual(typeFacet(session), {
      buckets: [
        { key: 'html', count: 2 },
        { key: 'pdf', count: 1 },
      ],
      isPartial: true,
    });
  });

  it('counts file types in the loaded hits if the service sends an empty facet', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    service.last.answer(page(1, 2, { facets: new Map([['extension', []]]) }));
    await running;
    assert.deepEqual(typeFacet(session), { buckets: [{ key: 'html', count: 2 }], isPartial: true });
  });

  it('marks counts of the loaded hits as complete once all hits are loaded', async () => {
    const { session, service } = given();
    const running = session.run('ebb');
    service.last.answer(page(1, 50, { total: 52 }));
    await running;
    assert.deepEqual(typeFacet(session), { buckets: [{ key: 'html', count: 50 }], isPartial: true });
    const more = session.loadMore();
    service.last.answer(page(51, 2, { total: 52 }));
    await more;
    assert.deepEqual(typeFacet(session), { buckets: [{ key: 'html', count: 52 }], isPartial: false });
  });

  it('keeps the service’s counts when further pages arrive without counts', async () => {
    const { session, service } = given();
    const buckets = [{ key: 'html', count: 70 }];
    const running = session.run('ebb');
    service.last.answer(page(1, 50, { total: 70, facets: new Map([['extension', buckets]]) }));
    await running;
    const more = session.loadMore();
    service.last.answer(page(51, 20, { total: 70 }));
    await more;
    assert.deepEqual(typeFacet(session), { buckets, isPartial: false });
  });
});

describe('SearchSession.loadMore', () => {
  async function searched(first = page(1, 50, { total: 1000 })): Promise<ReturnType<typeof given>> {
    const both = given();
    const running = both.session.run('ebb');
    both.service.last.answer(first);
    await running;
    return both;
  }

  it('starts after all received hits, including unreadable ones, and omits duplicates', async () => {
    const { session, service } = await searched(page(1, 49, { received: 50, dropped: 1, total: 1000 }));
    const more = session.loadMore();
    assert.equal(session.state.more, 'loading');
    assert.equal(service.last.request.from, 50);
    service.last.answer(page(48, 200, { total: 1000 }));
    await more;
    assert.equal(session.state.hits.length, 247);
    assert.equal(new Set(session.state.hits.map(({ id }) => id)).size, 247);
  });

  it('requests one page at a time', async () => {
    const { session, service } = await searched();
    const more = session.loadMore();
    await session.loadMore();
    assert.equal(service.calls.length, 2);
    service.last.answer(page(51, 200));
    await more;
  });

  it('continues after a short page if the total is not reached, and ends at an empty page', async () => {
    const { session, service } = await searched(page(1, 30));
    assert.equal(session.state.more, 'available');
    const second = session.loadMore();
    service.last.answer(page(31, 10, { total: 100 }));
    await second;
    assert.equal(session.state.more, 'available');
    const third = session.loadMore();
    service.last.answer(page(41, 0, { total: 100 }));
    await third;
    assert.equal(session.state.more, 'end');
    await session.loadMore();
    assert.equal(service.calls.length, 3);
  });

  it('stops at the service’s limit of 10,000 hits', async () => {
    const { session, service } = await searched(page(0, 50, { total: 25_000 }));
    while (session.state.more === 'available') {
      const more = session.loadMore();
      const { from, size } = service.last.request;
      assert.ok(from + size <= 10_000);
      service.last.answer(page(from, size, { total: 25_000 }));
      await more;
    }
    assert.equal(session.state.more, 'window');
    assert.equal(session.state.hits.length, 10_000);
  });

  it('stops if the service repeats the same hits on several pages', async () => {
    const { session, service } = await searched();
    const more = session.loadMore();
    for (let repeats = 1; repeats <= 3; repeats++) {
      service.last.answer(page(1, 50));
      const calls = service.calls.length;
      while (repeats < 3 && service.calls.length === calls) await Promise.resolve();
    }
    await more;
    assert.equal(session.state.more, 'end');
    assert.equal(service.calls.length, 4);
  });

  it('keeps the loaded hits if a page fails to load, and requests the same page on retry', async () => {
    const { session, service } = await searched();
    const more = session.loadMore();
    service.last.fail(new Error('reset'));
    await more;
    assert.equal(session.state.more, 'failed');
    assert.equal(session.state.hits.length, 50);
    const again = session.retry();
    assert.equal(service.last.request.from, 50);
    service.last.answer(page(51, 200, { total: 1000 }));
    await again;
    assert.equal(session.state.hits.length, 250);
    assert.equal(session.state.failure, undefined);
  });

  it('drops a page that arrives after another search has started', async () => {
    const { session, service } = await searched();
    const more = session.loadMore();
    const [, late] = service.calls;
    const other = session.run('tide');
    late?.answer(page(51, 200));
    service.last.answer(page(900, 1, { total: 1 }));
    await Promise.all([more, other]);
    assert.deepEqual(titles(session), ['Page 900']);
    assert.equal(session.state.more, 'end');
  });
});

describe('SearchSession, restored after a reload,', () => {
  const none = { buckets: [], isPartial: false };
  const view: SearchView = {
    scope: { id: 'account', label: 'lumenfjord', kind: 'account' },
    query: 'ebb',
    sort: 'newest',
    filters: noFilters,
    phase: 'ready',
    more: 'available',
    total: { count: 900, isExact: false },
    facets: { type: none, datasource: none, date: none, exception: none },
    revision: 4,
    loaded: 300,
  };
  const hits = Array.from({ length: 300 }, (_, index) => presentHit(hit(index))).filter(
    (kept) => kept !== undefined,
  );

  it('returns the saved hits at once, and then replaces them with the same number of new hits', async () => {
    const { session, service } = given(restoredState(view, hits));
    assert.equal(session.state.hits.length, 300);
    const refreshing = session.refresh();
    assert.equal(session.state.phase, 'refreshing');
    assert.equal(session.state.hits.length, 300);
    assert.deepEqual(
      [service.last.request.from, service.last.request.size, service.last.request.sort?.field],
      [0, 300, 'date_modified'],
    );
    service.last.answer(page(1, 300, { total: 901 }));
    await refreshing;
    assert.equal(session.state.keepsPlace, true);
    assert.equal(session.state.hits[0]?.title, 'Page 1');
  });

  it('keeps the saved hits if the refresh fails', async () => {
    const { session, service } = given(restoredState(view, hits));
    const refreshing = session.refresh();
    service.last.fail(new Error('no network'));
    await refreshing;
    assert.equal(session.state.phase, 'failed');
    assert.equal(session.state.hits.length, 300);
  });
});
