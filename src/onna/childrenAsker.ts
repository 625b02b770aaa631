import { nodeUrl } from './address.ts';
import type { AccountAddress, NodePath } from './address.ts';
import { decoded, jsonOf } from './caller.ts';
import type { Call, Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { decodeChildren, namesAreOpaque } from './wire/children.ts';
import type { ChildrenPage } from './wire/children.ts';

/** How `page_size` and `scroll` are sent. Published specifications and documentation differ (API notes §5). */
type Manner = 'query' | 'getBody' | 'postBody';
type View = '@getAllChildren' | '@getAllChildrenData';

const manners: readonly Manner[] = ['query', 'getBody', 'postBody'];

/**
 * Asks for pages of children in the way that this service understands, and remembers which that is.
 * Paths alone are asked for where they say something to a reader; where they are generated ids, titles too.
 */
export class ChildrenAsker {
  readonly #address: AccountAddress;
  readonly #caller: Caller;
  #manner: Manner = 'query';
  /** A cursor was taken in this manner: what is refused from then on is the cursor itself, which has expired. */
  #provenManner: Manner | undefined;
  /** The service was seen to name Resources by generated ids. */
  #wantsTitles = false;

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
  ): Promise<ChildrenPage> {
    if (cursor === undefined) return this.#askFirst(path, pageSize, signal);
    const [view, scroll] = unmark(cursor);
    return mark(view, await this.#askInAnyManner(view, path, pageSize, scroll, signal));
  }

  async #askFirst(path: NodePath, pageSize: number, signal: AbortSignal | undefined): Promise<ChildrenPage> {
    const ask = (view: View): Promise<ChildrenPage> =>
      this.#askInAnyManner(view, path, pageSize, undefined, signal);
    const plain = this.#wantsTitles ? undefined : await ask('@getAllChildren');
    if (plain && !namesAreOpaque(plain.children)) return mark('@getAllChildren', plain);
    try {
      const titled = await ask('@getAllChildrenData');
      this.#wantsTitles = true;
      return mark('@getAllChildrenData', titled);
    } catch (error) {
      // Rows without titles are better than none, whatever it was.
      if (!isOnnaError(error) || error.failure.kind === 'cancelled') throw error;
      this.#wantsTitles = false;
      return mark('@getAllChildren', plain ?? (await ask('@getAllChildren')));
    }
  }

  /**
   * Asks for the page behind `cursor` in every other manner, for when it seems to have gone unread.
   * @param isWanted Whether this page was meant: then its manner is kept.
   * @returns Undefined when none of them brought it.
   */
  async askOtherwise(
    path: NodePath,
    pageSize: number,
    cursor: string,
    isWanted: (page: ChildrenPage) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage | undefined> {
    const [view, scroll] = unmark(cursor);
    for (const manner of manners.filter((other) => other !== this.#manner)) {
      try {
        const page = await this.#askOnce(manner, view, path, pageSize, scroll, signal);
        if (!isWanted(page)) continue;
        this.#provenManner = manner;
        this.#manner = manner;
        return mark(view, page);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return undefined;
  }

  async #askInAnyManner(
    view: View,
    path: NodePath,
    pageSize: number,
    scroll: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    let tooLong: ChildrenPage | undefined;
    let refused: unknown;
    for (const manner of [this.#manner, ...manners.filter((other) => other !== this.#manner)]) {
      try {
        const page = await this.#askOnce(manner, view, path, pageSize, scroll, signal);
        // In the middle of a listing every call moves the cursor on, so any count is taken there.
        if (scroll !== undefined) this.#provenManner = manner;
        if (scroll !== undefined || page.received <= pageSize) {
          this.#manner = manner;
          return page;
        }
        // More than was asked for: the parameters did not arrive. The next manner may be understood.
        tooLong ??= page;
      } catch (error) {
        const isCursor =
          scroll !== undefined && manner === this.#provenManner && isOnnaError(error, 'invalid');
        if (isCursor || !(tooLong ? isRefusal(error) : parametersRefused(error))) throw error;
        refused ??= error;
      }
    }
    // No manner was understood, or the service gives as many as it likes (API notes §14.5).
    if (tooLong) return tooLong;
    throw refused;
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
    const parameters = { page_size: pageSize, ...(scroll === undefined ? {} : { scroll }) };
    // A scroll has moved on once it was asked, whether or not its page arrives (API notes §5).
    const retry = scroll === undefined || 'untaken';
    let call: Call = { method: 'GET', url, signal, retry };
    if (manner === 'query') {
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    } else {
      call = { ...call, method: manner === 'getBody' ? 'GET' : 'POST', body: parameters };
    }
    const what = 'list of Resources';
    const page = decoded(decodeChildren(this.#address, jsonOf(await this.#caller.call(call), what)), what);
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
    failure.kind === 'invalid'
  );
}

const dataMark = 'data:';
const pathsMark = 'paths:';

function mark(view: View, page: ChildrenPage): ChildrenPage {
  if (page.cursor === undefined) return page;
  return { ...page, cursor: (view === '@getAllChildrenData' ? dataMark : pathsMark) + page.cursor };
}

function unmark(cursor: string): [View, string] {
  return cursor.startsWith(dataMark)
    ? ['@getAllChildrenData', cursor.slice(dataMark.length)]
    : ['@getAllChildren', cursor.slice(pathsMark.length)];
}
