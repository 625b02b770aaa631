import type { FrontsearchRequest, SearchResults, SearchTerm } from '../../../src/onna/wire/search.ts';
import { decodeSearchResults } from '../../../src/onna/wire/search.ts';

const base = 'https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour-Qx3vTz/wiki';
const kinds = ['html', 'pdf', 'md', 'eml', 'docx', 'csv', 'png'];
const subjects = ['Tide tables', 'Pilot notes', 'Berth plan', 'Harbour dues', 'Ebb and flow', 'Ice report'];

/** A search hit in the JSON format of the service (docs/onna-api.md §6). */
export type LibraryEntry = Readonly<Record<string, unknown>>;

/** Returns a sample search hit. `number` determines all fields. */
export function libraryEntry(number: number): LibraryEntry {
  const extension = kinds[number % kinds.length] ?? 'html';
  const subject = subjects[number % subjects.length] ?? '';
  const folder = `${1990 + (number % 30)}`;
  return {
    '@id': `${base}/${folder}/${number}.${extension}`,
    '@uid': `uid-${number}`,
    '@name': `${number}.${extension}`,
    '@type': 'Resource',
    title: `${subject} ${folder}, sheet ${number}`,
    type_name: 'Resource',
    path: `/workspaces/harbour-Qx3vTz/wiki/${folder}/sheets/${number}.${extension}`,
    extension,
    date_modified: new Date(Date.UTC(2021, 5, 9) - number * 3_600_000).toISOString(),
    parent_datasource:
      number % 4 === 0
        ? { uuid: 'uid-mail', title: 'Pilots’ mail' }
        : { uuid: 'uid-wiki', title: 'Harbour wiki' },
    ...(number % 9 === 4 && { processing_exception: 'Encrypted Document' }),
    '@highlight': {
      extracted_text:
        number % 3 === 0
          ? [`At the northern berth the <em>ebb</em> <em>tide</em> sets in ${number % 60} minutes early.`]
          : [
              `Before noon the <em>ebb</em> runs at ${number % 7} knots past the outer mole, and pilots wait for it to slacken.`,
              `See the <em>tide</em> tables for the days around the new moon.`,
            ],
    },
  };
}

/** The value of an entry in each field that can be counted. */
const fields: Readonly<Record<string, (entry: LibraryEntry) => unknown>> = {
  extension: ({ extension }) => extension,
  'parent_datasource.uuid': ({ parent_datasource: parent }) => (parent as { uuid: string }).uuid,
  processing_exception: ({ processing_exception: exception }) => exception,
};

/** Whether an entry matches all conditions on the fields that can be counted. All other conditions match. */
function matches(entry: LibraryEntry, terms: readonly SearchTerm[]): boolean {
  return terms.every((term) => {
    if ('or' in term) return term.or.some((part) => !('in' in part) || matches(entry, [part]));
    if (!('in' in term)) return true;
    const field = fields[term.in[0].var];
    return field === undefined
      ? term.in[0].var !== 'origin_exception'
      : term.in[1].includes(String(field(entry)));
  });
}

/** A fake search service. Every search returns all entries that match the chosen facets, whatever its words are. */
export class Library {
  entries: readonly LibraryEntry[];
  readonly requests: FrontsearchRequest[] = [];
  /** If set, each search fails with this error. */
  failure: Error | undefined;
  /** If set, each search waits for this promise. */
  gate: Promise<void> | undefined;

  constructor(entries: readonly LibraryEntry[]) {
    this.entries = entries;
  }

  readonly search = async (request: FrontsearchRequest, signal: AbortSignal): Promise<SearchResults> => {
    this.requests.push(request);
    await this.gate;
    signal.throwIfAborted();
    if (this.failure) throw this.failure;
    const found = this.entries.filter((entry) => matches(entry, request.advanced.and));
    const counted = (request.facets ?? []).map(({ facetType }) => {
      const counts = new Map<string, number>();
      for (const entry of found) {
        const value = fields[facetType]?.(entry);
        if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [
        facetType,
        { buckets: [...counts].map(([key, count]) => ({ key, doc_count: count })) },
      ] as const;
    });
    const answer = decodeSearchResults({
      member: found.slice(request.from, request.from + request.size),
      items_count: found.length,
      aggregations: Object.fromEntries(counted),
    });
    if (!answer.ok) throw new Error(answer.problem);
    return answer.results;
  };
}
