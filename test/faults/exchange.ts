/** A request as the account's server sees it. Its path is relative to the account. */
export interface AccountRequest {
  readonly method: string;
  /** Decoded. Requests to the auth server have the path `/auth/…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A response before a fault is injected. */
export interface AccountAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The parts of a paged endpoint's response, so that a fault can assemble them wrongly. */
export interface Pages {
  /** All listed items, in order. */
  readonly items: readonly PagedItem[];
  readonly start: number;
  readonly size: number;
  /** The page as JSON; `next` is the start of the next page. */
  render(items: readonly PagedItem[], next: string | null): AccountAnswer;
}

/** An item of a page: its JSON, and a way to change its `@id`. */
export interface PagedItem {
  readonly json: unknown;
  withId(id: string | undefined): PagedItem;
  /** Makes one more item. Can be called any number of times. */
  numbered(number: number): PagedItem;
}

export function json(value: unknown, status = 200): AccountAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** An item that is an object with an `@id`. */
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

/** An item that is a path. */
export function pathItem(path: string | undefined): PagedItem {
  return {
    json: path,
    withId: pathItem,
    numbered: (number) => pathItem(`${path ?? ''}-${number}`),
  };
}
