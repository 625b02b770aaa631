import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { writeWholeFile } from '../../base/busyFiles.ts';
import { Emitter, type Event } from '../../base/event.ts';
import { maxQueryLength } from '../../shared/queryDiagnostics.ts';
import { filtersSchema } from '../../shared/searchFilters.ts';
import { searchSorts } from '../../shared/searchProtocol.ts';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';

/** Maximum number of saved searches per account. */
export const maxSavedSearches = 200;
/** Maximum length of a name, in UTF-16 units. */
export const maxNameLength = 100;
/** Maximum size of a file, in bytes. The longest search needs about half of it. */
const maxFileBytes = 256 * 1024;
const maxTitleLength = 500;

const fileEnd = '.json';

const savedSchema = v.object({
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxNameLength)),
  query: v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxQueryLength)),
  /**
   * The Datasource that is searched. Absent if the whole account is searched. The title is shown if the Datasource no
   * longer exists.
   */
  datasource: v.optional(
    v.object({
      id: v.pipe(v.string(), v.maxLength(maxTitleLength)),
      title: v.pipe(v.string(), v.maxLength(maxTitleLength)),
    }),
  ),
  sort: v.picklist(searchSorts),
  filters: filtersSchema,
});

/** The content of a saved search. */
export type SavedSearchContent = Readonly<v.InferOutput<typeof savedSchema>>;

/** A saved search of an account. */
export interface SavedSearch extends SavedSearchContent {
  readonly id: string;
  readonly connectionId: string;
}

/**
 * The saved searches of all accounts. Each search has its own file in a folder that all windows of a profile share, so
 * two windows can save, rename and delete searches at the same time without loss. Each read returns the current files.
 */
export class SavedSearches {
  readonly #folder: string;
  readonly #changed = new Emitter<void>();
  /** Fires after a change by this window. */
  readonly onDidChange: Event<void> = this.#changed.event;
  /** The changes that are in progress. */
  readonly #running = new Set<Promise<unknown>>();

  /** @param folder Created when needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The saved searches of an account, sorted by name. Leaves out unreadable files, and files beyond the maximum number.
   */
  async list(connectionId: string): Promise<readonly SavedSearch[]> {
    const names = (await this.#names(connectionId)).slice(0, maxSavedSearches);
    const read = await Promise.all(names.map((name) => this.#read(connectionId, name)));
    const order = new Intl.Collator(undefined, { numeric: true });
    return read
      .filter((search) => search !== undefined)
      .sort((one, other) => order.compare(one.name, other.name) || (one.id < other.id ? -1 : 1));
  }

  /**
   * Saves a search.
   * @returns False if the account already has {@link maxSavedSearches} searches.
   * @throws File system errors
   */
  async add(connectionId: string, content: SavedSearchContent): Promise<boolean> {
    return this.#run(async () => {
      if ((await this.#names(connectionId)).length >= maxSavedSearches) return false;
      await this.#write(`${connectionId}.${randomUUID()}`, content);
      return true;
    });
  }

  /**
   * Changes the name of a search.
   * @returns False if the search no longer exists, for example because another window deleted it.
   * @throws File system errors
   */
  async rename(
    { id, connectionId }: Pick<SavedSearch, 'id' | 'connectionId'>,
    name: string,
  ): Promise<boolean> {
    return this.#run(async () => {
      const saved = await this.#read(connectionId, `${id}${fileEnd}`);
      if (!saved) return false;
      const { query, datasource, sort, filters } = saved;
      await this.#write(id, { name, query, ...(datasource && { datasource }), sort, filters });
      return true;
    });
  }

  /** @throws File system errors */
  async remove(id: string): Promise<void> {
    await this.#run(() => rm(this.#file(id), { force: true }));
  }

  /** Deletes the saved searches of an account after a sign-out. */
  async forget(connectionId: string): Promise<void> {
    // A running write would create the file again.
    await Promise.allSettled(this.#running);
    await removeConnectionFiles(this.#folder, connectionId);
    this.#changed.fire();
  }

  async #run<T>(change: () => Promise<T>): Promise<T> {
    const running = change();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.#changed.fire();
    }
  }

  async #write(id: string, content: SavedSearchContent): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeWholeFile(this.#file(id), `${JSON.stringify(content)}\n`);
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}${fileEnd}`);
  }

  async #names(connectionId: string): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.startsWith(`${connectionId}.`) && name.endsWith(fileEnd)).sort();
  }

  /** Undefined for a file that another version of the extension wrote, or that was just deleted. */
  async #read(connectionId: string, name: string): Promise<SavedSearch | undefined> {
    const file = path.join(this.#folder, name);
    try {
      if ((await stat(file)).size > maxFileBytes) return undefined;
      const parsed = v.safeParse(savedSchema, JSON.parse(await readFile(file, 'utf8')));
      if (!parsed.success) return undefined;
      return { ...parsed.output, id: name.slice(0, -fileEnd.length), connectionId };
    } catch {
      return undefined;
    }
  }
}
