import type { NodePath } from './address.ts';
import type { AskedPage } from './childrenRequester.ts';
import type { OnnaClient } from './client.ts';
import type { Clock } from '../base/clock.ts';
import { isOnnaError } from './errors.ts';
import type { Child, ChildrenPage } from './wire/children.ts';

/** What one step of a walk brought. */
export interface WalkStep {
  /** Resources not seen before in this walk. */
  readonly added: readonly Child[];
  /** Titles of Resources that earlier steps brought without. */
  readonly titles: ReadonlyMap<NodePath, string>;
  readonly done: boolean;
}

/** After this many pages with nothing new the listing is taken to be at its end: it repeats itself. */
const maxFruitlessPages = 3;

/** How often in a walk the cursor is sent in other manners: a service may lead on without end. */
const maxTriesOtherwise = 4;

/** An empty page sooner than this after the page before is the end; later, the scroll may have expired (docs/onna-api.md §5). */
const scrollKeepAliveMs = 55_000;

/** What a request may end in after the service has answered it. */
const mayHaveMovedOn = ['unreachable', 'timeout', 'serverError', 'decode', 'tooLarge'] as const;

/** Whether a service may have sent this many by itself, not having seen how many were asked for. */
function isRound(received: number): boolean {
  return received >= 10 && received % 5 === 0;
}

/** Whether `page` begins as `other` does, and is not longer. */
function isBeginningOf({ children }: ChildrenPage, other: ChildrenPage | undefined): boolean {
  const row = children[0]?.path;
  return row !== undefined && row === other?.children[0]?.path && children.length <= other.children.length;
}

