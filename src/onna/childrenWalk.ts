import { setImmediate } from 'node:timers/promises';
import type { NodePath } from './address.ts';
import type { RequestedPage } from './childrenRequester.ts';
import type { OnnaClient } from './client.ts';
import type { Clock } from '../base/clock.ts';
import { isOnnaError } from './errors.ts';
import type { Child, ChildrenPage } from './wire/children.ts';

/** The result of one step of a walk. */
export interface WalkStep {
  /** Resources not seen before in this walk. */
  readonly added: readonly Child[];
  /** Titles for Resources that earlier steps returned without a title. */
  readonly titles: ReadonlyMap<NodePath, string>;
  readonly done: boolean;
}

/**
 * After this many consecutive pages without new rows, the listing is assumed to repeat itself and is treated as
 * complete.
 */
const maxFruitlessPages = 3;

/** Maximum attempts per walk to send the cursor in other styles: a service may return cursors forever. */
const maxStyleTries = 4;

/**
 * A time in ms. An empty page that arrives within this time after the previous page means the end of the list. A later
 * empty page may mean that the scroll has expired (docs/onna-api.md §5).
 */
const scrollKeepAliveMs = 55_000;

/** Turns of the event loop until undici 7 has sent a request on a connection that it uses again. */
const turnsUntilSent = 2;

/** Errors after which the service may already have advanced the scroll. */
const mayHaveMovedOn = ['unreachable', 'timeout', 'serverError', 'decode', 'tooLarge'] as const;

/** Whether a page's number of rows looks like the default page size of a service that ignored `page_size`. */
function isRoundNumber(received: number): boolean {
  return received >= 10 && received % 5 === 0;
}

/** Whether `page` has the same first row as `other` and is not longer. */
function startsLike({ children }: ChildrenPage, other: ChildrenPage | undefined): boolean {
  const row = children[0]?.path;
  return row !== undefined && row === other?.children[0]?.path && children.length <= other.children.length;
}

/**
 * Pages through the Resources of one node. Handles every behavior that docs/onna-api.md §5 allows: a constant cursor,
 * short pages, repeated pages, an end marked by an empty page or by a missing cursor, and an expired cursor. After an
 * expired cursor, the walk restarts at the first page and skips known rows.
 *
 * The walk restarts in three cases only: after a lost page or an expired cursor (once per step), when it needs titles
 * (once), and when the Datasource's own count exceeds the number of listed rows (once). Each restart reads the known
 * rows at most once more.
 */
export class ChildrenWalk {
  readonly #client: () => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #path: NodePath;
  readonly #pageSize: number;
  readonly #knownCount: () => number | undefined;
  readonly #seen = new Set<NodePath>();
  #cursor: string | undefined;
  /**
   * Whether the page at the cursor was requested but did not arrive. The service may have advanced the cursor anyway,
   * as an Elasticsearch scroll does, and would then return the page after the lost page.
   */
  #pageLost = false;
  #lastPageAt = 0;
  #done = false;
  #missing = 0;
  /**
   * The Datasource's own count. Undefined until the walk has restarted because this count exceeded the number of listed
   * rows.
   */
  #count: number | undefined;
  /**
   * Whether a cursor has returned a different page, which shows that the service reads cursors in the current style.
   */
  #cursorIsRead = false;
  #styleTries = 0;
  /** The first and the latest page since the last restart. */
  #first: ChildrenPage | undefined;
  #last: ChildrenPage | undefined;
  /**
   * The number of rows known at the last restart, and the rows received again since. A page that contains only known
   * rows is not the end.
   */
  #known = 0;
  #seenAgain = new Set<NodePath>();
  #fruitless = 0;
  /** Whether the walk is reading known rows again for their titles. */
  #addsTitles = false;
  /** The page at `cursor`, requested while the rows of the page before it were stored. */
  #ahead: { readonly cursor: string; readonly page: Promise<RequestedPage> } | undefined;
  /** Rows that `next` has not returned yet. */
  #added: Child[] = [];
  #titles = new Map<NodePath, string>();

  /**
   * @param client Called for every page, because proxy settings may change between pages.
   * @param knownCount The number of Resources that the Datasource reports, if known.
   */
  constructor(
    client: () => Promise<OnnaClient>,
    clock: Clock,
    path: NodePath,
    pageSize: number,
    knownCount: () => number | undefined = () => undefined,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#path = path;
    this.#pageSize = pageSize;
    this.#knownCount = knownCount;
  }

  get done(): boolean {
    return this.#done;
  }

  /**
   * The Datasource's own count minus the number of listed Resources, after a second reading of the list. 0 until then,
   * and if no Resource is missing.
   */
  get missing(): number {
    return this.#missing;
  }

