import { nodeUrl, type AccountAddress, type NodePath } from './address.ts';
import { decoded, jsonOf, type Call, type Caller } from './caller.ts';
import { OnnaError, isOnnaError } from './errors.ts';
import { areReadable, decodeChildren, type ChildrenPage } from './wire/children.ts';

/** How `page_size` and `scroll` are sent. The published sources disagree (docs/onna-api.md §5). */
type RequestStyle = 'query' | 'getBody' | 'postBody';
type View = '@getAllChildren' | '@getAllChildrenData';

const requestStyles: readonly RequestStyle[] = ['query', 'getBody', 'postBody'];

/** Facts about one view, learned from the service's answers. */
interface ViewState {
  style: RequestStyle;
  /**
   * Styles that returned a page. A later 404 in one of these styles means that the node is missing. In other styles it
   * may mean that the service does not support the method.
   */
  readonly served: Set<RequestStyle>;
  /**
   * The style in which the service accepted a cursor. If it later rejects a cursor in this style, the cursor has
   * expired.
   */
  provenStyle: RequestStyle | undefined;
}

/** A page, with facts about the request that returned it. */
export interface RequestedPage extends ChildrenPage {
  /**
   * Whether some paths are not readable names and {@link ChildrenRequester.requestTitled} may return titles for them.
   */
  readonly lacksTitles: boolean;
  /** Whether the service is known to read the request's parameters. */
  readonly isUnderstood: boolean;
}

/**
 * Requests pages of children in a style that this service understands, and remembers that style.
 *
 * `@getAllChildren` returns only paths. In a measurement with the sandbox, a page of 200 Resources was 13 kB. The same
 * page of `@getAllChildrenData` was 47 kB with `include=title` and took 1.2 times as long; without `include`, it was
 * 320 kB and took 5 times as long. So the client requests paths first. It requests titles only for a node with a child
 * whose path is not a readable name. The client must then request all pages again that it has already read. The next
 * listing of that node requests titles at once.
 */
export class ChildrenRequester {
  readonly #address: AccountAddress;
  readonly #caller: Caller;
  readonly #paths: ViewState = { style: 'query', served: new Set(), provenStyle: undefined };
  /**
   * The state of `@getAllChildrenData`. Undefined until its first request, which starts with the style that worked for
   * paths.
   */
  #data: ViewState | undefined;
  /** Whether the service lacks `@getAllChildrenData`. */
  #hasNoData = false;
  /** Whether the service refuses the parameter `include`. */
  #hasNoInclude = false;
  /** Nodes whose children need titles. */
  readonly #titled = new Set<NodePath>();
  /**
   * Nodes for which the titles of the children could not be loaded. The titles are not requested again until the node
   * is listed again.
   */
  readonly #untitled = new Set<NodePath>();

  constructor(address: AccountAddress, caller: Caller) {
    this.#address = address;
    this.#caller = caller;
  }

  /**
   * @param cursor The cursor of the previous page. It includes the name of its view, because other views
   * would reject it.
   */
  async request(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<RequestedPage> {
    if (cursor !== undefined) {
      const [view, scroll] = unmark(cursor);
      return this.#pageOf(path, view, await this.#requestInAnyStyle(view, path, pageSize, scroll, signal));
    }
    this.#untitled.delete(path);
    if (this.#titled.has(path)) {
      const titled = await this.requestTitled(path, pageSize, signal);
      if (titled) return titled;
    }
    const plain = this.#pageOf(
      path,
      '@getAllChildren',
      await this.#requestInAnyStyle('@getAllChildren', path, pageSize, undefined, signal),
    );
    if (!plain.lacksTitles) return plain;
    return (await this.requestTitled(path, pageSize, signal)) ?? { ...plain, lacksTitles: false };
  }

