import type { NodePath } from './address.ts';
import type { OnnaClient } from './client.ts';
import type { Clock } from './clock.ts';
import { isOnnaError } from './errors.ts';
import type { Child, ChildrenPage } from './wire/children.ts';

/** What one step of a walk brought. */
export interface WalkStep {
  /** Resources not seen before in this walk. */
  readonly added: readonly Child[];
  readonly done: boolean;
}

/** After so many pages with nothing new the listing is taken to be at its end: it repeats itself. */
const mostFruitlessPages = 3;

/** So often in a walk the cursor is sent in other manners: a service may lead on without end. */
const mostTriesOtherwise = 4;

/** Read again from the start, a service may send what is known this many times over before that is its end. */
const mostRereads = 4;

/** An empty page sooner than this after the page before is the end; later, the scroll may have expired (API notes §5). */
const scrollKeepAliveMs = 55_000;

/** What a request may end in after the service has answered it. */
const mayHaveMovedOn = ['unreachable', 'timeout', 'serverError', 'decode', 'tooLarge'] as const;

/** Whether `page` begins as `other` does, and is not longer. */
function isBeginningOf({ children }: ChildrenPage, other: ChildrenPage | undefined): boolean {
  const row = children[0]?.path;
  return row !== undefined && row === other?.children[0]?.path && children.length <= other.children.length;
}

/**
 * Pages through the Resources of one node, with a rule for everything API notes §5 allows: a cursor that
 * stays the same, a short page, a page that repeats, an end by empty page or by missing cursor, and a
 * cursor that expired, which starts again from the first page and skips what is known.
 */
export class ChildrenWalk {
  readonly #client: () => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #path: NodePath;
  readonly #pageSize: number;
  readonly #seen = new Set<NodePath>();
  #cursor: string | undefined;
  /**
   * The page behind the cursor was asked for and did not arrive. The service may have moved on all the same
   * (with an Elasticsearch scroll it has), and would send the page after it.
   */
  #pageLost = false;
  #lastPageAt = 0;
  #done = false;
  /** A page behind a cursor was another one: the service reads it as it is sent. */
  #cursorIsRead = false;
  #triesOtherwise = 0;
  /** How many rows the pages had since the last start, known or not. */
  #received = 0;
  /** The first page since the last start, and the last one. */
  #first: ChildrenPage | undefined;
  #last: ChildrenPage | undefined;
  /** Rows that were known at the last start: pages of them are no sign of an end. */
  #known = 0;
  #fruitless = 0;

  /** @param client Asked anew for every page: proxy settings may change between two of them. */
  constructor(client: () => Promise<OnnaClient>, clock: Clock, path: NodePath, pageSize: number) {
    this.#client = client;
    this.#clock = clock;
    this.#path = path;
    this.#pageSize = pageSize;
  }

  get done(): boolean {
    return this.#done;
  }

  /** The next page that holds something new. A step that fails loses nothing: it can be taken again. */
  async next(signal?: AbortSignal): Promise<WalkStep> {
    if (this.#done) return { added: [], done: true };
    let restarted = this.#pageLost;
    if (restarted) this.#startAgain();
    for (;;) {
      const page = await this.#nextPage(!restarted, signal);
      if (page === undefined) {
        restarted = true;
        this.#startAgain();
        continue;
      }
      const added = this.#take(page);
      if (added.length > 0 || this.done) return { added, done: this.done };
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
    this.#received = 0;
    this.#known = this.#seen.size;
    this.#fruitless = 0;
  }

  /** @returns Undefined when the cursor has expired, or its page is lost: only from the start can all be had. */
  async #nextPage(
    mayStartAgain: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage | undefined> {
    const cursor = this.#cursor;
    const client = await this.#client();
    let page: ChildrenPage;
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

  /** If the service did not see the cursor: it may, sent in another manner (API notes §5). */
  async #askOtherwise(
    client: OnnaClient,
    page: ChildrenPage,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    // Its own cursor, which is younger than the one that went unread.
    if (page.cursor === undefined || this.#cursorIsRead) return page;
    if (this.#triesOtherwise++ >= mostTriesOtherwise) return page;
    const goesOn = ({ children }: ChildrenPage): boolean =>
      children[0]?.path !== page.children[0]?.path && children.some(({ path }) => !this.#seen.has(path));
    const other = await client.childrenOtherwise(this.#path, this.#pageSize, page.cursor, goesOn, signal);
    if (!other) return page;
    this.#cursorIsRead = true;
    this.#beginCounting();
    return other;
  }

  #take(page: ChildrenPage): Child[] {
    this.#received += page.received;
    // What is known from before the last start comes again, page after page; but not one page, and not without end.
    const isAgain = this.#isAgain(page);
    const isExpected = !isAgain && this.#received <= mostRereads * (this.#known + this.#pageSize);
    const added = this.#takeNew(page.children);
    this.#fruitless = added.length > 0 || isExpected ? 0 : this.#fruitless + 1;
    this.#cursorIsRead ||= this.#last !== undefined && !isAgain;
    this.#last = page;
    this.#first ??= page;
    this.#cursor = page.cursor;
    this.#lastPageAt = this.#clock.now();
    this.#done = page.cursor === undefined || page.received === 0 || this.#fruitless >= mostFruitlessPages;
    return added;
  }

  #takeNew(children: readonly Child[]): Child[] {
    const added: Child[] = [];
    for (const child of children) {
      // Looked up once, not twice: of a hundred thousand this is most of what taking them in costs.
      const before = this.#seen.size;
      if (this.#seen.add(child.path).size > before) added.push(child);
    }
    return added;
  }
}
