import { typeLabel } from './datasource.ts';
import type { Datasource } from './datasource.ts';

/** Finds Datasources by what is typed into the tree's filter. Quick enough for each key: texts are put together once. */
export class DatasourceFilter {
  readonly #texts = new WeakMap<Datasource, string>();
  readonly #typeLabels = new Map<string, string>();

  /** Every word must be found in the title, type, status or sync type. Everything matches when there is none. */
  matching(text: string): (datasource: Datasource) => boolean {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return () => true;
    return (datasource) => {
      const searched = this.#textOf(datasource);
      return words.every((word) => searched.includes(word));
    };
  }

  /** Puts together the texts that are searched, so that the first key does not wait for it. */
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
