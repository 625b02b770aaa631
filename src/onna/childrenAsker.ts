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
  #view: View = '@getAllChildren';

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
    const [view, scroll] = cursor === undefined ? [this.#view, undefined] : unmark(cursor);
    const page = await this.#askInAnyManner(view, path, pageSize, scroll, signal);
    if (view === '@getAllChildren' && scroll === undefined && namesAreOpaque(page.children)) {
      try {
        const titled = await this.#askInAnyManner('@getAllChildrenData', path, pageSize, undefined, signal);
        this.#view = '@getAllChildrenData';
        return mark('@getAllChildrenData', titled);
      } catch (error) {
        if (!isOnnaError(error, 'notFound', 'invalid', 'unexpectedStatus')) throw error;
      }
    }
    return mark(view, page);
  }

  /** Sends parameters in the next manner from now on. False when there is none. */
  tryOtherManner(): boolean {
    const next = manners[manners.indexOf(this.#manner) + 1];
    if (next === undefined) return false;
    this.#manner = next;
    return true;
  }

  async #askInAnyManner(
    view: View,
    path: NodePath,
    pageSize: number,
    scroll: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChildrenPage> {
    const first = manners.indexOf(this.#manner);
    for (let index = first; ; index++) {
      const manner = manners[index] ?? this.#manner;
      const isLast = index >= manners.length - 1;
      try {
        const page = await this.#askOnce(manner, view, path, pageSize, scroll, signal);
        // More than was asked for: the parameters did not arrive. The next manner may be understood.
        // In the middle of a listing every call moves the cursor on, so any count is taken there.
        if (page.received <= pageSize || isLast || scroll !== undefined) {
          if (page.received <= pageSize && scroll === undefined) this.#manner = manner;
          return page;
        }
      } catch (error) {
        if (isLast || !parametersRefused(error)) throw error;
      }
    }
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
    let call: Call = { method: 'GET', url, signal, retry: true };
    if (manner === 'query') {
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
    } else {
      call = { ...call, method: manner === 'getBody' ? 'GET' : 'POST', body: parameters };
    }
    const what = 'list of Resources';
    return decoded(decodeChildren(this.#address, jsonOf(await this.#caller.call(call), what)), what);
  }
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