  /** The Datasource's own count. */
  get total(): number | undefined {
    return this.#knownCount();
  }

  /**
   * Reads pages up to the next page with new rows. A failed step loses no rows and can be repeated.
   * @param readsOn Whether the caller wants the next step at once. The service then prepares the next page while the rows
   * of this page are stored.
   */
  async next(signal?: AbortSignal, readsOn = false): Promise<WalkStep> {
    if (this.#done) return this.#handOver();
    try {
      await this.#step(signal, readsOn);
    } catch (error) {
      // Rows received before the failure are returned first. If the failure persists, the next step throws it.
      if (this.#added.length === 0) throw error;
    }
    return this.#handOver();
  }

  #handOver(): WalkStep {
    const step = { added: this.#added, titles: this.#titles, done: this.#done };
    this.#added = [];
    this.#titles = new Map();
    return step;
  }

  async #step(signal: AbortSignal | undefined, readsOn: boolean): Promise<void> {
    let restarted = this.#pageLost;
    if (restarted) this.#startAgain();
    for (;;) {
      const page = await this.#nextPage(!restarted, signal);
      if (page === undefined) {
        restarted = true;
        this.#startAgain();
        continue;
      }
      // The service prepares the next page while the rows of this page are stored.
      if (readsOn && this.#requestAhead(page, signal))
        for (let turn = 0; turn < turnsUntilSent; turn++) await setImmediate();
      let ends = this.#take(page);
      const titled = page.lacksTitles ? await this.#titledFromStart(signal) : undefined;
      if (titled) ends = this.#take(titled);
      if (ends && (await this.#mustReadAgain(page, signal))) continue;
      this.#done = ends;
      if (this.#done || (this.#added.length > 0 && !this.#addsTitles)) return;
    }
  }

  #startAgain(): void {
    this.#cursor = undefined;
    this.#ahead = undefined;
    this.#pageLost = false;
    this.#beginCounting();
  }

  #beginCounting(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#known = this.#seen.size;
    this.#seenAgain = new Set();
    this.#fruitless = 0;
  }

  /**
   * Requests the page after `page`, unless it is doubtful whether the walk continues there.
   * @returns Whether it was requested.
   */
  #requestAhead(page: RequestedPage, signal: AbortSignal | undefined): boolean {
    const { cursor } = page;
    const isPlain = this.#cursorIsRead && page.received > 0 && !page.lacksTitles && !this.#isRepeated(page);
    if (cursor === undefined || !isPlain || signal?.aborted) return false;
    const next = this.#client().then((client) => client.children(this.#path, this.#pageSize, cursor, signal));
    // The next step reports the error.
    next.catch(() => undefined);
    this.#ahead = { cursor, page: next };
    return true;
  }

  /** @returns Undefined when the cursor has expired or its page is lost. The walk must then restart. */
  async #nextPage(
    mayStartAgain: boolean,
    signal: AbortSignal | undefined,
  ): Promise<RequestedPage | undefined> {
    const cursor = this.#cursor;
    const client = await this.#client();
    const ahead = this.#ahead?.cursor === cursor ? this.#ahead : undefined;
    this.#ahead = undefined;
    let page: RequestedPage;
    try {
      page = await (ahead?.page ?? client.children(this.#path, this.#pageSize, cursor, signal));
    } catch (error) {
      if (cursor === undefined) throw error;
      this.#pageLost = isOnnaError(error, 'cancelled', ...mayHaveMovedOn);
      // The page was requested for an earlier step, which was cancelled. This step was not.
      const wasCancelled = isOnnaError(error, 'cancelled') && ahead !== undefined && !signal?.aborted;
      // Elasticsearch answers 404 for an expired scroll; Onna may answer 500.
      const isLost = wasCancelled || isOnnaError(error, 'notFound', 'invalid', ...mayHaveMovedOn);
      if (mayStartAgain && isLost) return undefined;
      throw error;
    }
    const waited = this.#clock.now() - this.#lastPageAt;
    if (cursor !== undefined && page.received === 0 && mayStartAgain && waited > scrollKeepAliveMs)
      return undefined;
    return this.#isRepeated(page) ? this.#tryOtherStyles(client, page, signal) : page;
  }

  /** Whether `page` repeats the first or the previous page. */
  #isRepeated(page: ChildrenPage): boolean {
    const repeats = startsLike(page, this.#first) || startsLike(page, this.#last);
    return repeats && page.children.every(({ path }) => this.#seen.has(path));
  }

  /** Requests the page in other styles, because the service ignored the cursor in this style (docs/onna-api.md §5). */
  async #tryOtherStyles(
    client: OnnaClient,
    page: RequestedPage,
    signal: AbortSignal | undefined,
  ): Promise<RequestedPage> {
    // The code below sends the cursor of `page`, which is newer than the ignored cursor.
    if (page.cursor === undefined || this.#cursorIsRead) return page;
    if (this.#styleTries++ >= maxStyleTries) return page;
    const continues = ({ children }: ChildrenPage): boolean =>
      children[0]?.path !== page.children[0]?.path && children.some(({ path }) => !this.#seen.has(path));
    const { cursor } = page;
    const other = await client.childrenInOtherStyles(this.#path, this.#pageSize, cursor, continues, signal);
    if (!other) return page;
    this.#cursorIsRead = true;
    this.#beginCounting();
    return other;
  }

  /**
   * Requests the first page again, with titles. The current cursor can't be used, because its pages contain only paths.
   */
  async #titledFromStart(signal: AbortSignal | undefined): Promise<RequestedPage | undefined> {
    const client = await this.#client();
    // If this request is cancelled after the last page, the next step restarts the walk.
    this.#pageLost = this.#cursor === undefined;
    const titled = await client.titledChildren(this.#path, this.#pageSize, signal);
    this.#pageLost = false;
    if (!titled) return undefined;
    this.#startAgain();
    this.#addsTitles = true;
    return titled;
  }

  /** @returns Whether the listing ends with this page. */
  #take(page: ChildrenPage): boolean {
    const isRepeated = this.#isRepeated(page);
    const before = { added: this.#added.length, seenAgain: this.#seenAgain.size };
    this.#takeRows(page.children);
    const hasNew = this.#added.length > before.added;
    // After a restart, the service sends the known rows again page by page, but each row only once.
    const hasKnown = this.#seenAgain.size > before.seenAgain && this.#seenAgain.size <= this.#known;
    this.#fruitless = hasNew || hasKnown ? 0 : this.#fruitless + 1;
    if (hasNew) this.#addsTitles = false;
    this.#cursorIsRead ||= this.#last !== undefined && !isRepeated;
    this.#last = page;
    this.#first ??= page;
    this.#cursor = page.cursor;
    this.#lastPageAt = this.#clock.now();
    return page.cursor === undefined || page.received === 0 || this.#fruitless >= maxFruitlessPages;
  }

  #takeRows(children: readonly Child[]): void {
    const isFirstReading = this.#known === 0;
    for (const child of children) {
      // One set lookup instead of two: with a hundred thousand rows, lookups dominate the cost.
      const before = this.#seen.size;
      if (this.#seen.add(child.path).size > before) this.#added.push(child);
      else if (!isFirstReading) {
        this.#seenAgain.add(child.path);
        if (child.title !== undefined) this.#titles.set(child.path, child.title);
      }
    }
  }

  /**
   * Whether the listing must be read again: the end is doubtful, and the Datasource's own count exceeds the number of
   * listed rows. An expired scroll may return an empty page. A service that ignores `page_size` may return one page of
   * its own size.
   */
  async #mustReadAgain(last: RequestedPage, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#count !== undefined) {
      this.#missing = Math.max(0, this.#count - this.#seen.size);
      return false;
    }
    const known = this.#knownCount();
    const isAlone = this.#first === this.#last && !last.isUnderstood;
    // Most lists have one page. If no count is known, only a round number of rows justifies a request for the count.
    const isPerhapsCut = isAlone && (known !== undefined || isRoundNumber(last.received));
    const isDoubtful = last.received === 0 || this.#fruitless > 0 || isPerhapsCut;
    if (!isDoubtful || (known ?? Infinity) <= this.#seen.size) return false;
    // If this request is cancelled, the next step restarts the walk.
    this.#pageLost = true;
    const count = (await this.#countNow(signal)) ?? known ?? 0;
    this.#pageLost = false;
    if (count <= this.#seen.size) return false;
    if (isAlone) await this.#firstPageInOtherStyles(last, signal);
    else this.#startAgain();
    // Set last: if a request above is cancelled, the next step repeats this method.
    this.#count = count;
    return true;
  }

  async #firstPageInOtherStyles(page: RequestedPage, signal: AbortSignal | undefined): Promise<void> {
    this.#startAgain();
    const client = await this.#client();
    const isMore = (other: ChildrenPage): boolean =>
      other.cursor !== undefined || other.received > page.received;
    const other = await client.childrenInOtherStyles(this.#path, this.#pageSize, undefined, isMore, signal);
    if (other) this.#take(other);
  }

  async #countNow(signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      const client = await this.#client();
      return (await client.size(this.#path, signal)).resourceCount;
    } catch (error) {
      if (!isOnnaError(error) || isOnnaError(error, 'cancelled')) throw error;
      // The count is only a hint. The listed rows stay.
      return undefined;
    }
  }
}
