import { typeLabel, type Datasource } from './datasource.ts';
import { SearchTexts } from './searchTexts.ts';

/** A filter word that matches the Datasources with exceptions. Typing its first letters is enough. */
const exceptionsWord = 'exceptions';
/** A filter word that matches the Datasources that need attention. Typing its first letters is enough. */
export const attentionWord = 'attention';
/** Minimum number of typed letters of these words. Fewer letters are probably part of a title. */
const minTyped = 5;

/** The properties of a Datasource that a filter word can stand for. */
export interface FilterProperties {
  readonly hasExceptions: (datasource: Datasource) => boolean;
  readonly needsAttention: (datasource: Datasource) => boolean;
}

/**
 * Matches Datasources against the tree's filter. Each word of the filter must occur in the title, type, status or sync
 * type. The word `exceptions` also matches a Datasource with exceptions, and the word `attention` one that needs
 * attention. An empty filter matches everything.
 */
export class DatasourceFilter {
  readonly #lists = new WeakMap<readonly Datasource[], SearchTexts>();
  readonly #typeLabels = new Map<string, string>();

  /** Whether one Datasource matches `filter`. */
  matches(filter: string, datasource: Datasource, properties: FilterProperties): boolean {
    const text = this.#textOf(datasource);
    return wordsOf(filter).every(
      (word) => text.includes(word) || wordStandsFor(word, datasource, properties),
    );
  }

  /** The Datasources that match `filter`, in the order of the list. Call {@link prepare} first for a fast answer. */
  select(
    filter: string,
    datasources: readonly Datasource[],
    properties: FilterProperties,
  ): readonly Datasource[] {
    const words = wordsOf(filter);
    if (words.length === 0) return datasources;
    const texts = this.#textsOf(datasources);
    // The longest word probably has the fewest matches.
    const [first = '', ...others] = words.sort((left, right) => right.length - left.length);
    const hasWord = (position: number, datasource: Datasource, word: string): boolean =>
      texts.includes(position, word) || wordStandsFor(word, datasource, properties);
    const candidates = isPropertyWord(first)
      ? datasources.map((_, position) => position)
      : texts.containing(first);
    const left = isPropertyWord(first) ? words : others;
    const selected: Datasource[] = [];
    for (const position of candidates) {
      const datasource = datasources[position];
      if (datasource && left.every((word) => hasWord(position, datasource, word))) selected.push(datasource);
    }
    return selected;
  }

  /** Builds the search texts of a list in advance, so that the first keystroke does not wait for them. */
  prepare(datasources: readonly Datasource[]): void {
    this.#textsOf(datasources);
  }

  #textsOf(datasources: readonly Datasource[]): SearchTexts {
    let texts = this.#lists.get(datasources);
    if (!texts) {
      texts = new SearchTexts(datasources.map((datasource) => this.#textOf(datasource)));
      this.#lists.set(datasources, texts);
    }
    return texts;
  }

  #textOf({ title, type, rawStatus, rawSyncType }: Datasource): string {
    let label = this.#typeLabels.get(type);
    if (label === undefined) this.#typeLabels.set(type, (label = typeLabel(type)));
    return `${title} ${label} ${rawStatus ?? ''} ${rawSyncType ?? ''}`.toLowerCase();
  }
}

function wordsOf(filter: string): string[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether a word may stand for a property, so that the search texts alone do not tell which Datasources it matches. */
function isPropertyWord(word: string): boolean {
  return word.length >= minTyped && (exceptionsWord.startsWith(word) || attentionWord.startsWith(word));
}

function wordStandsFor(
  word: string,
  datasource: Datasource,
  { hasExceptions, needsAttention }: FilterProperties,
): boolean {
  return (
    isPropertyWord(word) &&
    ((exceptionsWord.startsWith(word) && hasExceptions(datasource)) ||
      (attentionWord.startsWith(word) && needsAttention(datasource)))
  );
}
