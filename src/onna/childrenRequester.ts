import { nodeUrl } from './address.ts';
import type { AccountAddress, NodePath } from './address.ts';
import { decoded, jsonOf } from './caller.ts';
import type { Call, Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { areReadable, decodeChildren } from './wire/children.ts';
import type { ChildrenPage } from './wire/children.ts';

/** How `page_size` and `scroll` are sent. Published specifications and documentation differ (docs/onna-api.md §5). */
type Manner = 'query' | 'getBody' | 'postBody';
type View = '@getAllChildren' | '@getAllChildrenData';

const manners: readonly Manner[] = ['query', 'getBody', 'postBody'];

/** What has been learned about one view of this service. */
interface Experience {
  manner: Manner;
  /** Manners that brought a page: a 404 in one of them is about the node, not about the method. */
  readonly served: Set<Manner>;
  /** A cursor was taken in this manner: what is refused from then on is the cursor itself, which has expired. */
  provenManner: Manner | undefined;
}

/** A page, and what the asker knows about it. */
export interface AskedPage extends ChildrenPage {
  /** Some of its paths are no names for a reader, and {@link ChildrenRequester.askTitled} may bring their titles. */
  readonly lacksTitles: boolean;
  /** The service was seen to read what is sent in this manner. */
  readonly isUnderstood: boolean;
}

/**
 * Asks for pages of children in the way that this service understands, and remembers which that is.
 *
 * Which view: `@getAllChildren` sends paths and nothing else. Measured at the sandbox, a page of 200 has 13 kB;
 * `@getAllChildrenData` with `include=title` has 47 kB and takes 1.2 times as long, without `include` 320 kB and 5 times
 * as long. So paths are asked for, and titles only below a node where a page has a path that is no readable name. That
 * costs one request for each page that was read before. When that node is listed again, titles are asked for at once.
 */
export class ChildrenRequester {
  readonly #address: AccountAddress;
  readonly #caller: Caller;
  readonly #paths: Experience = { manner: 'query', served: new Set(), provenManner: undefined };
  /** Undefined until it is asked for the first time: then it begins with the manner that paths came in. */
  #data: Experience | undefined;
  /** The service has no `@getAllChildrenData`. */
  #hasNoData = false;
  /** The service refuses `include`. */
  #hasNoInclude = false;
  /** Nodes whose children are not named by their paths. */
  readonly #titled = new Set<NodePath>();
  /** Nodes whose titles could not be had: not asked for again before they are listed anew. */
  readonly #untitled = new Set<NodePath>();

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /** @param cursor Of the page before; a cursor is good only for the view that gave it, so it carries that view's mark. */
  async ask(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AskedPage> {
    if (cursor !== undefined) {
      const [view, scroll] = unmark(cursor);
      return this.#asked(path, view, await this.#askInAnyManner(view, path, pageSize, scroll, signal));
    }
    this.#untitled.delete(path);
    if (this.#titled.has(path)) {
      const titled = await this.askTitled(path, pageSize, signal);
      if (titled) return titled;
    }
    const plain = this.#asked(
      path,
      '@getAllChildren',
      await this.#askInAnyManner('@getAllChildren', path, pageSize, undefined, signal),
    );
    if (!plain.lacksTitles) return plain;
    return (await this.askTitled(path, pageSize, signal)) ?? { ...plain, lacksTitles: false };
  }

  /**
   * The first page with titles; the pages behind its cursor have them too.
   * @returns Undefined when titles can't be had now: rows without titles are better than none.
   * @throws OnnaError `cancelled`
   */
  async askTitled(
    path: NodePath,
    pageSize: number,
    signal: AbortSignal | undefined,
  ): Promise<AskedPage | undefined> {
    if (this.#hasNoData) return undefined;
    const view = '@getAllChildrenData';
    const ask = (): Promise<ChildrenPage> => this.#askInAnyManner(view, path, pageSize, undefined, signal);
    try {
      const page = await ask().catch((error: unknown) => {
        if (this.#hasNoInclude || !isOnnaError(error, 'invalid')) throw error;
        this.#hasNoInclude = true;
        return ask();
      });
      this.#titled.add(path);
      return this.#asked(path, view, page);
    } catch (error) {
      if (!isOnnaError(error) || error.failure.kind === 'cancelled') throw error;
      // Before it has answered even once, a view that is not found is one that the service does not have.
      if (!this.#data?.served.size && isNotServed(error)) this.#hasNoData = true;
      this.#titled.delete(path);
      this.#untitled.add(path);
      return undefined;
    }
  }

  /**
   * Asks for the page behind `cursor` (for the first one, if undefined) in every other manner, for when what was sent
   * seems to have gone unread.
   * @param isWanted Whether this page was meant: then its manner is kept.
   * @returns Undefined when none of them brought it.
   */
  async askOtherwise(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    isWanted: (page: ChildrenPage) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<AskedPage | undefined> {
    const [view, scroll] =
      cursor === undefined
        ? [
            this.#titled.has(path) ? ('@getAllChildrenData' as const) : ('@getAllChildren' as const),
            undefined,
          ]
        : unmark(cursor);
    const experience = this.#experience(view);
    for (const manner of manners.filter((other) => other !== experience.manner)) {
      try {
        const page = await this.#askOnce(manner, view, path, pageSize, scroll, signal);
        experience.served.add(manner);
        if (!isWanted(page)) continue;
        experience.provenManner = manner;
        experience.manner = manner;
        return this.#asked(path, view, page);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return undefined;
  }

  #experience(view: View): Experience {
    if (view === '@getAllChildren') return this.#paths;
    return (this.#data ??= { manner: this.#paths.manner, served: new Set(), provenManner: undefined });
  }

  #asked(path: NodePath, view: View, page: ChildrenPage): AskedPage {
    const mayHaveTitles = view === '@getAllChildren' && !this.#hasNoData && !this.#untitled.has(path);
    return {
      ...page,
      cursor: page.cursor === undefined ? undefined : mark(view, page.cursor),
      lacksTitles: mayHaveTitles && !areReadable(page.children),
      isUnderstood: this.#experience(view).provenManner !== undefined,
    };
  }

  async #askInAnyManner(
    view: View,
    path: NodePath,
    pageSize: number,
    scroll: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    const experience = this.#experience(view);
    let tooLong: { readonly page: ChildrenPage; readonly manner: Manner } | undefined;
    const refusals: OnnaError[] = [];
    for (const manner of [experience.manner, ...manners.filter((other) => other !== experience.manner)]) {
      try {
        const page = await this.#askOnce(manner, view, path, pageSize, scroll, signal);
        experience.served.add(manner);
        // In the middle of a listing every call moves the cursor on, so any count is taken there.
        if (scroll !== undefined) experience.provenManner = manner;
        if (scroll !== undefined || page.received <= pageSize) {
          experience.manner = manner;
          return page;
        }
        // More than was asked for: the parameters did not arrive. The next manner may be understood.
        tooLong ??= { page, manner };
      } catch (error) {
        const isCursor =
          scroll !== undefined && manner === experience.provenManner && isOnnaError(error, 'invalid');
        const isMethod = !experience.served.has(manner) && isOnnaError(error, 'notFound');
        if (isCursor || !(tooLong ? isRefusal(error) : isMethod || parametersRefused(error))) throw error;
        if (isOnnaError(error)) refusals.push(error);
      }
    }
    // No manner was understood, or the service gives as many as it likes (docs/onna-api.md §14.5).
    if (tooLong) {
      experience.manner = tooLong.manner;
      return tooLong.page;
    }
    throw mostTelling(refusals);
  }

  async #askOnce(
    manner: Manner,
    view: View,
    path: NodePath,
    pageSize: number,
    scroll: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    const url = nodeUrl(this.#address, path, view);
    const parameters = {
      page_size: pageSize,
      ...(scroll === undefined ? {} : { scroll }),
      ...(view === '@getAllChildrenData' && !this.#hasNoInclude ? { include: 'title' } : {}),
    };
    // A scroll has moved on once it was asked, whether or not its page arrives (docs/onna-api.md §5).
    const retry = scroll === undefined || 'untaken';
    let call: Call = { method: 'GET', url, signal, retry };
    if (manner === 'query') {
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    } else {
      call = { ...call, method: manner === 'getBody' ? 'GET' : 'POST', body: parameters };
    }
    const what = 'list of Resources';
    const json = jsonOf(await this.#caller.call(call), what);
    const page = decoded(decodeChildren(this.#address, path, json), what);
    // A page on which nothing can be read is not an empty page.
    if (page.received > 0 && page.children.length === 0)
      throw new OnnaError({ kind: 'decode', what, problem: 'no item has an address in this account' });
    return page;
  }
}

/** Whether it is an answer to how something was asked: it says nothing about asking in another manner. */
function isRefusal(error: unknown): boolean {
  return isOnnaError(
    error,
    'notFound',
    'invalid',
    'unexpectedStatus',
    'serverError',
    'decode',
    'unreachable',
  );
}

/** 414 and 400: too long for a URL; 405 and 412: not understood that way. */
function parametersRefused(error: unknown): boolean {
  if (!(error instanceof OnnaError)) return false;
  const { failure } = error;
  return (
    (failure.kind === 'unexpectedStatus' && [405, 414, 431].includes(failure.status)) ||
    (failure.kind === 'serverError' && failure.status === 501) ||
    failure.kind === 'invalid'
  );
}

/** 404, which Guillotina answers for a method that a service does not have (seen in 5.4, 6.4 and 7.1), 405 or 501. */
function isNotServed({ failure }: OnnaError): boolean {
  return (
    failure.kind === 'notFound' ||
    (failure.kind === 'unexpectedStatus' && failure.status === 405) ||
    (failure.kind === 'serverError' && failure.status === 501)
  );
}

/** A refusal of what was sent tells the most. If a node is not found in any manner that is served, it is not there. */
function mostTelling(refusals: readonly OnnaError[]): OnnaError {
  return (
    refusals.find((error) => !isNotServed(error)) ??
    refusals.find((error) => isOnnaError(error, 'notFound')) ??
    refusals[0] ??
    new OnnaError({ kind: 'notFound' })
  );
}

const dataMark = 'data:';
const pathsMark = 'paths:';

function mark(view: View, cursor: string): string {
  return (view === '@getAllChildrenData' ? dataMark : pathsMark) + cursor;
}

function unmark(cursor: string): [View, string] {
  return cursor.startsWith(dataMark)
    ? ['@getAllChildrenData', cursor.slice(dataMark.length)]
    : ['@getAllChildren', cursor.slice(pathsMark.length)];
}
