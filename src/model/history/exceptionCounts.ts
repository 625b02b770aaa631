import type { OnnaClient } from '../../onna/client.ts';
import type { FrontsearchRequest } from '../../onna/wire/search.ts';
import { anyException, processingField, publishedNotes } from './exceptionTerms.ts';

const datasourceFacet = 'parent_datasource.uuid';

const request: FrontsearchRequest = {
  // Excludes the notes that Onna's documentation lists.
  advanced: {
    and: [anyException, { and_not: [{ in: [{ var: processingField }, publishedNotes] }] }],
  },
  from: 0,
  // Requests one hit, because a size of 0 is not documented.
  size: 1,
  includes: ['@id'],
  facets: [{ facetType: datasourceFacet }],
  highlight: false,
  hide_children: false,
};

/** Counts the Resources with exceptions in all Datasources of an account at once. */
export class ExceptionCounts {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /**
   * Sends one background request.
   * @returns The number of Resources by the uid of their Datasource; undefined if the service does not count them.
   * @throws OnnaError
   */
  async read(connectionId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined> {
    const { inBackground } = await this.#client(connectionId);
    const { facets, total } = await inBackground.search('', request, signal);
    const buckets = facets.get(datasourceFacet);
    // Empty or missing buckets are valid if no Resource has an exception. Otherwise, the service can't count
    // by Datasource.
    if (buckets === undefined || (buckets.length === 0 && total !== 0))
      return total === 0 ? new Map() : undefined;
    return new Map(buckets.map(({ key, count }) => [key, count]));
  }
}
