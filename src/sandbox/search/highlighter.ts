import { occurrences, readingsOf } from '../language/phrases.ts';
import type { Phrase, Span } from '../language/phrases.ts';
import type { Word } from '../language/words.ts';
import type { Database } from '../store/database.ts';
import { bestPassage } from './passage.ts';
import type { Passage } from './passage.ts';
import type { CompiledTerms } from './terms.ts';

/** Maximum number of characters that are searched for highlights in a text: Elasticsearch's default. */
const maxText = 1_000_000;

const columns = ['title', 'extracted_text'] as const;

/** Joins spans that overlap. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    const before = result.at(-1);
    if (before !== undefined && span.start < before.end)
      result[result.length - 1] = { start: before.start, end: Math.max(before.end, span.end) };
    else result.push(span);
  }
  return result;
}

function marked(
  text: string,
  { start, end, isCutBefore, isCutAfter }: Passage,
  spans: readonly Span[],
): string {
  let result = isCutBefore ? '…' : '';
  let done = start;
  for (const span of spans) {
    if (span.end <= start || span.start >= end) continue;
    result += `${text.slice(done, Math.max(done, span.start))}<em>${text.slice(Math.max(done, span.start), span.end)}</em>`;
    done = span.end;
  }
  result += text.slice(done, Math.max(done, end));
  return `${result}${isCutAfter ? '…' : ''}`.replaceAll(/\s+/g, ' ').trim();
}

/** Highlights the matches in a document. */
export class Highlighter {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns snippets by column, with `<em>` around the matches. Columns without matches are left out. */
  highlights(id: number, { wanted }: CompiledTerms): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const column of columns) {
      const searches = wanted.filter((part) => part.column === column).map(({ phrases }) => phrases);
      if (searches.length === 0) continue;
      const row = this.#database.get(
        `SELECT substr(${column}, 1, ${maxText}) AS text FROM texts WHERE id = ?`,
        id,
      );
      const snippet = row && this.#snippet(String(row['text']), searches);
      if (snippet !== undefined) found[column] = [snippet];
    }
    return found;
  }

  /** @param searches The phrases of each search text. A search text matches if the text contains all its phrases. */
  #snippet(text: string, searches: readonly (readonly Phrase[])[]): string | undefined {
    const [words = [], ...passages] = readingsOf(text);
    const readings: readonly (readonly Word[])[] = [words, ...passages];
    const spans = searches.flatMap((phrases) => {
      const ofPhrases = phrases.map((phrase) => readings.flatMap((reading) => occurrences(reading, phrase)));
      return ofPhrases.every((found) => found.length > 0) ? ofPhrases : [];
    });
    if (spans.length === 0) return undefined;
    return marked(text, bestPassage(text, words, spans), merged(spans.flat()));
  }
}
