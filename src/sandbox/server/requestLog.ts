/**
 * One answered request, without its headers and its body. Contains only those query parameters that can't be
 * secrets.
 */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  /** Time in ms since 1970. */
  readonly at: number;
  readonly durationMs: number;
}

const maxRequests = 20_000;
const harmlessParameters = new Set([
  'types',
  'since',
  'cursor',
  'page_size',
  'scroll',
  'force',
  'include',
  'omit',
  'fullobjects',
  'permission',
]);

/** Keeps the latest requests, for tests that count them. */
export class RequestLog {
  #requests: LoggedRequest[] = [];

  add(request: Omit<LoggedRequest, 'query'>, query: URLSearchParams): void {
    const kept = [...query].filter(([name]) => harmlessParameters.has(name));
    if (this.#requests.length >= maxRequests) this.#requests = this.#requests.slice(maxRequests / 2);
    this.#requests.push({ ...request, query: Object.fromEntries(kept) });
  }

  list(): readonly LoggedRequest[] {
    return [...this.#requests];
  }

  clear(): void {
    this.#requests = [];
  }
}
