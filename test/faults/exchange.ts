/** A request that the server of the account receives. The path is relative to the account. */
export interface AccountRequest {
  readonly method: string;
  /** The decoded path. Requests to the auth server have the path `/auth/…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A correct response, into which a fault can be injected. */
export interface AccountAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Headers that the client needs. Faults keep them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The parts of a paged response, which a fault can combine in a wrong way. */
export interface Pages {
  /** The items of all pages, in order. */
  readonly items: readonly PagedItem[];
  readonly start: number;
  readonly size: number;
  /** Returns a page as JSON. `next` is the start of the next page, or null on the last page. */
  render(items: readonly PagedItem[], next: string | null): AccountAnswer;
}

/** An item of a page. A fault can copy the item with another `@id`. */
export interface PagedItem {
  readonly json: unknown;
  withId(id: string | undefined): PagedItem;
  /** Returns a copy of the item with `number` appended to its ids. */
  numbered(number: number): PagedItem;
}

export function json(value: unknown, status = 200): AccountAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** Returns an item that is a JSON object with an `@id`. */
export function objectItem(fields: Readonly<Record<string, unknown>>): PagedItem {
  return {
    json: fields,
    withId: (id) => objectItem({ ...fields, '@id': id }),
    numbered: (number) =>
      objectItem({
        ...fields,
        '@id': `${String(fields['@id'])}-${number}`,
        '@uid': `${String(fields['@uid'])}-${number}`,
      }),
  };
}

/** Returns an item that is only a path. */
export function pathItem(path: string | undefined): PagedItem {
  return {
    json: path,
    withId: pathItem,
    numbered: (number) => pathItem(`${path ?? ''}-${number}`),
  };
}
