import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HitsOutOfReach, allHits } from '../../../../src/model/search/allHits.ts';
import type {
  FrontsearchRequest,
  SearchHit,
  SearchResults,
  SortValues,
} from '../../../../src/onna/wire/search.ts';
import { hit } from './scriptedSearch.ts';

const question = { terms: [], sort: 'relevance' } as const;
const empty = { hits: [], received: 0, dropped: 0, facets: new Map() };

/** A service with `count` hits, each sorted by the values that `sortOf` returns. */
class Service {
  readonly requests: FrontsearchRequest[] = [];
  readonly #hits: readonly SearchHit[];

  constructor(count: number, sortOf: (index: number) => SortValues | undefined) {
    this.#hits = Array.from({ length: count }, (_, index) => {
      const sort = sortOf(index);
      return hit(index, sort && { sort });
    });
  }

  readonly search = (request: FrontsearchRequest): Promise<SearchResults> => {
    this.requests.push(request);
    assert.ok(request.from + request.size <= 10_000);
    const { search_after: after, from, size } = request;
    const rest = after === undefined ? this.#hits : this.#hits.filter(({ sort }) => isBehind(sort, after));
    const hits = rest.slice(from, from + size);
    return Promise.resolve({ ...empty, hits, received: hits.length, total: this.#hits.length });
  };
}

function isBehind(sort: SortValues = [], after: SortValues): boolean {
  for (const [index, value] of after.entries()) {
    const own = Number(sort[index]);
    if (own !== Number(value)) return own > Number(value);
  }
  return false;
}

async function idsOf(search: Service['search']): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of allHits(search, question)) ids.push(...page.map(({ id }) => id));
  return ids;
}

function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => hit(index).id);
}

describe('allHits', () => {
  it('reads each hit once, even beyond 10,000 hits, if the sort values are unique', async () => {
    const service = new Service(23_456, (index) => [Math.floor(index / 7), index]);
    assert.deepEqual(await idsOf(service.search), idsUpTo(23_456));
    assert.ok(service.requests.every(({ sort }) => sort?.field === 'date_modified'));
  });

  it('skips no hit if the service sends only one sort value per hit and many hits share the same value', async () => {
    const service = new Service(14_000, (index) => [Math.floor(index / 1500)]);
    assert.deepEqual(await idsOf(service.search), idsUpTo(14_000));
  });

  it('continues after an empty page and after a repeated page', async () => {
    const service = new Service(12_500, (index) => [index, index]);
    let before: SearchResults = { ...empty, total: 12_500 };
    let calls = 0;
    const search = async (request: FrontsearchRequest): Promise<SearchResults> => {
      calls += 1;
      if (calls % 3 === 1) return { ...empty, total: 12_500 };
      if (calls % 3 === 2) return before;
      return (before = await service.search(request));
    };
    assert.deepEqual(await idsOf(search), idsUpTo(12_500));
  });

  it('fails instead of ending early if the service has more hits but sends no sort values', async () => {
    const service = new Service(10_001, () => undefined);
    await assert.rejects(idsOf(service.search), (error) => {
      assert.ok(error instanceof HitsOutOfReach);
      assert.equal(error.read, 10_000);
      return true;
    });
  });

  it('fails instead of reading forever if the service ignores `search_after`', async () => {
    const service = new Service(30_000, (index) => [index, index]);
    const search = ({ from, size, ...rest }: FrontsearchRequest): Promise<SearchResults> => {
      const { advanced, includes, highlight, hide_children } = rest;
      return service.search({ advanced, from, size, includes, highlight, hide_children });
    };
    await assert.rejects(idsOf(search), HitsOutOfReach);
  });

  it('succeeds at the real end if the service’s total is too high, with and without sort values', async () => {
    for (const [count, sortOf] of [
      [12_345, (index: number) => [index, index]],
      [12_345, (index: number) => [Math.floor(index / 100)]],
      [9_999, () => undefined],
      [30, () => undefined],
    ] as const) {
      const service = new Service(count, sortOf);
      const search = async (request: FrontsearchRequest): Promise<SearchResults> => ({
        ...(await service.search(request)),
        total: count + 500,
      });
      assert.deepEqual(await idsOf(search), idsUpTo(count));
    }
  });

  it('fails if the service repeats its last page instead of continuing', async () => {
    const service = new Service(2_500, () => undefined);
    let last: SearchResults | undefined;
    const search = async (request: FrontsearchRequest): Promise<SearchResults> => {
      if (request.from < 2_000) return { ...(await service.search(request)), total: 5_000 };
      last ??= { ...(await service.search(request)), total: 5_000 };
      return last;
    };
    await assert.rejects(idsOf(search), HitsOutOfReach);
  });

  it('ends without hits if the search finds nothing', async () => {
    const service = new Service(0, () => undefined);
    assert.deepEqual(await idsOf(service.search), []);
    assert.equal(service.requests.length, 1);
  });
});
