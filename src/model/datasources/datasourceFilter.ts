import { typeLabel, type Datasource } from './datasource.ts';

/** A word that finds the Datasources with exceptions. Its first letters are enough. */
const exceptionsWord = 'exceptions';
/** Minimum length of a typed beginning of that word. A shorter one probably means a title. */
const minTyped = 5;

/**
 * Matches Datasources against the tree's filter. Search texts are cached, so that filtering on each keystroke is fast.
 */
export class DatasourceFilter {
  readonly #texts = new WeakMap<Datasource, string>();
  readonly #typeLabels = new Map<string, string>();

  /**
   * Each word must occur in the title, type, status or sync type, or be `exceptions` and the Datasource has some. An
   * empty text matches everything.
   */
  matching(
    text: string,
    hasExceptions: (datasource: Datasource) => boolean,
  ): (datasource: Datasource) => boolean {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return () => true;
    return (datasource) => {
      const searched = this.#textOf(datasource);
      return words.every(
        (word) =>
          searched.includes(word) ||
          (word.length >= minTyped && exceptionsWord.startsWith(word) && hasExceptions(datasource)),
      );
    };
  }

  /** Builds the search texts in advance, so that the first keystroke does not wait for them. */
  prepare(datasources: Iterable<Datasource>): void {
    for (const datasource of datasources) this.#textOf(datasource);
  }

  #textOf(datasource: Datasource): string {
    const known = this.#texts.get(datasource);
    if (known !== undefined) return known;
    const { title, type, rawStatus, rawSyncType } = datasource;
    let label = this.#typeLabels.get(type);
    if (label === undefined) this.#typeLabels.set(type, (label = typeLabel(type)));
    const text = `${title} ${label} ${rawStatus ?? ''} ${rawSyncType ?? ''}`.toLowerCase();
    this.#texts.set(datasource, text);
    return text;
  }
}
