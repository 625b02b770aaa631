import { OnnaError } from '../../onna/errors.ts';
import { Emitter, type Disposable, type Event } from '../../base/event.ts';
import type { ListedResource, ResourceWalk, ResourceWalkStep } from './resourceWalk.ts';

/**
 * Maximum rows in a flat list. A longer list is split into sections, because refreshing all of it would be noticeably
 * slow (measured with VS Code 1.139). Two pages of 500 rows exceed this limit, so appending the second page redraws one
 * page, not two.
 */
const maxFlatRows = 900;
/** Rows in a section. */
export const sectionSize = 500;

/** Rows of a Datasource from `from` (inclusive) to `to` (exclusive). */
export interface Section {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** Whether this is the last section, to which new rows are added. */
  readonly last: boolean;
}

/** The rows to redraw after a change: the whole list, or only the end of its last section. */
export type ResourceListChange = 'whole' | 'end';

/** The loaded Resources of one Datasource: all of them, or only those with exceptions. */
export class ResourceList implements Disposable {
  readonly pageSize: number;
  readonly #newWalk: () => ResourceWalk;
  readonly #changes = new Emitter<ResourceListChange>();
  readonly onDidChange: Event<ResourceListChange> = this.#changes.event;
  readonly #loads = new Emitter<undefined>();
  /** Fires when Resources were loaded, also by {@link open}, and before {@link onDidChange}. */
  readonly onDidLoad: Event<undefined> = this.#loads.event;
  #walk: ResourceWalk | undefined;
  #children: ListedResource[] = [];
  #loading: Promise<void> | undefined;
  #failure: OnnaError | undefined;
  #stale = false;
  #quiet = false;
  readonly #disposed = new AbortController();

  /** @param newWalk Starts reading at the first page. */
  constructor(pageSize: number, newWalk: () => ResourceWalk) {
    this.pageSize = pageSize;
    this.#newWalk = newWalk;
  }

  get children(): readonly ListedResource[] {
    return this.#children;
  }

  /** Whether at least one page has been loaded. */
  get started(): boolean {
    return this.#walk !== undefined;
  }

  get done(): boolean {
    return this.#walk?.done ?? false;
  }

  /** Number of Resources by which the Datasource's own count exceeds the list. 0 until the list is complete. */
  get missing(): number {
    return this.#walk?.missing ?? 0;
  }

  /** The number of Resources that the service counts, if known. */
  get total(): number | undefined {
    return this.#walk?.total;
  }

  get failure(): OnnaError | undefined {
    return this.#failure;
  }

  /** Whether the Resources may be outdated, because the Datasource has synced or its exceptions have changed. */
  get stale(): boolean {
    return this.#stale;
  }

  /** The sections of the list; empty while it is short enough to be flat. */
  sections(): readonly Section[] {
    const { length } = this.#children;
    if (length <= maxFlatRows) return [];
    return Array.from({ length: Math.ceil(length / sectionSize) }, (_, index) => ({
      index,
      from: index * sectionSize,
      to: Math.min(length, (index + 1) * sectionSize),
      last: (index + 1) * sectionSize >= length,
    }));
  }

  /** Loads the next page. If a page is already loading, waits for that page instead. */
  loadMore(signal?: AbortSignal): Promise<void> {
    return this.#loading ?? this.#load(() => this.#step(signal));
  }

  /** Loads the first page for its caller. Does not fire {@link onDidChange}, so that the page is not drawn twice. */
  async open(): Promise<void> {
    this.#quiet = true;
    try {
      await this.loadMore();
    } finally {
      this.#quiet = false;
    }
  }

  /** Loads all pages, and shows them together at the end or after a cancellation. */
  async loadAll(signal: AbortSignal, progress: (loaded: number) => void): Promise<void> {
    while (this.#loading) await this.#loading;
    await this.#load(() => this.#steps(signal, progress));
  }

  /** Reloads as many rows as were loaded. The old rows stay on screen until the reload succeeds. */
  async refresh(signal?: AbortSignal): Promise<void> {
    while (this.#loading) await this.#loading;
    if (!this.#walk) return;
    const depth = this.#children.length;
    await this.#load(() => this.#reread(depth, signal));
  }

  markStale(): void {
    if (this.#walk && !this.#stale) {
      this.#stale = true;
      this.#changes.fire('end');
    }
  }

  dispose(): void {
    this.#disposed.abort();
    this.#changes.dispose();
    this.#loads.dispose();
  }

  /** Runs a load and records it, so that other callers can wait for it. */
  #load(work: () => Promise<void>): Promise<void> {
    this.#loading = work().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  #signal(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#disposed.signal]) : this.#disposed.signal;
  }

  async #step(signal: AbortSignal | undefined): Promise<void> {
    const sections = this.sections().length;
    try {
      const walk = this.#walk ?? this.#newWalk();
      const step = await walk.next(this.#signal(signal));
      const isWhole = this.#walk === undefined || step.titles.size > 0;
      this.#walk = walk;
      take(this.#children, step);
      this.#failure = undefined;
      this.#loads.fire(undefined);
      if (!this.#quiet)
        this.#changes.fire(
          isWhole || sections === 0 || this.sections().length !== sections ? 'whole' : 'end',
        );
    } catch (error) {
      this.#fail(error);
    }
  }

  async #steps(signal: AbortSignal, progress: (loaded: number) => void): Promise<void> {
    const both = this.#signal(signal);
    try {
      const walk = this.#walk ?? this.#newWalk();
      while (!walk.done && !both.aborted) {
        const step = await walk.next(both, true);
        // Set only after the first page, because a load that is cancelled earlier must not count as started.
        this.#walk = walk;
        take(this.#children, step);
        progress(this.#children.length);
      }
      this.#failure = undefined;
      this.#loads.fire(undefined);
      this.#changes.fire('whole');
    } catch (error) {
      this.#fail(error);
    }
  }

  async #reread(depth: number, signal: AbortSignal | undefined): Promise<void> {
    const both = this.#signal(signal);
    try {
      const walk = this.#newWalk();
      const children: ListedResource[] = [];
      do take(children, await walk.next(both));
      while (!walk.done && children.length < depth);
      this.#walk = walk;
      this.#children = children;
      this.#failure = undefined;
      this.#stale = false;
      this.#loads.fire(undefined);
      this.#changes.fire('whole');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Keeps the loaded rows. A cancellation is not recorded as a failure. */
  #fail(error: unknown): void {
    if (!(error instanceof OnnaError)) throw error;
    if (error.failure.kind !== 'cancelled') this.#failure = error;
    // “Load all” may have added pages before it failed.
    this.#loads.fire(undefined);
    if (!this.#disposed.signal.aborted && !this.#quiet) this.#changes.fire('whole');
  }
}

/**
 * Adds a step's children to the list. Also adds titles to children that had none, including those of earlier
 * steps.
 */
function take(children: ListedResource[], { added, titles }: ResourceWalkStep): void {
  for (const child of added) children.push(child);
  for (const [index, child] of titles.size > 0 ? children.entries() : []) {
    const title = titles.get(child.path);
    // A new object, because identity shows which rows must be redrawn.
    if (title !== undefined && title !== child.title) children[index] = { ...child, title };
  }
}
