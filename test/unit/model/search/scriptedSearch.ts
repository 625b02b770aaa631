import type { FrontsearchRequest, SearchHit, SearchResults } from '../../../../src/onna/wire/search.ts';

/** Makes a hit in the form that the decoder returns. */
export function hit(number: number, change: Partial<SearchHit> = {}): SearchHit {
  return {
    id: `https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour/wiki/${number}.html`,
    uid: `uid-${number}`,
    title: `Page ${number}`,
    typeName: 'Resource',
    path: `/workspaces/harbour/wiki/${number}.html`,
    extension: 'html',
    contentType: 'text/html',
    modified: Date.UTC(2021, 5, 9),
    datasource: { uid: 'uid-wiki', title: 'Harbour wiki' },
    highlights: [],
    ...change,
  };
}

/** Makes a page of hits, which are numbered from `first`. */
export function page(first: number, length: number, change: Partial<SearchResults> = {}): SearchResults {
  return {
    hits: Array.from({ length }, (_, index) => hit(first + index)),
    received: length,
    dropped: 0,
    total: undefined,
    facets: new Map(),
    ...change,
  };
}

/** A search whose responses the test controls. */
export class ScriptedSearch {
  readonly calls: {
    readonly request: FrontsearchRequest;
    readonly signal: AbortSignal;
    readonly answer: (results: SearchResults) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];

  readonly search = (request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults> =>
    new Promise((answer, fail) => {
      this.calls.push({ request, signal, answer, fail });
    });

  /** The latest call. Throws an error if there was no call. */
  get last(): ScriptedSearch['calls'][number] {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error('No search was sent.');
    return call;
  }
}
