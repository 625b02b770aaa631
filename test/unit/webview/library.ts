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
    parent_datasource: { uuid: 'uid-wiki', title: number % 4 === 0 ? 'Pilots’ mail' : 'Harbour wiki' },
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

/** Returns the file types that a request filters by, or undefined without a filter. */
function restriction(terms: readonly SearchTerm[]): readonly string[] | undefined {
  const last = terms.at(-1);
  return last && 'in' in last && last.in[0].var === 'extension' ? last.in[1] : undefined;
}

/** A fake search service. Every search returns all entries, or only the entries of the requested file types. */
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
    const types = restriction(request.advanced.and);
    const found = types
      ? this.entries.filter((entry) => types.includes(String(entry['extension'])))
      : this.entries;
    const counts = new Map<string, number>();
    for (const { extension } of this.entries) {
      if (typeof extension === 'string') counts.set(extension, (counts.get(extension) ?? 0) + 1);
    }
    const buckets = [...counts].map(([key, count]) => ({ key, doc_count: count }));
    const answer = decodeSearchResults({
      member: found.slice(request.from, request.from + request.size),
      items_count: found.length,
      aggregations: request.facets ? { extension: { buckets } } : undefined,
    });
    if (!answer.ok) throw new Error(answer.problem);
    return answer.results;
  };
}