  /**
   * Requests the first page with titles. Pages requested with its cursor have titles too.
   * @returns Undefined when titles can't be loaded now. The caller then shows the rows without titles.
   * @throws OnnaError `cancelled`
   */
  async requestTitled(
    path: NodePath,
    pageSize: number,
    signal: AbortSignal | undefined,
  ): Promise<RequestedPage | undefined> {
    if (this.#hasNoData) return undefined;
    const view = '@getAllChildrenData';
    const send = (): Promise<ChildrenPage> =>
      this.#requestInAnyStyle(view, path, pageSize, undefined, signal);
    try {
      const page = await send().catch((error: unknown) => {
        if (this.#hasNoInclude || !isOnnaError(error, 'invalid')) throw error;
        this.#hasNoInclude = true;
        return send();
      });
      this.#titled.add(path);
      return this.#pageOf(path, view, page);
    } catch (error) {
      if (!isOnnaError(error) || error.failure.kind === 'cancelled') throw error;
      // A 404 from a view that has never answered means that the service does not have this view.
      if (!this.#data?.served.size && isNotServed(error)) this.#hasNoData = true;
      this.#titled.delete(path);
      this.#untitled.add(path);
      return undefined;
    }
  }

  /**
   * Requests the page at `cursor` (the first page if undefined) in every other style. Used when the service seems to
   * ignore the parameters.
   * @param isWanted Whether this is the right page. If so, its style is used from then on.
   * @returns Undefined when no other style returned the right page.
   */
  async requestInOtherStyles(
    path: NodePath,
    pageSize: number,
    cursor: string | undefined,
    isWanted: (page: ChildrenPage) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<RequestedPage | undefined> {
    const [view, scroll] =
      cursor === undefined
        ? [
            this.#titled.has(path) ? ('@getAllChildrenData' as const) : ('@getAllChildren' as const),
            undefined,
          ]
        : unmark(cursor);
    const state = this.#state(view);
    for (const style of requestStyles.filter((other) => other !== state.style)) {
      try {
        const page = await this.#requestOnce(style, view, path, pageSize, scroll, signal);
        state.served.add(style);
        if (!isWanted(page)) continue;
        state.provenStyle = style;
        state.style = style;
        return this.#pageOf(path, view, page);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return undefined;
  }

  #state(view: View): ViewState {
    if (view === '@getAllChildren') return this.#paths;
    return (this.#data ??= { style: this.#paths.style, served: new Set(), provenStyle: undefined });
  }

  #pageOf(path: NodePath, view: View, page: ChildrenPage): RequestedPage {
    const mayHaveTitles = view === '@getAllChildren' && !this.#hasNoData && !this.#untitled.has(path);
    return {
      ...page,
      cursor: page.cursor === undefined ? undefined : mark(view, page.cursor),
      lacksTitles: mayHaveTitles && !areReadable(page.children),
      isUnderstood: this.#state(view).provenStyle !== undefined,
    };
  }

  async #requestInAnyStyle(
    view: View,
    path: NodePath,
    pageSize: number,
    scroll: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    const state = this.#state(view);
    let tooLong: { readonly page: ChildrenPage; readonly style: RequestStyle } | undefined;
    const refusals: OnnaError[] = [];
    for (const style of [state.style, ...requestStyles.filter((other) => other !== state.style)]) {
      try {
        const page = await this.#requestOnce(style, view, path, pageSize, scroll, signal);
        state.served.add(style);
        // With a cursor, every call advances the listing, so a page of any size must be accepted.
        if (scroll !== undefined) state.provenStyle = style;
        if (scroll !== undefined || page.received <= pageSize) {
          state.style = style;
          return page;
        }
        // More rows than requested: the service ignored the parameters, but may understand the next style.
        tooLong ??= { page, style };
      } catch (error) {
        const isCursor = scroll !== undefined && style === state.provenStyle && isOnnaError(error, 'invalid');
        const isMethod = !state.served.has(style) && isOnnaError(error, 'notFound');
        if (isCursor || !(tooLong ? isRefusal(error) : isMethod || parametersRefused(error))) throw error;
        if (isOnnaError(error)) refusals.push(error);
      }
    }
    // The service understood none of the styles, or it ignores the page size (docs/onna-api.md §14.5).
    if (tooLong) {
      state.style = tooLong.style;
      return tooLong.page;
    }
    throw mostTelling(refusals);
  }

  async #requestOnce(
    style: RequestStyle,
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
    // A request advances the scroll even if its page does not arrive (docs/onna-api.md §5).
    const retry = scroll === undefined || 'unprocessed';
    let call: Call = { method: 'GET', url, signal, retry };
    if (style === 'query') {
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    } else {
      call = { ...call, method: style === 'getBody' ? 'GET' : 'POST', body: parameters };
    }
    const what = 'list of Resources';
    const json = jsonOf(await this.#caller.call(call), what);
    const page = decoded(decodeChildren(this.#address, path, json), what);
    // A page of unreadable items is not an empty page.
    if (page.received > 0 && page.children.length === 0)
      throw new OnnaError({ kind: 'decode', what, problem: 'no item has an address in this account' });
    return page;
  }
}

/** Whether the service rejected a request in one style. Another style may still work. */
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

/**
 * Whether the service rejected the style. 400, 414 and 431: the URL or a header is too long. 405, 412, 422 and 501: the
 * service does not support the style.
 */
function parametersRefused(error: unknown): boolean {
  if (!(error instanceof OnnaError)) return false;
  const { failure } = error;
  return (
    (failure.kind === 'unexpectedStatus' && [405, 414, 431].includes(failure.status)) ||
    (failure.kind === 'serverError' && failure.status === 501) ||
    failure.kind === 'invalid'
  );
}

/**
 * Whether the error means that the service does not support the method. The status is 405, 501 or 404: Guillotina
 * answers 404 for a method that a service does not have (seen in 5.4, 6.4 and 7.1).
 */
function isNotServed({ failure }: OnnaError): boolean {
  return (
    failure.kind === 'notFound' ||
    (failure.kind === 'unexpectedStatus' && failure.status === 405) ||
    (failure.kind === 'serverError' && failure.status === 501)
  );
}

/** Prefers an error about the parameters, then `notFound`, then the first error. */
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