/**
 * Pages through the Resources of one node, with a rule for everything docs/onna-api.md §5 allows: a cursor that
 * stays the same, a short page, a page that repeats, an end by empty page or by missing cursor, and a
 * cursor that expired, which starts again from the first page and skips what is known.
 *
 * It starts again only when a page is lost or a cursor has expired (once in a step), for the titles (once), and when
 * the Datasource counts more than was listed (once). Each time it reads what is known at most once more.
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
   * The page behind the cursor was asked for and did not arrive. The service may have moved on all the same
   * (with an Elasticsearch scroll it has), and would send the page after it.
   */
  #pageLost = false;
  #lastPageAt = 0;
  #done = false;
  #missing = 0;
  /** How many the Datasource counted when it had listed fewer: then the walk has started again. */
  #count: number | undefined;
  /** A page behind a cursor was another one: the service reads it as it is sent. */
  #cursorIsRead = false;
  #triesOtherwise = 0;
  /** The first page since the last start, and the last one. */
  #first: ChildrenPage | undefined;
  #last: ChildrenPage | undefined;
  /** How many rows were known at the last start, and which of them have come again: pages of them are no sign of an end. */
  #known = 0;
  #again = new Set<NodePath>();
  #fruitless = 0;
  /** It reads again what is known, for the titles. */
  #addsTitles = false;
  /** Not handed over yet. */
  #added: Child[] = [];
  #titles = new Map<NodePath, string>();

  /**
   * @param client Asked anew for every page: proxy settings may change between two of them.
   * @param knownCount How many Resources the Datasource says it has, as far as is known.
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

  /** At the end: how many Resources the Datasource counts that were not listed, even when read twice. */
  get missing(): number {
    return this.#missing;
  }

  /** The next page that holds something new. A step that fails loses nothing: it can be taken again. */
  async next(signal?: AbortSignal): Promise<WalkStep> {
    if (this.#done) return this.#handOver();
    try {
      await this.#step(signal);
    } catch (error) {
      // Rows that came before the failure are handed over first: the next step meets the failure again, if it lasts.
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

  async #step(signal: AbortSignal | undefined): Promise<void> {
    let restarted = this.#pageLost;
    if (restarted) this.#startAgain();
    for (;;) {
      const page = await this.#nextPage(!restarted, signal);
      if (page === undefined) {
        restarted = true;
        this.#startAgain();
        continue;
      }
      let ends = this.#take(page);
      const titled = page.lacksTitles ? await this.#titledFromStart(signal) : undefined;
      if (titled) ends = this.#take(titled);
      if (ends && (await this.#lacksSome(page, signal))) continue;
      this.#done = ends;
      if (this.#done || (this.#added.length > 0 && !this.#addsTitles)) return;
    }
  }

  #startAgain(): void {
    this.#cursor = undefined;
    this.#pageLost = false;
    this.#beginCounting();
  }

  #beginCounting(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#known = this.#seen.size;
    this.#again = new Set();
    this.#fruitless = 0;
  }

  /** @returns Undefined when the cursor has expired, or its page is lost: only from the start can all be had. */
  async #nextPage(mayStartAgain: boolean, signal: AbortSignal | undefined): Promise<AskedPage | undefined> {
    const cursor = this.#cursor;
    const client = await this.#client();
    let page: AskedPage;
    try {
      page = await client.children(this.#path, this.#pageSize, cursor, signal);
    } catch (error) {
      if (cursor === undefined) throw error;
      this.#pageLost = isOnnaError(error, 'cancelled', ...mayHaveMovedOn);
      // Elasticsearch answers 404 for an expired scroll, Onna perhaps 500.
      if (mayStartAgain && isOnnaError(error, 'notFound', 'invalid', ...mayHaveMovedOn)) return undefined;
      throw error;
    }
    const waited = this.#clock.now() - this.#lastPageAt;
    if (cursor !== undefined && page.received === 0 && mayStartAgain && waited > scrollKeepAliveMs)
      return undefined;
    return this.#isAgain(page) ? this.#askOtherwise(client, page, signal) : page;
  }

  /** Whether it is the first page or the one before once more. */
  #isAgain(page: ChildrenPage): boolean {
    const repeats = isBeginningOf(page, this.#first) || isBeginningOf(page, this.#last);
    return repeats && page.children.every(({ path }) => this.#seen.has(path));
  }

  /** If the service did not see the cursor: it may, sent in another manner (docs/onna-api.md §5). */
  async #askOtherwise(
    client: OnnaClient,
    page: AskedPage,
    signal: AbortSignal | undefined,
  ): Promise<AskedPage> {
    // Its own cursor, which is younger than the one that went unread.
    if (page.cursor === undefined || this.#cursorIsRead) return page;
    if (this.#triesOtherwise++ >= maxTriesOtherwise) return page;
    const goesOn = ({ children }: ChildrenPage): boolean =>
      children[0]?.path !== page.children[0]?.path && children.some(({ path }) => !this.#seen.has(path));
    const other = await client.childrenOtherwise(this.#path, this.#pageSize, page.cursor, goesOn, signal);
    if (!other) return page;
    this.#cursorIsRead = true;
    this.#beginCounting();
    return other;
  }

  /** The first page once more, with titles, to go on from: the cursor that is there leads to paths only. */
  async #titledFromStart(signal: AbortSignal | undefined): Promise<AskedPage | undefined> {
    const client = await this.#client();
    // Should it be cancelled here after the last page, the next step begins at the start.
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
    const isAgain = this.#isAgain(page);
    const before = { added: this.#added.length, again: this.#again.size };
    this.#takeRows(page.children);
    const hasNew = this.#added.length > before.added;
    // What is known from before the last start comes again, page after page, but each row of it only once.
    const hasKnown = this.#again.size > before.again && this.#again.size <= this.#known;
    this.#fruitless = hasNew || hasKnown ? 0 : this.#fruitless + 1;
    if (hasNew) this.#addsTitles = false;
    this.#cursorIsRead ||= this.#last !== undefined && !isAgain;
    this.#last = page;
    this.#first ??= page;
    this.#cursor = page.cursor;
    this.#lastPageAt = this.#clock.now();
    return page.cursor === undefined || page.received === 0 || this.#fruitless >= maxFruitlessPages;
  }

  #takeRows(children: readonly Child[]): void {
    const isFirstReading = this.#known === 0;
    for (const child of children) {
      // Looked up once, not twice: of a hundred thousand this is most of what taking them in costs.
      const before = this.#seen.size;
      if (this.#seen.add(child.path).size > before) this.#added.push(child);
      else if (!isFirstReading) {
        this.#again.add(child.path);
        if (child.title !== undefined) this.#titles.set(child.path, child.title);
      }
    }
  }

  /**
   * Whether to go on after the end, from the start: the end is doubtful and the Datasource counts more than was listed.
   * An expired scroll may answer with an empty page, and a service that did not see `page_size` with a page of its own.
   */
  async #lacksSome(last: AskedPage, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#count !== undefined) {
      this.#missing = Math.max(0, this.#count - this.#seen.size);
      return false;
    }
    const known = this.#knownCount();
    const isAlone = this.#first === this.#last && !last.isUnderstood;
    // Most lists have one page. Where no count is known, only a round number is worth asking for one.
    const isPerhapsCut = isAlone && (known !== undefined || isRound(last.received));
    const isDoubtful = last.received === 0 || this.#fruitless > 0 || isPerhapsCut;
    if (!isDoubtful || (known ?? Infinity) <= this.#seen.size) return false;
    // Should it be cancelled here, the next step begins at the start.
    this.#pageLost = true;
    const count = (await this.#countNow(signal)) ?? known ?? 0;
    this.#pageLost = false;
    if (count <= this.#seen.size) return false;
    if (isAlone) await this.#firstPageOtherwise(last, signal);
    else this.#startAgain();
    // Not before: should it be cancelled on the way, the next step does it over.
    this.#count = count;
    return true;
  }

  async #firstPageOtherwise(page: AskedPage, signal: AbortSignal | undefined): Promise<void> {
    this.#startAgain();
    const client = await this.#client();
    const isMore = (other: ChildrenPage): boolean =>
      other.cursor !== undefined || other.received > page.received;
    const other = await client.childrenOtherwise(this.#path, this.#pageSize, undefined, isMore, signal);
    if (other) this.#take(other);
  }

  async #countNow(signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      const client = await this.#client();
      return (await client.size(this.#path, signal)).resourceCount;
    } catch (error) {
      if (!isOnnaError(error) || isOnnaError(error, 'cancelled')) throw error;
      // Only a hint: what was listed stays listed.
      return undefined;
    }
  }
}
